import numpy as np

try:
    import mnist
except ImportError:
    mnist = None


class Dense:
    def __init__(self, in_size, out_size):
        self.W = np.random.randn(out_size, in_size) * 0.3
        self.B = np.random.randn(out_size, 1) * 0.3

    def forward(self, X):
        self.X = X
        return self.W @ X + self.B

    def backward(self, dY, lr):
        dX = self.W.T @ dY
        self.W = self.W - lr * dY @ self.X.T
        self.B = self.B - lr * dY
        return dX


class Sigmoid:
    def forward(self, X):
        self.S = 1 / (1 + np.exp(-X))
        return self.S

    def backward(self, dY, lr):
        return dY * self.S * (1 - self.S)


class Softmax:
    def forward(self, X):
        e = np.exp(X - X.max())
        self.P = e / e.sum()
        return self.P

    def backward(self, dY, lr):
        n = self.P.size
        return ((np.identity(n) - self.P.T) * self.P) @ dY


def nll(y, p):
    return -np.sum(y * np.log(p))


def nll_prime(y, p):
    return -y / p


def train(network, xs, ys, epochs=100, lr=0.1):
    for e in range(epochs):
        err = 0
        for x, y in zip(xs, ys):
            out = x
            for layer in network:
                out = layer.forward(out)
            err += nll(y, out)
            grad = nll_prime(y, out)
            for layer in reversed(network):
                grad = layer.backward(grad, lr)
        if e % 20 == 0:
            print(f"{e + 1}/{epochs}, error={err / len(xs):.5f}")


if __name__ == "__main__":
    np.random.seed(0)
    if mnist is not None:
        xs = mnist.train_images()[:200].reshape(-1, 784, 1) / 255
        ys = np.eye(10)[mnist.train_labels()[:200]].reshape(-1, 10, 1)
    else:
        xs = np.random.rand(60, 5, 1)
        ys = np.eye(3)[xs[:, :3, 0].argmax(1)].reshape(-1, 3, 1)
    n_in, n_out = xs.shape[1], ys.shape[1]
    train([Dense(n_in, 12), Sigmoid(), Dense(12, n_out), Softmax()], xs, ys)
