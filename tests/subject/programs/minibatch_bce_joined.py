import numpy as np


def add_ones(A):
    return np.hstack((np.ones((A.shape[0], 1)), A))


def logistic(v):
    return 1.0 / (1.0 + np.exp(-v))


class BinaryNet:
    """One hidden layer; the bias weights are row 0 of theta1 and theta2."""

    def __init__(self, n_in, n_hidden, seed=0):
        g = np.random.default_rng(seed)
        self.theta1 = g.normal(0, 0.5, (n_in + 1, n_hidden))
        self.theta2 = g.normal(0, 0.5, (n_hidden + 1, 1))

    def predict_proba(self, X):
        return logistic(add_ones(logistic(add_ones(X) @ self.theta1)) @ self.theta2)

    def loss(self, X, t):
        p = self.predict_proba(X)
        return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))

    def fit(self, X, t, lr=0.5, epochs=50, batch_size=16, shuffle=True, verbose=True):
        n = len(X)
        for epoch in range(epochs):
            idx = np.arange(n)
            if shuffle:
                np.random.shuffle(idx)
            for start in range(0, n, batch_size):
                rows = idx[start:start + batch_size]
                a0 = add_ones(X[rows])
                a1 = add_ones(logistic(a0 @ self.theta1))
                a2 = logistic(a1 @ self.theta2)
                d2 = (a2 - t[rows]) / len(rows)
                d1 = (d2 @ self.theta2[1:].T) * a1[:, 1:] * (1 - a1[:, 1:])
                self.theta2 = self.theta2 - lr * a1.T @ d2
                self.theta1 = self.theta1 - lr * a0.T @ d1
            if verbose and epoch % 10 == 0:
                print(epoch, "loss =", self.loss(X, t))


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    X = rng.normal(size=(100, 3))
    t = (X[:, :1] - X[:, 1:2] * X[:, 2:] > 0).astype(float)
    net = BinaryNet(3, 6)
    net.fit(X, t)
    print("accuracy:", np.mean((net.predict_proba(X) > 0.5) == t))
