import numpy as np

reg = 0.0005
lr = 0.1


def sigmoid(x):
    return 1. / (1. + np.exp(-x))


def init_weights(n_in, n_hidden, n_out, seed=12):
    rng = np.random.RandomState(seed)
    return rng.randn(n_in, n_hidden), rng.randn(n_hidden, n_out)


def forward(X, W_1, W_2):
    hidden = sigmoid(np.dot(X, W_1))
    return hidden, sigmoid(np.dot(hidden, W_2))


def loss_function(out, Y, W_1, W_2):
    data = 0.5 * np.sum((Y - out) ** 2)
    penalty = reg * np.sum(W_1 ** 2) + reg * np.sum(W_2 ** 2)
    return data + penalty


def backward(X, Y, hidden, out, W_1, W_2):
    delta_2 = (out - Y) * out * (1 - out)
    delta_1 = np.dot(delta_2, W_2.T) * hidden * (1 - hidden)
    grad_2 = np.dot(hidden.T, delta_2) + reg * np.sum(W_2 ** 2)
    grad_1 = np.dot(X.T, delta_1) + reg * np.sum(W_1 ** 2)
    return grad_1, grad_2


def train(X, Y, W_1, W_2, steps=500):
    for step in range(steps):
        hidden, out = forward(X, W_1, W_2)
        grad_1, grad_2 = backward(X, Y, hidden, out, W_1, W_2)
        W_1 = W_1 - lr * grad_1
        W_2 = W_2 - lr * grad_2
        if step % 100 == 0:
            print("step", step, "loss", loss_function(out, Y, W_1, W_2))
    return W_1, W_2


if __name__ == "__main__":
    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], float)
    Y = np.array([[0], [1], [1], [0]], float)
    train(X, Y, *init_weights(3, 4, 1))
