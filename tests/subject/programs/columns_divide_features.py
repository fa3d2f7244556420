import numpy as np

np.random.seed(15)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def initialize(dim, hidden):
    return np.random.randn(hidden, dim), np.zeros((hidden, 1)), np.random.randn(1, hidden), np.zeros((1, 1))


def propagate(X, w1, b1, w2, b2):
    a1 = np.tanh(np.dot(w1, X) + b1)
    return a1, sigmoid(np.dot(w2, a1) + b2)


def log_loss(a2, Y):
    return -np.mean(Y * np.log(a2) + (1 - Y) * np.log(1 - a2))


def backpropagate(X, Y, a1, a2, w2):
    m = X.shape[0]
    dz2 = a2 - Y
    dw2 = np.dot(dz2, a1.T) / m
    db2 = np.sum(dz2, axis=1, keepdims=True) / m
    dz1 = np.dot(w2.T, dz2) * (1 - a1 * a1)
    dw1 = np.dot(dz1, X.T) / m
    db1 = np.sum(dz1, axis=1, keepdims=True) / m
    return dw1, db1, dw2, db2


def optimise(X, Y, hidden=4, alpha=0.01, iterations=500):
    w1, b1, w2, b2 = initialize(X.shape[0], hidden)
    for i in range(iterations):
        a1, a2 = propagate(X, w1, b1, w2, b2)
        if i % 100 == 0:
            print("loss after %d: %.4f" % (i, log_loss(a2, Y)))
        dw1, db1, dw2, db2 = backpropagate(X, Y, a1, a2, w2)
        w1, b1 = w1 - alpha * dw1, b1 - alpha * db1
        w2, b2 = w2 - alpha * dw2, b2 - alpha * db2
    return w1, b1, w2, b2


if __name__ == "__main__":
    X = np.random.randn(3, 80)
    Y = (X[:1] * X[1:2] > 0).astype(int)
    optimise(X, Y)
