import numpy as np
import random


class Brain:
    """Fully connected network; column vectors, one list entry per layer."""

    def __init__(self, layout, activation="sigmoid"):
        self.layout = layout
        self.activation = activation
        self.weights = [np.random.randn(o, i) / np.sqrt(i) for i, o in zip(layout, layout[1:])]
        self.biases = [np.random.randn(o, 1) * 0.1 for o in layout[1:]]

    def f(self, z):
        if self.activation == "tanh":
            return np.tanh(z)
        return 1 / (1 + np.exp(-z))

    def fprime(self, z):
        if self.activation == "tanh":
            return 1 - z ** 2
        s = self.f(z)
        return s * (1 - s)

    def predict(self, x):
        for W, b in zip(self.weights, self.biases):
            x = self.f(W @ x + b)
        return x

    def gradient(self, x, y):
        zs, acts = [], [x]
        for W, b in zip(self.weights, self.biases):
            zs.append(W @ acts[-1] + b)
            acts.append(self.f(zs[-1]))
        delta = (acts[-1] - y) * self.fprime(zs[-1])
        gW, gb = [delta @ acts[-2].T], [delta]
        for k in range(len(self.weights) - 2, -1, -1):
            delta = self.weights[k + 1].T @ delta * self.fprime(zs[k])
            gW.insert(0, delta @ acts[k].T)
            gb.insert(0, delta)
        return gW, gb

    def train(self, pairs, rounds, eta, batch=5):
        for r in range(rounds):
            random.shuffle(pairs)
            for i in range(0, len(pairs), batch):
                part = pairs[i:i + batch]
                grads = [self.gradient(x, y) for x, y in part]
                for k in range(len(self.weights)):
                    self.weights[k] -= eta / len(part) * sum(g[0][k] for g in grads)
                    self.biases[k] -= eta / len(part) * sum(g[1][k] for g in grads)
            if r % 20 == 0:
                print("round", r, "cost", self.cost(pairs))

    def cost(self, pairs):
        return sum(0.5 * np.sum((self.predict(x) - y) ** 2) for x, y in pairs) / len(pairs)


if __name__ == "__main__":
    random.seed(0)
    np.random.seed(0)
    pts = [np.random.uniform(-1, 1, (2, 1)) for _ in range(60)]
    data = [(p, np.array([[float(p[0, 0] > p[1, 0])]])) for p in pts]
    net = Brain([2, 4, 1])
    net.train(data, 100, 1.0)
    x1 = float(input("first number between -1 and 1: "))
    x2 = float(input("second number: "))
    print(net.predict(np.array([[x1], [x2]])))
