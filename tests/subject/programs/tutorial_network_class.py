import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class NeuralNetwork:
    """Fully connected network with sigmoid units in every layer."""

    def __init__(self, layer_sizes):
        np.random.seed(42)
        self.weights = []
        self.biases = []
        for n_in, n_out in zip(layer_sizes[:-1], layer_sizes[1:]):
            self.weights.append(np.random.randn(n_in, n_out) * 0.5)
            self.biases.append(np.zeros(n_out))

    def forward(self, X):
        self.activations = [X]
        for W, b in zip(self.weights, self.biases):
            X = sigmoid(X @ W + b)
            self.activations.append(X)
        return X

    def backward(self, y, lr):
        m = len(y)
        out = self.activations[-1]
        delta = (out - y.reshape(-1, 1)) * out * (1 - out)
        for i in range(len(self.weights) - 1, -1, -1):
            a_prev = self.activations[i]
            dW = a_prev.T @ delta / m
            db = delta.mean(axis=0)
            if i > 0:
                delta = (delta @ self.weights[i].T) * a_prev * (1 - a_prev)
            self.weights[i] -= lr * dW
            self.biases[i] -= lr * db

    def train(self, X, y, epochs=1000, lr=1.0):
        history = []
        for epoch in range(epochs):
            pred = self.forward(X)
            loss = np.mean((pred.flatten() - y) ** 2)
            history.append(loss)
            self.backward(y, lr)
            if epoch % 500 == 0:
                print(f"epoch {epoch:5d}   loss {loss:.4f}")
        return history


X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([0, 1, 1, 0])

net = NeuralNetwork([2, 4, 1])
history = net.train(X, y, epochs=3000, lr=2.0)

print("\nAfter training:")
for row, target, p in zip(X, y, net.forward(X).flatten()):
    print(f"  {row} -> {p:.3f}   (should be {target})")
