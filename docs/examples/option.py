"""A network with an option: it is right as it comes, and wrong with activation="tanh"."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Net:
    def __init__(self, sizes, activation="sigmoid"):
        self.W = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]
        self.activation = sigmoid if activation == "sigmoid" else np.tanh

    def forward(self, X):
        self.a = [X]
        for W, b in zip(self.W, self.b):
            self.a.append(self.activation(self.a[-1] @ W + b))
        return self.a[-1]

    def fit(self, X, y, lr=0.1, epochs=100):
        for _ in range(epochs):
            out = self.forward(X)
            delta = (out - y) * out * (1 - out)
            for i in reversed(range(len(self.W))):
                dW, db = self.a[i].T @ delta, delta.sum(axis=0)
                delta = delta @ self.W[i].T * self.a[i] * (1 - self.a[i])
                self.W[i] -= lr * dW
                self.b[i] -= lr * db
