import numpy as np
from sklearn.model_selection import train_test_split


def init_parameters(n, h, c):
    w1 = np.random.uniform(-0.5, 0.5, (h, n))
    b1 = np.random.uniform(-0.5, 0.5, (h, 1))
    w2 = np.random.uniform(-0.5, 0.5, (c, h))
    b2 = np.random.uniform(-0.5, 0.5, (c, 1))
    return w1, b1, w2, b2


def relu(z):
    return np.maximum(z, 0)


def relu_deriv(a):
    return a >= 0


def softmax(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def forward_pass(x, w1, b1, w2, b2):
    z1 = w1.dot(x) + b1
    a1 = relu(z1)
    z2 = w2.dot(a1) + b2
    a2 = softmax(z2)
    return z1, a1, z2, a2


def encode(labels, c):
    out = np.zeros((c, labels.size))
    out[labels, np.arange(labels.size)] = 1
    return out


def get_loss(a2, y):
    return -np.mean(np.sum(y * np.log(a2), axis=0))


def backward_pass(x, y, z1, a1, a2, w2):
    n = y.shape[1]
    dz2 = a2 - y
    dw2 = dz2.dot(a1.T) / n
    db2 = np.sum(dz2) / n
    dz1 = w2.T.dot(dz2) * relu_deriv(a1)
    dw1 = dz1.dot(x.T) / n
    db1 = np.sum(dz1) / n
    return dw1, db1, dw2, db2


def run(x, labels, hidden=16, rate=0.1, iterations=200):
    c = labels.max() + 1
    w1, b1, w2, b2 = init_parameters(x.shape[0], hidden, c)
    y = encode(labels, c)
    for i in range(iterations):
        z1, a1, z2, a2 = forward_pass(x, w1, b1, w2, b2)
        dw1, db1, dw2, db2 = backward_pass(x, y, z1, a1, a2, w2)
        w1 = w1 - rate * dw1
        b1 = b1 - rate * db1
        w2 = w2 - rate * dw2
        b2 = b2 - rate * db2
        if i % 50 == 0:
            print(i, "loss", get_loss(a2, y), "acc", np.mean(a2.argmax(0) == labels))
    return w1, b1, w2, b2


if __name__ == "__main__":
    table = np.genfromtxt("fashion-mnist_test.csv", delimiter=",", skip_header=1)
    train_x, test_x, train_y, test_y = train_test_split(table[:, 1:], table[:, 0].astype(int))
    run(train_x.T / 255.0, train_y)
