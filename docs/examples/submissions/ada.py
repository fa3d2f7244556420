import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = np.random.randn(n_in, n_hidden)
        self.b1 = np.zeros(n_hidden)
        self.W2 = np.random.randn(n_hidden, n_out)
        self.b2 = np.zeros(n_out)

    def forward(self, X):
        self.h = sigmoid(X @ self.W1 + self.b1)
        self.out = sigmoid(self.h @ self.W2 + self.b2)
        return self.out

    def loss(self, y):
        return np.sum((self.out - y) ** 2) / 2

    def backward(self, X, y):
        d2 = (self.out - y) * self.out * (1 - self.out)
        d1 = (d2 @ self.W2.T) * self.h * (1 - self.h)
        self.dW2 = self.h.T @ d2
        self.db2 = d2.sum(axis=0)
        self.dW1 = X.T @ d1
        self.db1 = d1.sum(axis=0)

    def step(self, lr):
        self.W1 -= lr * self.dW1
        self.b1 -= lr * self.db1
        self.W2 -= lr * self.dW2
        self.b2 -= lr * self.db2
