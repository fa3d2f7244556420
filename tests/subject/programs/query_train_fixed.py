"""A small three layer network after the well known book, with the deltas written out."""
import numpy as np
from scipy.special import expit as logistic


class Net(object):
    def __init__(self, inp, hid, out, lr=0.1):
        self.lr = lr
        self.w_ih = np.random.normal(0, inp ** -0.5, size=(hid, inp))
        self.w_ho = np.random.normal(0, hid ** -0.5, size=(out, hid))

    def train(self, x, t):
        x = np.array(x, ndmin=2).T
        t = np.array(t, ndmin=2).T
        hidden = logistic(self.w_ih @ x)
        final = logistic(self.w_ho @ hidden)

        delta_out = (t - final) * final * (1 - final)
        delta_hid = (self.w_ho.T @ delta_out) * hidden * (1 - hidden)

        self.w_ho += self.lr * delta_out @ hidden.T
        self.w_ih += self.lr * delta_hid @ x.T

    def query(self, x):
        x = np.array(x, ndmin=2).T
        return logistic(self.w_ho @ logistic(self.w_ih @ x))


if __name__ == "__main__":
    np.random.seed(0)
    nn = Net(3, 6, 2, lr=0.5)
    samples = [([0.1, 0.9, 0.3], [1, 0]), ([0.8, 0.2, 0.7], [0, 1]), ([0.4, 0.5, 0.1], [1, 0])]
    for epoch in range(1000):
        for a, b in samples:
            nn.train(a, b)
    for a, b in samples:
        print(b, nn.query(a).ravel())
