import numpy as np


class FullyConnected:
    def __init__(self, n_in, n_out):
        self.w = np.random.uniform(-1, 1, (n_in, n_out))
        self.b = np.random.uniform(-1, 1, (1, n_out))

    def forward(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, grad, lr):
        self.w -= lr * (self.x.T @ grad)
        self.b -= lr * grad.sum(axis=0, keepdims=True)
        return grad @ self.w.T


class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, grad, lr):
        return grad * self.out * (1 - self.out)


class Network:
    def __init__(self):
        self.layers = []

    def add(self, layer):
        self.layers.append(layer)
        return self

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def fit(self, x, t, epochs, lr):
        for epoch in range(epochs):
            y = self.predict(x)
            if epoch % 500 == 0:
                print("epoch", epoch, "bce", -np.mean(t * np.log(y) + (1 - t) * np.log(1 - y)))
            grad = (y - t) / (y * (1 - y)) / t.size
            for layer in reversed(self.layers):
                grad = layer.backward(grad, lr)


if __name__ == "__main__":
    np.random.seed(2)
    net = Network().add(FullyConnected(2, 4)).add(Sigmoid()).add(FullyConnected(4, 1)).add(Sigmoid())
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    T = np.array([[0], [1], [1], [0]])
    net.fit(X, T, 3000, 2.0)
    print(net.predict(X).round(3))
