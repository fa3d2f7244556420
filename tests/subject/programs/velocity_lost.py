"""Two-layer tanh network for regression, gradient descent with momentum."""
import numpy as np


class TwoLayerNet:
    def __init__(self, d_in, d_hidden, d_out, std=0.3):
        self.params = {
            "W1": std * np.random.randn(d_in, d_hidden),
            "b1": np.zeros(d_hidden),
            "W2": std * np.random.randn(d_hidden, d_out),
            "b2": np.zeros(d_out),
        }

    def forward(self, X):
        p = self.params
        self.X = X
        self.h = np.tanh(X @ p["W1"] + p["b1"])
        return self.h @ p["W2"] + p["b2"]

    def loss(self, out, Y):
        return 0.5 * np.sum((out - Y) ** 2) / len(Y)

    def backward(self, out, Y):
        d_out = (out - Y) / len(Y)
        d_hid = (d_out @ self.params["W2"].T) * (1 - self.h ** 2)
        return {
            "W1": self.X.T @ d_hid,
            "b1": d_hid.sum(axis=0),
            "W2": self.h.T @ d_out,
            "b2": d_out.sum(axis=0),
        }

    def step(self, grads, learning_rate, momentum=0.9):
        velocity = {name: np.zeros_like(value) for name, value in self.params.items()}
        for name in self.params:
            velocity[name] = momentum * velocity[name] - learning_rate * grads[name]
            self.params[name] += velocity[name]

    def train(self, X, Y, learning_rate=0.1, momentum=0.9, num_iters=400):
        history = []
        for _ in range(num_iters):
            out = self.forward(X)
            history.append(self.loss(out, Y))
            self.step(self.backward(out, Y), learning_rate, momentum)
        return history


if __name__ == "__main__":
    np.random.seed(14)
    X = np.random.randn(80, 3)
    Y = np.stack([np.sin(X[:, 0]), X[:, 1] * X[:, 2]], axis=1)
    net = TwoLayerNet(3, 16, 2)
    hist = net.train(X, Y)
    print("loss %.4f -> %.4f" % (hist[0], hist[-1]))
