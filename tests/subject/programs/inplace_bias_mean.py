import numpy as np


class Dense:
    """Affine layer with (out, in) weights; inputs are rows."""

    def __init__(self, n_in, n_out, activation):
        self.weights = np.random.randn(n_out, n_in) * np.sqrt(2.0 / (n_in + n_out))
        self.bias = np.zeros(n_out)
        self.activation = activation

    def forward(self, data):
        self.data = data
        z = data @ self.weights.T + self.bias
        if self.activation == "tanh":
            self.out = np.tanh(z)
        else:
            self.out = z
        return self.out

    def backward(self, gradient, lr):
        if self.activation == "tanh":
            gradient = gradient * (1 - self.out ** 2)
        downstream = gradient @ self.weights
        self.weights -= lr * gradient.T @ self.data
        self.bias -= lr * np.mean(gradient, axis=0)
        return downstream


class Regressor:
    def __init__(self, dims):
        self.layers = [Dense(a, b, "tanh") for a, b in zip(dims[:-2], dims[1:-1])]
        self.layers.append(Dense(dims[-2], dims[-1], "linear"))

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def train(self, x, y, epochs=200, lr=0.05):
        for epoch in range(epochs):
            pred = self.forward(x)
            loss = np.sum((pred - y) ** 2) / (2 * len(x))
            grad = (pred - y) / len(x)
            for layer in self.layers[::-1]:
                grad = layer.backward(grad, lr)
            if epoch % 50 == 0:
                print("Epoch", epoch, "loss", loss)


if __name__ == "__main__":
    np.random.seed(40)
    x = np.random.uniform(-2, 2, (60, 2))
    y = np.stack([x[:, 0] * x[:, 1], np.sin(x[:, 0])], axis=1)
    Regressor([2, 12, 2]).train(x, y)
