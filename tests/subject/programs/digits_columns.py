#!/usr/bin/env python
# Handwritten digits with a two-layer network: columns are images.
import numpy as np

CLASSES = 10
HIDDEN = 16


def init(n_pixels, rng):
    W1 = rng.normal(0, np.sqrt(2 / n_pixels), (HIDDEN, n_pixels))
    b1 = np.zeros((HIDDEN, 1))
    W2 = rng.normal(0, np.sqrt(2 / HIDDEN), (CLASSES, HIDDEN))
    b2 = np.zeros((CLASSES, 1))
    return W1, b1, W2, b2


def softmax(Z):
    e = np.exp(Z - np.max(Z, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)


def forward_prop(X, W1, b1, W2, b2):
    Z1 = W1 @ X + b1
    A1 = np.maximum(0, Z1)
    Z2 = W2 @ A1 + b2
    return Z1, A1, Z2, softmax(Z2)


def one_hot(labels, n=CLASSES):
    return np.eye(n)[:, labels]


def back_prop(X, labels, Z1, A1, A2, W2):
    m = X.shape[1]
    dZ2 = A2 - one_hot(labels, A2.shape[0])
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = (W2.T @ dZ2) * (Z1 > 0)
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m
    return dW1, db1, dW2, db2


def train(X, labels, alpha=0.1, iterations=300, seed=0):
    W1, b1, W2, b2 = init(X.shape[0], np.random.default_rng(seed))
    for i in range(iterations):
        Z1, A1, Z2, A2 = forward_prop(X, W1, b1, W2, b2)
        dW1, db1, dW2, db2 = back_prop(X, labels, Z1, A1, A2, W2)
        W1 -= alpha * dW1
        b1 -= alpha * db1
        W2 -= alpha * dW2
        b2 -= alpha * db2
        if i % 50 == 0:
            acc = np.mean(A2.argmax(axis=0) == labels)
            print(f"iteration {i}: accuracy {acc:.3f}")
    return W1, b1, W2, b2


if __name__ == "__main__":
    try:
        from sklearn.datasets import load_digits
        d = load_digits()
        X, labels = d.data.T / 16, d.target
    except ImportError:
        X, labels = np.random.rand(64, 500), np.random.randint(0, 10, 500)
    train(X, labels)
