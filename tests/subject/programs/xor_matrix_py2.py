# -*- coding: utf-8 -*-
# XOR with numpy matrices
import numpy as np

def sig(x):
    return 1.0 / (1.0 + np.exp(-x))

X = np.matrix([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
Y = np.matrix([[0], [1], [1], [0]], dtype=float)

np.random.seed(19)
Wxh = np.matrix(np.random.uniform(-1, 1, (2, 4)))
bh = np.matrix(np.random.uniform(-1, 1, (1, 4)))
Why = np.matrix(np.random.uniform(-1, 1, (4, 1)))
by = np.matrix(np.random.uniform(-1, 1, (1, 1)))
rate = 0.7

for it in xrange(3000):
    H = sig(X * Wxh + bh)
    O = sig(H * Why + by)
    E = O - Y
    if it % 500 == 0:
        print 'iteration', it, 'error', 0.5 * np.sum(np.multiply(E, E))
    dO = np.multiply(E, np.multiply(O, 1 - O))
    dH = np.multiply(dO * Why.T, np.multiply(H, 1 - H))
    Why = Why - rate * H.T * dO
    by = by - rate * dO.sum(axis=0)
    Wxh = Wxh - rate * X.T * dH
    bh = bh - rate * dH.sum(axis=0)

print O
