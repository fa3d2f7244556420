import argparse
import numpy as np


class DeepNeuralNetwork():
    def __init__(self, sizes, activation='sigmoid'):
        self.sizes = sizes
        if activation == 'relu':
            self.activation = self.relu
        elif activation == 'sigmoid':
            self.activation = self.sigmoid
        else:
            raise ValueError("Activation function is currently not supported")
        self.params = self.initialize()
        self.cache = {}

    def relu(self, x, derivative=False):
        if derivative:
            return np.where(np.maximum(0, x) >= 0, 1.0, 0.0)
        return np.maximum(0, x)

    def sigmoid(self, x, derivative=False):
        if derivative:
            return np.exp(-x) / (np.exp(-x) + 1) ** 2
        return 1 / (1 + np.exp(-x))

    def softmax(self, x):
        exps = np.exp(x - x.max(axis=0))
        return exps / np.sum(exps, axis=0)

    def initialize(self):
        n_in, n_hid, n_out = self.sizes
        return {
            "W1": np.random.randn(n_hid, n_in) * np.sqrt(1. / n_in),
            "b1": np.zeros((n_hid, 1)),
            "W2": np.random.randn(n_out, n_hid) * np.sqrt(1. / n_hid),
            "b2": np.zeros((n_out, 1)),
        }

    def feed_forward(self, x):
        self.cache["X"] = x
        self.cache["Z1"] = np.matmul(self.params["W1"], x.T) + self.params["b1"]
        self.cache["A1"] = self.activation(self.cache["Z1"])
        self.cache["Z2"] = np.matmul(self.params["W2"], self.cache["A1"]) + self.params["b2"]
        self.cache["A2"] = self.softmax(self.cache["Z2"])
        return self.cache["A2"]

    def back_propagate(self, y, output):
        batch = y.shape[0]
        dZ2 = output - y.T
        dW2 = (1. / batch) * np.matmul(dZ2, self.cache["A1"].T)
        db2 = (1. / batch) * np.sum(dZ2, axis=1, keepdims=True)
        dA1 = np.matmul(self.params["W2"].T, dZ2)
        dZ1 = dA1 * self.activation(self.cache["Z1"], derivative=True)
        dW1 = (1. / batch) * np.matmul(dZ1, self.cache["X"])
        db1 = (1. / batch) * np.sum(dZ1, axis=1, keepdims=True)
        self.grads = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
        return self.grads

    def cross_entropy_loss(self, y, output):
        return -np.sum(y.T * np.log(output)) / y.shape[0]

    def optimize(self, l_rate=0.1):
        for key in self.params:
            self.params[key] = self.params[key] - l_rate * self.grads[key]

    def train(self, x_train, y_train, epochs=10, batch_size=16, l_rate=0.1):
        for i in range(epochs):
            order = np.random.permutation(x_train.shape[0])
            for j in range(0, len(order), batch_size):
                rows = order[j:j + batch_size]
                output = self.feed_forward(x_train[rows])
                self.back_propagate(y_train[rows], output)
                self.optimize(l_rate)
            output = self.feed_forward(x_train)
            print("Epoch {}: train loss = {:.4f}".format(i + 1, self.cross_entropy_loss(y_train, output)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--activation", default="sigmoid")
    parser.add_argument("--epochs", type=int, default=10)
    args = parser.parse_args()
    np.random.seed(0)
    x = np.random.randn(200, 6)
    y = np.eye(3)[np.argmax(x[:, :3], axis=1)]
    DeepNeuralNetwork([6, 10, 3], args.activation).train(x, y, epochs=args.epochs)
