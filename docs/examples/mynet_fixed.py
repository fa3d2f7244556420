"""The network of mynet.py, put right: the error is propagated before any weight is changed."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class NeuralNetwork:
    def __init__(self, n_in, n_hidden, n_out):
        rng = np.random.default_rng(42)
        self.W1 = rng.normal(0, 0.5, (n_in, n_hidden))
        self.b1 = np.zeros((1, n_hidden))
        self.W2 = rng.normal(0, 0.5, (n_hidden, n_out))
        self.b2 = np.zeros((1, n_out))

    def forward(self, X):
        self.a1 = sigmoid(X @ self.W1 + self.b1)
        self.a2 = sigmoid(self.a1 @ self.W2 + self.b2)
        return self.a2

    def backward(self, X, y, lr):
        n = len(X)
        delta2 = (self.a2 - y) * self.a2 * (1 - self.a2)
        delta1 = delta2 @ self.W2.T * self.a1 * (1 - self.a1)
        self.W2 -= lr * self.a1.T @ delta2 / n
        self.b2 -= lr * delta2.sum(axis=0, keepdims=True) / n
        self.W1 -= lr * X.T @ delta1 / n
        self.b1 -= lr * delta1.sum(axis=0, keepdims=True) / n

    def train(self, X, y, epochs, lr):
        for epoch in range(epochs):
            out = self.forward(X)
            if epoch % 1000 == 0:
                print(f"epoch {epoch}: MSE {np.mean((out - y) ** 2):.4f}")
            self.backward(X, y, lr)


if __name__ == "__main__":
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([[0], [1], [1], [0]])
    net = NeuralNetwork(2, 4, 1)
    net.train(X, y, epochs=10000, lr=1.0)
    print(net.forward(X).round(3))
