import numpy as np


class NN:
    """Two hidden layers and softmax; examples are columns."""

    def __init__(self, nx, n1, n2, ny):
        np.random.seed(2)
        self.W1 = np.random.randn(n1, nx) / np.sqrt(nx)
        self.b1 = np.zeros((n1, 1))
        self.W2 = np.random.randn(n2, n1) / np.sqrt(n1)
        self.b2 = np.zeros((n2, 1))
        self.W3 = np.random.randn(ny, n2) / np.sqrt(n2)
        self.b3 = np.zeros((ny, 1))

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def softmax(self, z):
        e = np.exp(z - np.max(z, axis=0, keepdims=True))
        return e / np.sum(e, axis=0, keepdims=True)

    def forward(self, X):
        self.Z1 = self.W1 @ X + self.b1
        self.A1 = self.sigmoid(self.Z1)
        self.Z2 = self.W2 @ self.Z1 + self.b2
        self.A2 = self.sigmoid(self.Z2)
        self.Z3 = self.W3 @ self.A2 + self.b3
        self.A3 = self.softmax(self.Z3)
        return self.A3

    def cost(self, Y):
        return -np.sum(Y * np.log(self.A3)) / Y.shape[1]

    def backward(self, X, Y):
        m = X.shape[1]
        dZ3 = (self.A3 - Y) / m
        self.dW3 = dZ3 @ self.A2.T
        self.db3 = np.sum(dZ3, axis=1, keepdims=True)
        dZ2 = self.W3.T @ dZ3 * self.A2 * (1 - self.A2)
        self.dW2 = dZ2 @ self.A1.T
        self.db2 = np.sum(dZ2, axis=1, keepdims=True)
        dZ1 = self.W2.T @ dZ2 * self.A1 * (1 - self.A1)
        self.dW1 = dZ1 @ X.T
        self.db1 = np.sum(dZ1, axis=1, keepdims=True)

    def update(self, lr):
        for k in ("W1", "b1", "W2", "b2", "W3", "b3"):
            setattr(self, k, getattr(self, k) - lr * getattr(self, "d" + k))

    def fit(self, X, Y, lr=0.5, iterations=300):
        for i in range(iterations):
            self.forward(X)
            if i % 100 == 0:
                print("cost", i, self.cost(Y))
            self.backward(X, Y)
            self.update(lr)


if __name__ == "__main__":
    X = np.random.RandomState(1).randn(4, 120)
    Y = np.eye(3)[:, (X[0] > 0).astype(int) + (X[1] > 0.5)]
    net = NN(4, 8, 6, 3)
    net.fit(X, Y)
    print("accuracy", np.mean(net.forward(X).argmax(0) == Y.argmax(0)))
