import numpy as np

np.random.seed(9)
D, H, K = 4, 8, 3

W1 = np.random.randn(D, H) * 0.3
b1 = np.random.randn(H) * 0.1
W2 = np.random.randn(H, K) * 0.3
b2 = np.random.randn(K) * 0.1


def relu(x):
    return np.maximum(0, x)


def drelu(x):
    x[x < 0] = 0
    x[x >= 0] = 1
    return x


def softmax(s):
    s = np.exp(s - np.max(s, axis=1, keepdims=True))
    return s / np.sum(s, axis=1, keepdims=True)


def forward(X):
    global z1, a1, probs
    z1 = X @ W1 + b1
    a1 = relu(z1)
    probs = softmax(a1 @ W2 + b2)
    return probs


def loss(probs, Y):
    return -np.sum(Y * np.log(probs)) / len(Y)


def backward(X, Y):
    dscores = (probs - Y) / len(X)
    dW2 = a1.T @ dscores
    db2 = dscores.sum(axis=0)
    dz1 = dscores @ W2.T * drelu(z1)
    dW1 = X.T @ dz1
    db1 = dz1.sum(axis=0)
    return dW1, db1, dW2, db2


def update(grads, lr):
    global W1, b1, W2, b2
    W1 -= lr * grads[0]
    b1 -= lr * grads[1]
    W2 -= lr * grads[2]
    b2 -= lr * grads[3]


X_train = np.random.randn(90, D)
labels = np.argmax(X_train[:, :3] * X_train[:, 1:4], axis=1)
Y_train = np.eye(K)[labels]

for epoch in range(500):
    p = forward(X_train)
    if epoch % 100 == 0:
        print("epoch", epoch, "loss", loss(p, Y_train))
    update(backward(X_train, Y_train), 0.5)

print("accuracy", np.mean(forward(X_train).argmax(axis=1) == labels))
