"""MLP with a choice of activation. The bias is the last row of each weight matrix."""
import numpy as np


class MultilayerPerceptron:
    def __init__(self, sizes, activation="sigmoid", eta=0.1, seed=None):
        gen = np.random.RandomState(seed)
        self.W = [gen.uniform(-1, 1, (a + 1, b)) for a, b in zip(sizes, sizes[1:])]
        self.eta = eta
        if activation == "sigmoid":
            self.f = lambda v: 1 / (1 + np.exp(-v))
            self.df = lambda a: a * (1 - a)
        elif activation == "tanh":
            self.f = np.tanh
            self.df = lambda a: 1 - np.tanh(a) ** 2
        else:
            raise ValueError("unknown activation")

    def predict(self, x):
        out = np.asarray(x, float)
        for W in self.W:
            out = self.f(np.append(out, 1.0) @ W)
        return out

    def fit(self, X, Y, epochs=100):
        for epoch in range(epochs):
            total = 0
            for x, t in zip(X, Y):
                acts = [np.append(x, 1.0)]
                for i, W in enumerate(self.W):
                    a = self.f(acts[-1] @ W)
                    if i < len(self.W) - 1:
                        a = np.append(a, 1.0)
                    acts.append(a)
                err = acts[-1] - t
                total += 0.5 * np.sum(err ** 2)
                delta = err * self.df(acts[-1])
                for i in range(len(self.W) - 1, -1, -1):
                    grad = np.outer(acts[i], delta)
                    if i > 0:
                        back = self.W[i] @ delta
                        delta = back[:-1] * self.df(acts[i][:-1])
                    self.W[i] -= self.eta * grad
            if epoch % 50 == 0:
                print(epoch, total)
        return self


if __name__ == "__main__":
    rng = np.random.RandomState(5)
    X = rng.randn(40, 4)
    Y = np.stack([X[:, 0] * X[:, 1] > 0, X[:, 2] > 0.3], axis=1).astype(float)
    net = MultilayerPerceptron([4, 6, 2], seed=2).fit(X, Y, epochs=200)
    print("training accuracy", np.mean([np.round(net.predict(x)) == t for x, t in zip(X, Y)]))
