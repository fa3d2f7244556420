import numpy as np


class MultiLayerNet:
    def __init__(self, ni, nh, no, lr=0.3):
        self.lr = lr
        self.W1 = np.random.randn(ni, nh)
        self.B1 = np.random.randn(nh)
        self.W2 = np.random.randn(nh, no)
        self.B2 = np.random.randn(no)

    def think(self, x):
        self.x = x
        self.hidden = 1 / (1 + np.exp(-(x @ self.W1 + self.B1)))
        self.out = 1 / (1 + np.exp(-(self.hidden @ self.W2 + self.B2)))
        return self.out

    def learn(self, x, target):
        self.think(x)
        cost = 0.5 * ((target - self.out) ** 2).sum()

        out_grad = (target - self.out) * self.out * (1 - self.out)
        for j in range(self.W2.shape[0]):
            for k in range(self.W2.shape[1]):
                self.W2[j, k] += self.lr * self.hidden[j] * out_grad[k]
        self.B2 += self.lr * out_grad

        hid_grad = self.hidden * (1 - self.hidden) * (self.W2 @ out_grad)
        for i in range(self.W1.shape[0]):
            for j in range(self.W1.shape[1]):
                self.W1[i, j] += self.lr * x[i] * hid_grad[j]
        self.B1 += self.lr * hid_grad
        return cost

    def train(self, samples, epochs):
        for e in range(epochs):
            c = sum(self.learn(np.array(x, float), np.array(t, float)) for x, t in samples)
            if not e % 500:
                print("epoch %d cost %.5f" % (e, c))


if __name__ == '__main__':
    np.random.seed(21)
    samples = [((0, 0), (0, 0)), ((0, 1), (1, 0)), ((1, 0), (1, 0)), ((1, 1), (0, 1))]
    net = MultiLayerNet(2, 4, 2)
    net.train(samples, 2000)
    for x, t in samples:
        print(x, t, net.think(np.array(x, float)).round(2))
