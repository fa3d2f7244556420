import numpy as np


def act(z):
    return 1.0 / (1.0 + np.exp(-z))


def forward(X, wts):
    Wa, ba, Wb, bb = wts
    hid = act(X @ Wa + ba)
    return hid, act(hid @ Wb + bb)


def bce(p, t):
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def bce_prime(p, t):
    return -(t / p + (1 - t) / (1 - p)) / t.size


def grads(X, t, wts):
    Wa, ba, Wb, bb = wts
    hid, p = forward(X, wts)
    g = bce_prime(p, t) * p * (1 - p)
    gWb, gbb = hid.T @ g, g.sum(axis=0)
    g = g @ Wb.T * hid * (1 - hid)
    gWa, gba = X.T @ g, g.sum(axis=0)
    return gWa, gba, gWb, gbb


if __name__ == "__main__":
    rng = np.random.default_rng(22)
    X = rng.normal(size=(64, 2))
    t = (X[:, :1] ** 2 + X[:, 1:] > 0.5).astype(float)
    wts = [rng.normal(size=(2, 5)), np.zeros(5), rng.normal(size=(5, 1)), np.zeros(1)]
    for it in range(60):
        wts = [w - 0.1 * g for w, g in zip(wts, grads(X, t, wts))]
        if it % 20 == 0:
            print(it, bce(forward(X, wts)[1], t))
