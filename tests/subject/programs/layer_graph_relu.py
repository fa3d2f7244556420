import numpy as np


class Dense:
    def __init__(self, n_in, n_out, rng):
        self.params = {"W": rng.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in), "b": np.zeros(n_out)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x @ self.params["W"] + self.params["b"]

    def backward(self, d):
        self.grads = {"W": self.x.T @ d, "b": d.sum(axis=0)}
        return d @ self.params["W"].T


class ReLU:
    params, grads = {}, {}

    def forward(self, x):
        self.output = np.maximum(x, 0.0)
        return self.output

    def backward(self, d):
        d = d.copy()
        d[self.output < 0] = 0
        return d


class Sequential:
    def __init__(self, *layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, d):
        for layer in reversed(self.layers):
            d = layer.backward(d)
        return d

    def step(self, lr):
        for layer in self.layers:
            for key, g in layer.grads.items():
                layer.params[key] -= lr * g


def softmax_loss(scores, y):
    p = np.exp(scores - scores.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    n = len(y)
    loss = -np.log(p[np.arange(n), y]).sum() / n
    d = p.copy()
    d[np.arange(n), y] -= 1
    return loss, d / n


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    X = rng.normal(size=(150, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    model = Sequential(Dense(2, 16, rng), ReLU(), Dense(16, 2, rng))
    for it in range(401):
        loss, dscores = softmax_loss(model.forward(X), y)
        model.backward(dscores)
        model.step(0.3)
        if it % 100 == 0:
            print(it, loss)
