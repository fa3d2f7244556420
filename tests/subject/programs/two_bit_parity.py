import numpy as np

sigma = lambda v: 1 / (1 + np.exp(-v))

TRAIN_X = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]], dtype=float)
TRAIN_Y = np.array([[0], [1], [1], [0]], dtype=float)

np.random.seed(5)
A = np.random.randn(2, 5)
a = np.random.randn(1, 5)
B = np.random.randn(5, 1)
b = np.random.randn(1, 1)
ETA = 0.3

for n in range(3001):
    hid = sigma(TRAIN_X @ A + a)
    res = sigma(hid @ B + b)
    sse = ((res - TRAIN_Y) ** 2).sum() / 2

    dB_in = (res - TRAIN_Y) * res * (1 - res)
    dA_in = dB_in @ B.T

    gB, gb = hid.T @ dB_in, dB_in.sum(axis=0, keepdims=True)
    gA, ga = TRAIN_X.T @ dA_in, dA_in.sum(axis=0, keepdims=True)

    B -= ETA * gB
    b -= ETA * gb
    A -= ETA * gA
    a -= ETA * ga
    if n % 1000 == 0:
        print("n = %4d  error = %.6f" % (n, sse))

print(np.hstack([TRAIN_X, res]))
