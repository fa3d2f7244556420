import numpy as np


class XorSolver:
    def __init__(self, n_hidden=3):
        np.random.seed(8)
        self.w1 = np.random.randn(2, n_hidden)
        self.b1 = np.random.randn(n_hidden)
        self.w2 = np.random.randn(n_hidden, 1)
        self.b2 = np.random.randn(1)

    def forward(self, X):
        self.X = X
        self.h = 1 / (1 + np.exp(-(X @ self.w1 + self.b1)))
        self.o = 1 / (1 + np.exp(-(self.h @ self.w2 + self.b2)))
        return self.o

    def backward(self, y, lr):
        d_o = (self.o - y) * self.o * (1 - self.o)
        d_h = d_o @ self.w2.T * self.h * (1 - self.h)
        self.w2 -= lr * self.h.T @ d_o
        self.b2 -= lr * d_o.sum(axis=0)
        self.w1 -= lr * self.X.T @ d_h
        self.b1 -= lr * d_h.sum(axis=0)

    def train(self, X, y, epochs=5000, lr=0.5, report=5):
        for epoch in range(epochs):
            if epoch % report == 0:
                out = self.forward(X)
                error = 0.5 * np.sum((out - y) ** 2)
                if epoch % 1000 == 0:
                    print("epoch", epoch, "error", error)
            self.backward(y, lr)


if __name__ == "__main__":
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([[0], [1], [1], [0]])
    solver = XorSolver()
    solver.train(X, y)
    print(solver.forward(X))
