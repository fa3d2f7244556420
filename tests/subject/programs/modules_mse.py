import numpy as np


class Module:
    def parameters(self):
        return []


class FullyConnected(Module):
    def __init__(self, fan_in, fan_out):
        bound = 1 / np.sqrt(fan_in)
        self.weight = np.random.uniform(-bound, bound, (fan_out, fan_in))
        self.bias = np.random.uniform(-bound, bound, fan_out)
        self.grad_weight = np.zeros_like(self.weight)
        self.grad_bias = np.zeros_like(self.bias)

    def __call__(self, x):
        self.x = x
        return x @ self.weight.T + self.bias

    def backward(self, upstream):
        self.grad_weight = upstream.T @ self.x
        self.grad_bias = upstream.sum(axis=0)
        return upstream @ self.weight

    def parameters(self):
        return [(self.weight, self.grad_weight), (self.bias, self.grad_bias)]


class LeakyReLU(Module):
    def __init__(self, slope=0.1):
        self.slope = slope

    def __call__(self, x):
        self.x = x
        return np.where(x > 0, x, self.slope * x)

    def backward(self, upstream):
        return upstream * np.where(self.x > 0, 1, self.slope)


class MSELoss:
    def __call__(self, pred, target):
        self.diff = pred - target
        return np.mean(self.diff ** 2)

    def backward(self):
        return 2 * self.diff / len(self.diff)


class Model:
    def __init__(self, *modules):
        self.modules = modules

    def __call__(self, x):
        for m in self.modules:
            x = m(x)
        return x

    def backward(self, grad):
        for m in self.modules[::-1]:
            grad = m.backward(grad)

    def update(self, lr):
        for m in self.modules:
            for p, g in m.parameters():
                p -= lr * g


if __name__ == "__main__":
    np.random.seed(100)
    X = np.random.randn(64, 3)
    T = np.stack([X[:, 0] - X[:, 1], np.abs(X[:, 2])], axis=1)
    model = Model(FullyConnected(3, 16), LeakyReLU(), FullyConnected(16, 2))
    criterion = MSELoss()
    for epoch in range(300):
        loss = criterion(model(X), T)
        model.backward(criterion.backward())
        model.update(0.05)
        if epoch % 50 == 0:
            print("epoch %3d  mse %.5f" % (epoch, loss))
