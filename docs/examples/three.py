"""Two hidden layers, and a mistake in one of them, below an error that is that of no known loss."""

import numpy as np

SIZES = [3, 5, 6, 4]


def initialize(sizes=SIZES):
    return [(np.random.randn(a, b), np.random.randn(b)) for a, b in zip(sizes, sizes[1:])]


def forward(net, X):
    (W1, b1), (W2, b2), (W3, b3) = net
    h1 = np.tanh(X @ W1 + b1)
    h2 = np.tanh(h1 @ W2 + b2)
    return h1, h2, h2 @ W3 + b3


def backward(net, X, y):
    (W1, b1), (W2, b2), (W3, b3) = net
    h1, h2, out = forward(net, X)
    d3 = (out - y) ** 3
    d2 = (d3 @ W3.T) * (1 - h2**2)
    d1 = (d2 @ W2.T) * (1 - h1)
    return [(X.T @ d1, d1.sum(0)), (h1.T @ d2, d2.sum(0)), (h2.T @ d3, d3.sum(0))]


net = initialize()
