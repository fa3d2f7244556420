import numpy as np


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = np.zeros_like(data)


class Linear:
    def __init__(self, n_in, n_out):
        self.W = Parameter(np.random.randn(n_in, n_out) / np.sqrt(n_in))
        self.b = Parameter(np.zeros(n_out))

    def forward(self, x):
        self.x = x
        return x @ self.W.data + self.b.data

    def backward(self, dy):
        self.W.grad += self.x.T @ dy
        self.b.grad += dy.sum(axis=0)
        return dy @ self.W.data.T

    def parameters(self):
        return [self.W, self.b]


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dy):
        return dy * (1 - self.y ** 2)

    def parameters(self):
        return []


class Net:
    def __init__(self):
        self.layers = [Linear(3, 10), Tanh(), Linear(10, 2)]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dy):
        for layer in reversed(self.layers):
            dy = layer.backward(dy)

    def sgd_step(self, lr):
        for layer in self.layers:
            for p in layer.parameters():
                p.data -= lr * p.grad


def fit(net, X, Y, lr=0.01, steps=100):
    for step in range(steps):
        out = net.forward(X)
        loss = np.mean(np.sum((out - Y) ** 2, axis=1))
        net.backward(2 * (out - Y) / len(X))
        net.sgd_step(lr)
        if step % 20 == 0:
            print(step, loss)


if __name__ == "__main__":
    np.random.seed(31)
    X = np.random.randn(50, 3)
    Y = np.c_[X[:, 0] * X[:, 1], np.cos(X[:, 2])]
    fit(Net(), X, Y)
