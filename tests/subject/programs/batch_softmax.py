import numpy as np

rng = np.random.default_rng(18)
n_in, n_hid, n_out = 4, 7, 3
lr = 0.2

w_ih = rng.normal(0, 0.5, (n_in, n_hid))
b_h = np.zeros(n_hid)
w_ho = rng.normal(0, 0.5, (n_hid, n_out))
b_o = np.zeros(n_out)


def softmax(x):
    e = np.exp(x - np.max(x))
    return e / np.sum(e)


def predict(x):
    h = np.tanh(x @ w_ih + b_h)
    return h, softmax(h @ w_ho + b_o)


def step(x, t):
    global w_ih, b_h, w_ho, b_o
    h, p = predict(x)
    d_o = (p - t) / len(x)
    d_h = d_o @ w_ho.T * (1 - h ** 2)
    w_ho = w_ho - lr * h.T @ d_o
    b_o = b_o - lr * d_o.sum(axis=0)
    w_ih = w_ih - lr * x.T @ d_h
    b_h = b_h - lr * d_h.sum(axis=0)
    return -np.sum(t * np.log(p)) / len(x)


if __name__ == "__main__":
    x = rng.normal(size=(60, n_in))
    t = np.eye(n_out)[np.argmax(x[:, :n_out], axis=1)]
    for epoch in range(300):
        loss = step(x, t)
        if epoch % 50 == 0:
            print("epoch", epoch, "loss", loss, "acc", np.mean(predict(x)[1].argmax(1) == t.argmax(1)))
