import numpy as np


class LinearLayer:
    def __init__(self, n_in, n_out):
        self.W = np.random.normal(0, 1 / np.sqrt(n_in), (n_in, n_out))
        self.b = np.zeros(n_out)
        self.dW, self.db = None, None

    def forward(self, X):
        self.X = X
        return X @ self.W + self.b

    def backward(self, dY):
        self.dW = self.X.T @ dY
        self.db = dY.sum(axis=0)
        return dY @ self.W.T


class SigmoidLayer:
    def forward(self, X):
        self.out = 1.0 / (1.0 + np.exp(X))
        return self.out

    def backward(self, dY):
        return dY * self.out * (1.0 - self.out)


class SoftmaxCE:
    def forward(self, X, labels):
        s = X - X.max(axis=1, keepdims=True)
        self.p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
        self.labels = labels
        return -np.log(self.p[np.arange(len(X)), labels]).mean()

    def backward(self):
        d = self.p.copy()
        d[np.arange(len(d)), self.labels] -= 1
        return d / len(d)


class Net:
    def __init__(self, sizes):
        self.layers = []
        for i in range(len(sizes) - 1):
            self.layers.append(LinearLayer(sizes[i], sizes[i + 1]))
            if i < len(sizes) - 2:
                self.layers.append(SigmoidLayer())
        self.criterion = SoftmaxCE()

    def forward(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def train_step(self, X, labels, lr):
        loss = self.criterion.forward(self.forward(X), labels)
        grad = self.criterion.backward()
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        for layer in self.layers:
            if hasattr(layer, "W"):
                layer.W -= lr * layer.dW
                layer.b -= lr * layer.db
        return loss


if __name__ == "__main__":
    np.random.seed(7)
    X = np.random.randn(100, 4)
    labels = (X[:, 0] + X[:, 1] > 0).astype(int) + (X[:, 2] > 1)
    net = Net([4, 10, 3])
    for step in range(500):
        loss = net.train_step(X, labels, 0.5)
        if step % 100 == 0:
            print("step", step, "loss", round(loss, 4))
