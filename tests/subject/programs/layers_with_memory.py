import numpy as np


class Linear:
    def __init__(self, rows, cols):
        self.w = np.random.randn(rows, cols) * 0.5
        self.b = np.random.randn(1, cols) * 0.5
        self.last_w = np.zeros((rows, cols))
        self.last_b = np.zeros((1, cols))

    def forward(self, x):
        self.x = x
        return x.dot(self.w) + self.b

    def backward(self, g):
        self.gw = self.x.T.dot(g)
        self.gb = g.sum(axis=0, keepdims=True)
        return g.dot(self.w.T)

    def update(self, lr, momentum):
        change_w = lr * self.gw - momentum * self.last_w
        change_b = lr * self.gb - momentum * self.last_b
        self.w -= change_w
        self.b -= change_b
        self.last_w = change_w
        self.last_b = change_b


class Logistic:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, g):
        return g * self.y * (1 - self.y)

    def update(self, lr, momentum):
        pass


class Mlp:
    def __init__(self, layers, lr=0.1, momentum=0.8):
        self.layers = layers
        self.lr = lr
        self.momentum = momentum

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def learn(self, x, t):
        y = self.forward(x)
        loss = 0.5 * np.sum((y - t) ** 2)
        g = y - t
        for layer in self.layers[::-1]:
            g = layer.backward(g)
        for layer in self.layers:
            layer.update(self.lr, self.momentum)
        return loss


def run():
    np.random.seed(13)
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    t = np.array([[0, 1], [1, 0], [1, 0], [0, 1]], float)
    net = Mlp([Linear(2, 5), Logistic(), Linear(5, 2), Logistic()], lr=0.5)
    for i in range(2001):
        loss = net.learn(x, t)
        if i % 500 == 0:
            print("%5d  %.5f" % (i, loss))


if __name__ == "__main__":
    run()
