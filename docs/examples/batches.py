"""Mini-batches whose gradient is divided by the number of all samples."""

import numpy as np


class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = np.random.randn(n_in, n_hidden)
        self.W2 = np.random.randn(n_hidden, n_out)

    def predict(self, X):
        return np.tanh(X @ self.W1) @ self.W2

    def fit(self, X, y, epochs=100, lr=0.1, batch_size=16):
        for _ in range(epochs):
            order = np.random.permutation(len(X))
            for start in range(0, len(X), batch_size):
                rows = order[start : start + batch_size]
                h = np.tanh(X[rows] @ self.W1)
                error = (h @ self.W2 - y[rows]) / len(X)
                dW1 = X[rows].T @ (error @ self.W2.T * (1 - h**2))
                self.W2 -= lr * h.T @ error
                self.W1 -= lr * dW1
