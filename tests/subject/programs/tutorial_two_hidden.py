"""Breaking it, experiment 3: only two hidden neurons."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))


X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
m = 4

np.random.seed(42)
W1 = np.random.randn(2, 2) * 0.5
b1 = np.zeros((1, 2))
W2 = np.random.randn(2, 1) * 0.5
b2 = np.zeros((1, 1))
lr = 2.0

for i in range(10000):
    # forward
    z1 = X @ W1 + b1
    a1 = sigmoid(z1)
    z2 = a1 @ W2 + b2
    a2 = sigmoid(z2)
    loss = np.mean((a2 - y) ** 2)

    # output layer
    delta2 = (a2 - y) * sigmoid_derivative(z2)
    W2 -= lr * (a1.T @ delta2) / m
    b2 -= lr * delta2.mean(axis=0, keepdims=True)

    # hidden layer
    delta1 = (delta2 @ W2.T) * sigmoid_derivative(z1)
    W1 -= lr * (X.T @ delta1) / m
    b1 -= lr * delta1.mean(axis=0, keepdims=True)

    if i % 2000 == 0:
        print(f"Iteration {i}: loss = {loss:.6f}")

print("With 2 hidden neurons the network ends at", loss)
print(a2.round(3))
