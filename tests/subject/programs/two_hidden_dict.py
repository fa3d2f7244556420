import numpy as np


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def initialise(n_in, n_hidden, n_out):
    return {
        "W1": np.random.randn(n_in, n_hidden) * 0.5, "b1": np.zeros((1, n_hidden)),
        "W2": np.random.randn(n_hidden, n_hidden) * 0.5, "b2": np.zeros((1, n_hidden)),
        "W3": np.random.randn(n_hidden, n_out) * 0.5, "b3": np.zeros((1, n_out)),
    }


def forward(X, model):
    A1 = sigmoid(X @ model["W1"] + model["b1"])
    A2 = sigmoid(A1 @ model["W2"] + model["b2"])
    A3 = softmax(A2 @ model["W3"] + model["b3"])
    return A3, {"A0": X, "A1": A1, "A2": A2, "A3": A3}


def cross_entropy(A3, Y):
    return -np.sum(Y * np.log(A3)) / len(Y)


def backward(Y, model, cache):
    m = len(Y)
    dZ3 = (cache["A3"] - Y) / m
    dZ2 = dZ3 @ model["W3"].T * cache["A2"] * (1 - cache["A2"])
    dZ1 = dZ2 @ model["W2"].T * cache["A1"] * (1 - cache["A1"])
    return {
        "dW3": cache["A2"].T @ dZ3, "db3": dZ3.sum(axis=0, keepdims=True),
        "dW2": cache["A1"].T @ dZ2, "db2": dZ2.sum(axis=0, keepdims=True),
        "dW1": cache["A0"].T @ dZ1, "db1": dZ2.sum(axis=0, keepdims=True),
    }


def update(model, grads, lr):
    return {k: v - lr * grads["d" + k] for k, v in model.items()}


def train(X, Y, n_hidden=6, lr=1.0, epochs=500):
    model = initialise(X.shape[1], n_hidden, Y.shape[1])
    for epoch in range(epochs):
        A3, cache = forward(X, model)
        model = update(model, backward(Y, model, cache), lr)
        if epoch % 100 == 0:
            print("epoch %d  loss %.4f" % (epoch, cross_entropy(A3, Y)))
    return model


if __name__ == "__main__":
    np.random.seed(17)
    X = np.random.randn(120, 4)
    Y = np.eye(3)[np.argmax(X[:, 1:], axis=1)]
    train(X, Y)
