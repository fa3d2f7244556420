import numpy as np
import matplotlib.pyplot as plt

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
T = np.array([[0], [1], [1], [0]], dtype=float)

rng = np.random.default_rng(3)
theta1 = rng.normal(size=(2, 4))
bias1 = rng.normal(size=4)
theta2 = rng.normal(size=(4, 1))
bias2 = rng.normal(size=1)
alpha = 0.8
errs = []

for it in range(4000):
    a1 = 1 / (1 + np.exp(-(X @ theta1 + bias1)))
    a2 = 1 / (1 + np.exp(-(a1 @ theta2 + bias2)))
    e = a2 - T
    errs.append(0.5 * np.sum(e ** 2))

    d2 = e * a2 * (1 - a2)
    theta2 -= alpha * a1.T @ d2
    bias2 -= alpha * d2.sum(axis=0)

    d1 = d2 @ theta2.T * a1 * (1 - a1)
    theta1 -= alpha * X.T @ d1
    bias1 -= alpha * d1.sum(axis=0)

print("loss", errs[0], "->", errs[-1])
plt.plot(errs)
plt.title("half sum of squared errors")
plt.show()
