import numpy as np


class Network:
    """Any number of tanh layers and a linear output, (out, in) weights, column batches."""

    def __init__(self, *dims):
        self.theta = []
        for fan_in, fan_out in zip(dims[:-1], dims[1:]):
            self.theta.append(np.random.randn(fan_out, fan_in + 1) / np.sqrt(fan_in + 1))

    @staticmethod
    def _with_bias(A):
        return np.vstack([A, np.ones(A.shape[1])])

    def forward(self, X):
        self.A = [self._with_bias(X)]
        last = len(self.theta) - 1
        for k, th in enumerate(self.theta):
            Z = th @ self.A[-1]
            self.A.append(Z if k == last else self._with_bias(np.tanh(Z)))
        return self.A[-1]

    def backward(self, Y):
        grads = [None] * len(self.theta)
        D = (self.A[-1] - Y) / Y.shape[1]
        for k in reversed(range(len(self.theta))):
            grads[k] = D @ self.A[k].T
            if k:
                A = self.A[k][:-1]
                D = (self.theta[k][:, :-1].T @ D) * (1 - A ** 2)
        return grads

    def train(self, X, Y, rate=0.1, steps=1000, mu=0.9):
        V = [np.zeros_like(th) for th in self.theta]
        for s in range(steps):
            out = self.forward(X)
            grads = self.backward(Y)
            for k in range(len(V)):
                V[k] = mu * V[k] - rate * grads[k]
                self.theta[k] += V[k]
            if s % 200 == 0:
                print("step", s, "J =", 0.5 * np.sum((out - Y) ** 2) / Y.shape[1])


if __name__ == "__main__":
    np.random.seed(0)
    X = np.linspace(-3, 3, 50)[None]
    Y = np.vstack([np.sin(X), np.cos(X)])
    Network(1, 10, 10, 2).train(X, Y)
