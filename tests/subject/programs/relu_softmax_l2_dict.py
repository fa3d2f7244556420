import numpy as np
from functools import partial

REG = 1e-2


def init(d, h, k, seed=0):
    r = np.random.RandomState(seed)
    return dict(w1=r.randn(d, h) * np.sqrt(2 / d), b1=np.zeros(h), w2=r.randn(h, k) * np.sqrt(2 / h), b2=np.zeros(k))


def forward(x, p):
    z1 = x.dot(p['w1']) + p['b1']
    a1 = z1 * (z1 > 0)
    z2 = a1.dot(p['w2']) + p['b2']
    z2 = z2 - z2.max(axis=1, keepdims=True)
    out = np.exp(z2) / np.exp(z2).sum(axis=1, keepdims=True)
    return out, (x, z1, a1)


def loss(out, labels, p, reg=REG):
    data = -np.log(out[np.arange(len(out)), labels]).mean()
    return data + 0.5 * reg * (np.sum(p['w1'] ** 2) + np.sum(p['w2'] ** 2))


def backward(out, labels, cache, p, reg=REG):
    x, z1, a1 = cache
    dz2 = out.copy()
    dz2[np.arange(len(out)), labels] -= 1
    dz2 /= len(out)
    dz1 = dz2.dot(p['w2'].T) * (z1 > 0)
    return dict(w1=x.T.dot(dz1) + reg * p['w1'], b1=dz1.sum(axis=0),
                w2=a1.T.dot(dz2) + reg * p['w2'], b2=dz2.sum(axis=0))


def fit(x, labels, hidden=12, lr=0.3, steps=500):
    p = init(x.shape[1], hidden, labels.max() + 1)
    for step in range(steps):
        out, cache = forward(x, p)
        g = backward(out, labels, cache, p)
        for name in p:
            p[name] = p[name] - lr * g[name]
        if step % 100 == 0:
            print('step', step, 'loss', loss(out, labels, p))
    return p


if __name__ == '__main__':
    rng = np.random.RandomState(2)
    x = rng.randn(90, 3)
    labels = (x[:, 0] > 0).astype(int) + (x[:, 1] * x[:, 2] > 0)
    fit(x, labels)
