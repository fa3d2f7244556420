import numpy as np


class ThreeClassNet:
    def __init__(self, n_in=4, n_hid=6, n_out=3):
        self.Wx = np.random.randn(n_in, n_hid) * 0.4
        self.bx = np.zeros(n_hid)
        self.Wy = np.random.randn(n_hid, n_out) * 0.4
        self.by = np.zeros(n_out)

    def forward(self, X):
        self.H = np.maximum(0, X @ self.Wx + self.bx)
        S = self.H @ self.Wy + self.by
        E = np.exp(S - S.max(axis=1)[:, None])
        return E / E.sum(axis=1)[:, None]

    def backward(self, X, Y, P, lr):
        N = len(X)
        dS = (P - Y) / N
        dH = dS @ self.Wy.T
        dH[self.H <= 0] = 0
        self.Wy -= lr * self.H.T @ dS
        self.by -= lr * dS.sum(axis=0)
        self.Wx -= lr * X.T @ dH
        self.bx -= lr * dH.sum(axis=0)

    def train(self, X, Y, epochs=300, lr=0.2):
        losses = []
        for epoch in range(epochs):
            P = self.forward(X)
            loss = np.mean((P - Y) ** 2)
            losses.append(loss)
            self.backward(X, Y, P, lr)
            if epoch % 50 == 0:
                print(f"Epoch {epoch}, MSE loss {loss:.4f}")
        return losses


if __name__ == "__main__":
    np.random.seed(12)
    X = np.random.randn(90, 4)
    Y = np.eye(3)[np.digitize(X[:, 0] + X[:, 1], [-0.5, 0.5])]
    net = ThreeClassNet()
    net.train(X, Y)
    print("acc", (net.forward(X).argmax(1) == Y.argmax(1)).mean())
