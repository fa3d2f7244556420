"""A network whose gradient is right. Its momentum is not: the velocity is never kept."""

import numpy as np


class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = np.random.randn(n_in, n_hidden)
        self.W2 = np.random.randn(n_hidden, n_out)
        self.v1 = np.zeros_like(self.W1)
        self.v2 = np.zeros_like(self.W2)

    def predict(self, X):
        self.h = np.tanh(X @ self.W1)
        return self.h @ self.W2

    def train(self, X, y, lr, momentum):
        error = self.predict(X) - y
        dW2 = self.h.T @ error
        dW1 = X.T @ (error @ self.W2.T * (1 - self.h**2))
        v1 = momentum * self.v1 - lr * dW1
        v2 = momentum * self.v2 - lr * dW2
        self.W1 += v1
        self.W2 += v2
        return 0.5 * np.sum(error**2)
