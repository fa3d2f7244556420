# XOR with a 2-4-1 network, step by step
import numpy as np

np.random.seed(42)

X = np.array([[0, 0],
              [0, 1],
              [1, 0],
              [1, 1]])
y = np.array([[0], [1], [1], [0]])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)


def init_params(n_in, n_hidden, n_out):
    W1 = np.random.randn(n_in, n_hidden) * 0.5
    b1 = np.zeros((1, n_hidden))
    W2 = np.random.randn(n_hidden, n_out) * 0.5
    b2 = np.zeros((1, n_out))
    return W1, b1, W2, b2


def forward(X, W1, b1, W2, b2):
    z1 = X @ W1 + b1
    a1 = sigmoid(z1)
    z2 = a1 @ W2 + b2
    a2 = sigmoid(z2)
    return z1, a1, z2, a2


def compute_loss(y, a2):
    return np.mean((a2 - y) ** 2)


def backward(X, y, z1, a1, z2, a2, W2):
    m = X.shape[0]
    delta2 = (a2 - y) * sigmoid_derivative(z2)
    dW2 = a1.T @ delta2 / m
    db2 = np.mean(delta2, axis=0, keepdims=True)
    delta1 = (delta2 @ W2.T) * sigmoid_derivative(z1)
    dW1 = X.T @ delta1 / m
    db1 = np.mean(delta1, axis=0, keepdims=True)
    return dW1, db1, dW2, db2


W1, b1, W2, b2 = init_params(2, 4, 1)
learning_rate = 2.0
losses = []

for i in range(10000):
    z1, a1, z2, a2 = forward(X, W1, b1, W2, b2)
    loss = compute_loss(y, a2)
    losses.append(loss)

    dW1, db1, dW2, db2 = backward(X, y, z1, a1, z2, a2, W2)

    W1 = W1 - learning_rate * dW1
    b1 = b1 - learning_rate * db1
    W2 = W2 - learning_rate * dW2
    b2 = b2 - learning_rate * db2

    if i % 2000 == 0:
        print(f"Iteration {i}, loss {loss:.6f}")

print("final predictions:")
for xi, p in zip(X, forward(X, W1, b1, W2, b2)[3]):
    print(xi, "->", round(p[0]), f"({p[0]:.4f})")
