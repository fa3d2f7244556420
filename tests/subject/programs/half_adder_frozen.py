"""A half adder learnt by a small network (sum bit, carry bit)."""
import numpy as np


class FeedForwardNetwork:
    def __init__(self, layer_dims, alpha=0.5):
        self.alpha = alpha
        self.layer_dims = layer_dims
        self.W = []
        self.b = []
        for k in range(len(layer_dims) - 1):
            self.W.append(np.random.randn(layer_dims[k], layer_dims[k + 1]) / np.sqrt(layer_dims[k]))
            self.b.append(np.random.randn(layer_dims[k + 1]))

    def sigmoid(self, x):
        return 1.0 / (1 + np.exp(-x))

    def sigmoid_deriv(self, x):
        return x * (1 - x)

    def fit(self, X, y, epochs=1000, display_update=250):
        for epoch in range(epochs):
            self.fit_partial(X, y)
            if epoch == 0 or (epoch + 1) % display_update == 0:
                print("[INFO] epoch={}, loss={:.7f}".format(epoch + 1, self.calculate_loss(X, y)))

    def fit_partial(self, x, y):
        A = [np.atleast_2d(x)]
        for layer in range(len(self.W)):
            net = A[layer].dot(self.W[layer]) + self.b[layer]
            A.append(self.sigmoid(net))

        error = A[-1] - y
        D = [error * self.sigmoid_deriv(A[-1])]
        for layer in range(len(A) - 2, 0, -1):
            delta = D[-1].dot(self.W[layer].T) * self.sigmoid_deriv(A[layer])
            D.append(delta)
        D = D[::-1]

        for layer in range(len(self.W)):
            self.W[layer] += -self.alpha * A[layer].T.dot(D[layer])

    def predict(self, X):
        p = np.atleast_2d(X)
        for W, b in zip(self.W, self.b):
            p = self.sigmoid(np.dot(p, W) + b)
        return p

    def calculate_loss(self, X, targets):
        return 0.5 * np.sum((self.predict(X) - np.atleast_2d(targets)) ** 2)


if __name__ == "__main__":
    np.random.seed(33)
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([[0, 0], [1, 0], [1, 0], [0, 1]])
    nn = FeedForwardNetwork([2, 4, 2])
    nn.fit(X, y)
    print(nn.predict(X).round(3))
