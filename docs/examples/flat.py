"""A network that keeps all its numbers in one vector, and cuts them out where it needs them."""

import numpy as np


class Model:
    def __init__(self, n_in, n_hidden, n_out):
        self.n_in, self.n_hidden, self.n_out = n_in, n_hidden, n_out
        self.theta = np.random.randn((n_in + 1) * n_hidden + (n_hidden + 1) * n_out)

    def cut(self, theta):
        first, second = np.split(theta, [(self.n_in + 1) * self.n_hidden])
        return first.reshape(self.n_in + 1, -1), second.reshape(self.n_hidden + 1, -1)

    def response(self, theta, X):
        A, B = self.cut(theta)
        h = np.tanh(A[0] + X @ A[1:])
        return h, B[0] + h @ B[1:]

    def slope(self, theta, X, y):
        A, B = self.cut(theta)
        h, out = self.response(theta, X)
        e = out - y
        d = e @ B[1:].T * (1 - h)
        return np.concatenate([np.r_[[d.sum(0)], X.T @ d].ravel(), np.r_[[e.sum(0)], h.T @ e].ravel()])
