import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_derivative(x):
    return sigmoid(x) * (1 - sigmoid(x))


class NeuralNet:
    def __init__(self, x, y, hidden=4):
        self.input = x
        self.weights1 = np.random.rand(self.input.shape[1], hidden)
        self.bias1 = np.random.rand(1, hidden)
        self.weights2 = np.random.rand(hidden, y.shape[1])
        self.bias2 = np.random.rand(1, y.shape[1])
        self.y = y
        self.output = np.zeros(self.y.shape)

    def feedforward(self):
        self.layer1 = sigmoid(np.dot(self.input, self.weights1) + self.bias1)
        self.output = sigmoid(np.dot(self.layer1, self.weights2) + self.bias2)

    def backprop(self):
        d_out = 2 * (self.output - self.y) * sigmoid_derivative(self.output)
        d_hid = np.dot(d_out, self.weights2.T) * sigmoid_derivative(self.layer1)
        self.weights2 -= np.dot(self.layer1.T, d_out)
        self.bias2 -= d_out.sum(axis=0)
        self.weights1 -= np.dot(self.input.T, d_hid)
        self.bias1 -= d_hid.sum(axis=0)

    def train(self, iterations=1500):
        for i in range(iterations):
            self.feedforward()
            if i % 500 == 0:
                print("sum of squares:", np.sum((self.y - self.output) ** 2))
            self.backprop()


if __name__ == "__main__":
    np.random.seed(11)
    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
    y = np.array([[0], [1], [1], [0]])
    nn = NeuralNet(X, y)
    nn.train()
    print(nn.output)
