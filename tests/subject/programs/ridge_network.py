import numpy as np


class RidgeNet:
    def __init__(self, n_in, n_hidden, n_out, lam=0.1, seed=0):
        rng = np.random.default_rng(seed)
        self.lam = lam
        self.W = [rng.normal(0, 0.6, (n_hidden, n_in)), rng.normal(0, 0.6, (n_out, n_hidden))]
        self.b = [rng.normal(0, 0.2, n_hidden), rng.normal(0, 0.2, n_out)]

    def forward(self, X):
        self.a = np.tanh(X @ self.W[0].T + self.b[0])
        return self.a @ self.W[1].T + self.b[1]

    def objective(self, X, Y):
        fit = np.mean((self.forward(X) - Y) ** 2)
        penalty = 0.5 * self.lam * sum((W ** 2).sum() for W in self.W)
        return fit + penalty

    def backward(self, X, Y):
        out = self.forward(X)
        g = 2 * (out - Y) / Y.size
        dW2 = g.T @ self.a + 2 * self.lam * self.W[1]
        db2 = g.sum(axis=0)
        g = g @ self.W[1] * (1 - self.a ** 2)
        dW1 = g.T @ X + 2 * self.lam * self.W[0]
        db1 = g.sum(axis=0)
        return [dW1, dW2], [db1, db2]

    def train(self, X, Y, lr=0.1, epochs=500):
        for e in range(epochs):
            dW, db = self.backward(X, Y)
            for i in range(2):
                self.W[i] -= lr * dW[i]
                self.b[i] -= lr * db[i]
            if e % 100 == 0:
                print(f"{e:4d} {self.objective(X, Y):.5f}")


if __name__ == "__main__":
    rng = np.random.default_rng(3)
    X = rng.normal(size=(60, 3))
    Y = np.c_[X[:, :1] * X[:, 1:2], X[:, 2:] ** 2]
    RidgeNet(3, 10, 2, lam=0.001).train(X, Y)
