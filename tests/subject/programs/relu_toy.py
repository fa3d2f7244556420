import numpy as np
from time import time

np.random.seed(3)
X = np.random.randn(50, 3)
target = np.maximum(X @ np.array([[1.0], [-2.0], [0.5]]), 0) + 0.1 * X[:, 1:2]

W0 = np.random.randn(3, 6) * 0.7
c0 = np.random.randn(6) * 0.2
W1 = np.random.randn(6, 1) * 0.7
c1 = np.zeros(1)

lr = 0.05
start = time()
for epoch in range(600):
    pre = X @ W0 + c0
    act = np.where(pre > 0, pre, 0)
    out = act @ W1 + c1
    loss = 0.5 * np.mean((out - target) ** 2)

    dout = (out - target) / len(X)
    dact = dout @ W1.T
    dact[dact <= 0] = 0

    dW1 = act.T @ dout
    dc1 = dout.sum(0)
    dW0 = X.T @ dact
    dc0 = dact.sum(0)

    W1 -= lr * dW1
    c1 -= lr * dc1
    W0 -= lr * dW0
    c0 -= lr * dc0

    if epoch % 100 == 0:
        print(f"[{time() - start:5.2f}s] epoch {epoch} loss {loss:.5f}")
