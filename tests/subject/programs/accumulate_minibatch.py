import numpy as np


class ANN:
    def __init__(self, inputs, hidden, outputs):
        self.w_h = np.random.uniform(-1, 1, (hidden, inputs))
        self.th_h = np.random.uniform(-1, 1, hidden)
        self.w_o = np.random.uniform(-1, 1, (outputs, hidden))
        self.th_o = np.random.uniform(-1, 1, outputs)

    @staticmethod
    def act(v):
        return 1 / (1 + np.exp(-v))

    def run(self, x):
        self.h = self.act(self.w_h @ x + self.th_h)
        return self.act(self.w_o @ self.h + self.th_o)

    def train_batch(self, xs, ts, eta):
        """One step of gradient descent on the samples xs."""
        sum_wh = np.zeros_like(self.w_h)
        sum_bh = np.zeros_like(self.th_h)
        sum_wo = np.zeros_like(self.w_o)
        sum_bo = np.zeros_like(self.th_o)
        sse = 0.0
        for x, t in zip(xs, ts):
            o = self.run(x)
            sse += 0.5 * np.sum((o - t) ** 2)
            do = (o - t) * o * (1 - o)
            dh = (self.w_o.T @ do) * self.h * (1 - self.h)
            sum_wo = np.outer(do, self.h)
            sum_bo = do
            sum_wh = np.outer(dh, x)
            sum_bh = dh
        self.w_o -= eta * sum_wo
        self.th_o -= eta * sum_bo
        self.w_h -= eta * sum_wh
        self.th_h -= eta * sum_bh
        return sse

    def train(self, X, T, eta=0.5, epochs=200, size=4):
        for e in range(epochs):
            order = np.random.permutation(len(X))
            err = 0
            for k in range(0, len(X), size):
                pick = order[k:k + size]
                err += self.train_batch(X[pick], T[pick], eta)
            if e % 40 == 0:
                print("epoch", e, "error", err)


def main():
    np.random.seed(4)
    X = np.random.rand(32, 3)
    T = np.c_[X.sum(axis=1) > 1.5, X[:, 0] > X[:, 1]].astype(float)
    ANN(3, 5, 2).train(X, T)


if __name__ == "__main__":
    main()
