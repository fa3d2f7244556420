import numpy as np
from tqdm import tqdm


def tanh(x):
    return np.tanh(x)


def d_tanh(x):
    return 1 - x ** 2


class SpiralNet:
    """Three weight layers, tanh everywhere, trained with full-batch gradient descent on the MSE."""

    def __init__(self, n_features, h1, h2, n_out):
        r = np.random.RandomState(10)
        self.w1, self.b1 = r.randn(n_features, h1) * 0.4, np.zeros(h1)
        self.w2, self.b2 = r.randn(h1, h2) * 0.4, np.zeros(h2)
        self.w3, self.b3 = r.randn(h2, n_out) * 0.4, np.zeros(n_out)

    def predict_raw(self, X):
        self.z1 = X.dot(self.w1) + self.b1
        self.h1 = tanh(self.z1)
        self.z2 = self.h1.dot(self.w2) + self.b2
        self.h2 = tanh(self.z2)
        self.z3 = self.h2.dot(self.w3) + self.b3
        return tanh(self.z3)

    def predict(self, X):
        return np.sign(self.predict_raw(X))

    def fit(self, X, Y, lr=0.05, epochs=300):
        self.losses = []
        for _ in tqdm(range(epochs)):
            out = self.predict_raw(X)
            self.losses.append(np.mean((out - Y) ** 2))
            g3 = 2 * (out - Y) / Y.size * (1 - out ** 2)
            g2 = g3.dot(self.w3.T) * d_tanh(self.z2)
            g1 = g2.dot(self.w2.T) * d_tanh(self.z1)
            self.w3 -= lr * self.h2.T.dot(g3)
            self.b3 -= lr * g3.sum(axis=0)
            self.w2 -= lr * self.h1.T.dot(g2)
            self.b2 -= lr * g2.sum(axis=0)
            self.w1 -= lr * X.T.dot(g1)
            self.b1 -= lr * g1.sum(axis=0)
        return self


def spirals(n=100):
    t = np.sqrt(np.random.rand(n, 1)) * 2 * np.pi
    a = np.hstack((-np.cos(t) * t, np.sin(t) * t))
    X = np.vstack((a, -a)) / 6
    return X, np.vstack((np.ones((n, 1)), -np.ones((n, 1))))


if __name__ == "__main__":
    np.random.seed(0)
    X, Y = spirals()
    net = SpiralNet(2, 12, 8, 1).fit(X, Y)
    print("loss", net.losses[-1], "accuracy", (net.predict(X) == Y).mean())
