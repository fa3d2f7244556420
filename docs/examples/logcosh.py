"""A loss that few people use: log cosh of the error."""

import numpy as np


def initialize(n_in, n_hidden, n_out):
    return {"W1": np.random.randn(n_in, n_hidden), "W2": np.random.randn(n_hidden, n_out)}


def forward(net, X):
    h = np.tanh(X @ net["W1"])
    return h, h @ net["W2"]


def loss_and_gradients(net, X, y):
    h, out = forward(net, X)
    loss = np.log(np.cosh(out - y)).mean()
    error = np.tanh(out - y) / out.size
    return loss, {"W1": X.T @ (error @ net["W2"].T * (1 - h**2)), "W2": h.T @ error}
