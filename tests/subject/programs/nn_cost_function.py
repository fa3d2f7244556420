"""Cost and gradient for a network with unrolled parameters, as in the well known course."""
import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def unroll(theta, n_in, n_hid, n_lab):
    k = n_hid * (n_in + 1)
    return theta[:k].reshape(n_hid, n_in + 1), theta[k:].reshape(n_lab, n_hid + 1)


def feed(theta1, theta2, X):
    m = X.shape[0]
    a1 = np.c_[np.ones(m), X]
    a2 = np.c_[np.ones(m), sigmoid(a1 @ theta1.T)]
    a3 = sigmoid(a2 @ theta2.T)
    return a1, a2, a3


def nn_cost(theta, n_in, n_hid, n_lab, X, Y, lam):
    m = X.shape[0]
    t1, t2 = unroll(theta, n_in, n_hid, n_lab)
    h = feed(t1, t2, X)[2]
    J = np.sum(-Y * np.log(h) - (1 - Y) * np.log(1 - h)) / m
    return J + lam / (2 * m) * (np.sum(t1[:, 1:] ** 2) + np.sum(t2[:, 1:] ** 2))


def nn_gradient(theta, n_in, n_hid, n_lab, X, Y, lam):
    m = X.shape[0]
    t1, t2 = unroll(theta, n_in, n_hid, n_lab)
    a1, a2, a3 = feed(t1, t2, X)
    d3 = a3 - Y
    d2 = (d3 @ t2)[:, 1:] * a2[:, 1:] * (1 - a2[:, 1:])
    g1 = d2.T @ a1 / m
    g2 = d3.T @ a2 / m
    g1[:, 1:] += lam / m * t1[:, 1:]
    g2[:, 1:] += lam / m * t2[:, 1:]
    return np.concatenate([g1.ravel(), g2.ravel()])


def rand_init(l_in, l_out, eps=0.12):
    return np.random.rand(l_out, l_in + 1) * 2 * eps - eps


if __name__ == "__main__":
    np.random.seed(6)
    X = np.random.randn(50, 3)
    Y = np.eye(3)[np.random.randint(0, 3, 50)]
    theta = np.concatenate([rand_init(3, 5).ravel(), rand_init(5, 3).ravel()])
    for i in range(200):
        theta = theta - 0.8 * nn_gradient(theta, 3, 5, 3, X, Y, 1.0)
        if i % 50 == 0:
            print("J =", nn_cost(theta, 3, 5, 3, X, Y, 1.0))
