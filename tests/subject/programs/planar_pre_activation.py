import numpy as np


def init_params(n_x, n_h, n_y, scale=0.1):
    rng = np.random.default_rng(4)
    params = {}
    params["W1"] = rng.normal(size=(n_h, n_x)) * scale
    params["b1"] = np.zeros((n_h, 1))
    params["W2"] = rng.normal(size=(n_y, n_h)) * scale
    params["b2"] = np.zeros((n_y, 1))
    return params


def forward_prop(X, params):
    cache = {}
    cache["Z1"] = params["W1"] @ X + params["b1"]
    cache["A1"] = np.tanh(cache["Z1"])
    cache["Z2"] = params["W2"] @ cache["A1"] + params["b2"]
    cache["A2"] = 1 / (1 + np.exp(-cache["Z2"]))
    return cache["A2"], cache


def cost_fn(A2, Y):
    m = Y.shape[1]
    return np.squeeze(-(np.dot(Y, np.log(A2).T) + np.dot(1 - Y, np.log(1 - A2).T)) / m)


def back_prop(X, Y, params, cache):
    m = X.shape[1]
    grads = {}
    dZ2 = cache["A2"] - Y
    grads["dW2"] = 1 / m * dZ2 @ cache["A1"].T
    grads["db2"] = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = params["W2"].T @ dZ2 * (1 - np.power(cache["Z1"], 2))
    grads["dW1"] = 1 / m * dZ1 @ X.T
    grads["db1"] = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return grads


def model(X, Y, n_h=5, alpha=0.05, iterations=1000):
    params = init_params(X.shape[0], n_h, Y.shape[0])
    for i in range(iterations):
        A2, cache = forward_prop(X, params)
        grads = back_prop(X, Y, params, cache)
        for key in params:
            params[key] = params[key] - alpha * grads["d" + key]
        if i % 200 == 0:
            print("cost after", i, "iterations:", cost_fn(A2, Y))
    return params


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    X = rng.uniform(-2, 2, (2, 150))
    Y = (np.abs(X[0:1]) + np.abs(X[1:2]) < 1.8).astype(float)
    model(X, Y)
