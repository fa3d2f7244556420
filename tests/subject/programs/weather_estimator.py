import numpy as np


class Estimator:
    """scikit-learn like estimator with one hidden layer and a linear output."""

    def __init__(self, hidden=8, activation="logistic", lr=0.05, max_iter=200, seed=0):
        self.hidden = hidden
        self.activation = activation
        self.lr = lr
        self.max_iter = max_iter
        self.seed = seed

    def _act(self, z):
        if self.activation == "tanh":
            return np.tanh(z)
        elif self.activation == "relu":
            return np.maximum(z, 0)
        return 1 / (1 + np.exp(-z))

    def _act_grad(self, a):
        if self.activation == "tanh":
            return 1 - a
        elif self.activation == "relu":
            return (a > 0).astype(float)
        return a * (1 - a)

    def _setup(self, n_features, n_targets):
        rng = np.random.RandomState(self.seed)
        self.coef1 = rng.normal(0, 0.5, (n_features, self.hidden))
        self.intercept1 = rng.normal(0, 0.5, self.hidden)
        self.coef2 = rng.normal(0, 0.5, (self.hidden, n_targets))
        self.intercept2 = rng.normal(0, 0.5, n_targets)

    def predict(self, X):
        self._h = self._act(X @ self.coef1 + self.intercept1)
        return self._h @ self.coef2 + self.intercept2

    def fit(self, X, y):
        self._setup(X.shape[1], y.shape[1])
        self.loss_curve = []
        for _ in range(self.max_iter):
            residual = self.predict(X) - y
            self.loss_curve.append(0.5 * np.mean(np.sum(residual ** 2, axis=1)))
            d_out = residual / X.shape[0]
            d_hid = d_out @ self.coef2.T * self._act_grad(self._h)
            self.coef2 -= self.lr * self._h.T @ d_out
            self.intercept2 -= self.lr * d_out.sum(axis=0)
            self.coef1 -= self.lr * X.T @ d_hid
            self.intercept1 -= self.lr * d_hid.sum(axis=0)
        return self

    def score(self, X, y):
        u = np.sum((y - self.predict(X)) ** 2)
        return 1 - u / np.sum((y - y.mean(axis=0)) ** 2)


if __name__ == "__main__":
    rng = np.random.RandomState(1)
    X = rng.randn(100, 3)
    y = np.column_stack([np.tanh(X[:, 0]) + X[:, 1], X[:, 2] * 0.3])
    est = Estimator(max_iter=1000, lr=0.2).fit(X, y)
    print("R2 =", est.score(X, y))
