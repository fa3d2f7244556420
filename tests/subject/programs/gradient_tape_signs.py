import numpy as np


def logistic(z):
    return 1 / (1 + np.exp(-z))


def logistic_slope(a):
    return a * (a - 1)


def softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    ez = np.exp(z)
    return ez / ez.sum(axis=1, keepdims=True)


def initialise(sizes, seed):
    np.random.seed(seed)
    ws, bs = [], []
    for n, m in zip(sizes[:-1], sizes[1:]):
        ws.append(np.random.randn(n, m) * np.sqrt(1 / n))
        bs.append(np.random.randn(1, m) * 0.1)
    return ws, bs


def forward_pass(x, ws, bs):
    h = logistic(x @ ws[0] + bs[0])
    return h, softmax(h @ ws[1] + bs[1])


def cross_entropy(p, t):
    return -np.sum(t * np.log(p + 1e-300)) / len(t)


def backward_pass(x, t, h, p, ws):
    n = x.shape[0]
    d2 = (p - t) / n
    d1 = d2 @ ws[1].T * logistic_slope(h)
    return [x.T @ d1, h.T @ d2], [d1.sum(0, keepdims=True), d2.sum(0, keepdims=True)]


def main():
    ws, bs = initialise([5, 7, 3], 8)
    x = np.random.randn(60, 5)
    t = np.eye(3)[(np.abs(x[:, 0]) > 0.5).astype(int) + (x[:, 1] > 0.8)]
    for step in range(400):
        h, p = forward_pass(x, ws, bs)
        dws, dbs = backward_pass(x, t, h, p, ws)
        for k in (0, 1):
            ws[k] -= 0.5 * dws[k]
            bs[k] -= 0.5 * dbs[k]
        if step % 100 == 0:
            print(step, cross_entropy(p, t))


main()
