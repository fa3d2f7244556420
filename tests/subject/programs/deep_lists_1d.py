import numpy as np
import sys


class DeepNet:
    def __init__(self, *sizes):
        rng = np.random.RandomState(77)
        self.L = len(sizes) - 1
        self.w = [rng.normal(0, 1.0, (sizes[i + 1], sizes[i])) for i in range(self.L)]
        self.b = [rng.normal(0, 0.5, sizes[i + 1]) for i in range(self.L)]

    def squash(self, v):
        return 1.0 / (1.0 + np.exp(-v))

    def output(self, x):
        return self.activations(x)[-1]

    def activations(self, x):
        a = [np.asarray(x, float)]
        for i in range(self.L):
            a.append(self.squash(self.w[i] @ a[-1] + self.b[i]))
        return a

    def backprop(self, x, y):
        a = self.activations(x)
        gw = [np.zeros_like(w) for w in self.w]
        gb = [np.zeros_like(b) for b in self.b]
        delta = (a[-1] - y) * a[-1] * (1 - a[-1])
        gw[-1], gb[-1] = np.outer(delta, a[-2]), delta
        for l in range(self.L - 2, 0, -1):
            delta = (self.w[l + 1].T @ delta) * a[l + 1] * (1 - a[l + 1])
            gw[l] = np.outer(delta, a[l])
            gb[l] = delta
        return gw, gb

    def learn(self, samples, eta=0.5, epochs=300):
        for epoch in range(epochs):
            err = 0
            for x, y in samples:
                err += 0.5 * np.sum((self.output(x) - y) ** 2)
                gw, gb = self.backprop(x, y)
                for l in range(self.L):
                    self.w[l] -= eta * gw[l]
                    self.b[l] -= eta * gb[l]
            if epoch % 100 == 0:
                sys.stdout.write("epoch %d: %.4f\n" % (epoch, err))


if __name__ == "__main__":
    samples = [(np.array([i, j, k]), np.array([(i + j + k) % 2, i & j])) for i in (0, 1) for j in (0, 1) for k in (0, 1)]
    DeepNet(3, 6, 5, 2).learn(samples)
