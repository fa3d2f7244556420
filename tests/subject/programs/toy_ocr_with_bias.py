import numpy as np


def sigm(t):
    return 1.0 / (1.0 + np.exp(-t))


class MLP:
    """input -> hidden -> output, trained sample by sample"""

    def __init__(self, n_in, n_hid, n_out, rate=0.2, seed=1):
        rng = np.random.RandomState(seed)
        self.weights_ih = rng.uniform(-0.5, 0.5, (n_hid, n_in))
        self.weights_ho = rng.uniform(-0.5, 0.5, (n_out, n_hid))
        self.bias_h = rng.uniform(-0.5, 0.5, n_hid)
        self.bias_o = rng.uniform(-0.5, 0.5, n_out)
        self.rate = rate

    def feedforward(self, sample):
        h = sigm(self.weights_ih.dot(sample) + self.bias_h)
        return sigm(self.weights_ho.dot(h) + self.bias_o)

    def train(self, sample, target):
        sample = np.asarray(sample, float)
        target = np.asarray(target, float)

        h = sigm(self.weights_ih.dot(sample) + self.bias_h)
        o = sigm(self.weights_ho.dot(h) + self.bias_o)

        err_o = target - o
        err_h = self.weights_ho.T.dot(err_o)

        grad_o = err_o * o * (1 - o) * self.rate
        grad_h = err_h * h * (1 - h) * self.rate

        self.weights_ho += np.outer(grad_o, h)
        self.bias_o += grad_o
        self.weights_ih += np.outer(grad_h, sample)
        self.bias_h += grad_h


if __name__ == "__main__":
    L = [1, 0, 1, 0, 1, 1]
    T = [1, 1, 0, 1, 0, 1]
    I = [0, 1, 0, 1, 0, 1]
    net = MLP(6, 5, 3)
    for _ in range(2000):
        net.train(L, [1, 0, 0])
        net.train(T, [0, 1, 0])
        net.train(I, [0, 0, 1])
    for letter in (L, T, I):
        print(np.round(net.feedforward(letter), 2))
