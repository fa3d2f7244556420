"""Fit a noisy curve with a 1-H-1 network. Functions only."""
import numpy as np


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


def net(x, wh, bh, wo, bo):
    u = x @ wh + bh
    v = sigmoid(u)
    return u, v, v @ wo + bo


def cost(y, t):
    return np.sum((y - t) ** 2) / (2 * len(t))


def gradients(x, t, wh, bh, wo, bo):
    n = len(x)
    u, v, y = net(x, wh, bh, wo, bo)
    dy = (y - t) / n
    dwo = u.T @ dy
    dbo = np.sum(dy, axis=0)
    du = (dy @ wo.T) * v * (1 - v)
    dwh = x.T @ du
    dbh = np.sum(du, axis=0)
    return dwh, dbh, dwo, dbo


def descend(x, t, hidden=6, rate=0.1, steps=2000, seed=0):
    rs = np.random.RandomState(seed)
    wh = rs.standard_normal((x.shape[1], hidden))
    bh = rs.standard_normal(hidden)
    wo = rs.standard_normal((hidden, t.shape[1])) * 0.5
    bo = np.zeros(t.shape[1])
    for k in range(steps):
        dwh, dbh, dwo, dbo = gradients(x, t, wh, bh, wo, bo)
        wh = wh - rate * dwh
        bh = bh - rate * dbh
        wo = wo - rate * dwo
        bo = bo - rate * dbo
        if k % 500 == 0:
            print("step", k, "cost", cost(net(x, wh, bh, wo, bo)[2], t))
    return wh, bh, wo, bo


if __name__ == "__main__":
    x = np.linspace(-1, 1, 30)[:, None]
    t = x ** 2 - 0.3 * x
    descend(x, t)
