# Network with cross-entropy cost and weight decay
import random
import numpy as np

class Network(object):

    def __init__(self, sizes):
        self.sizes = sizes
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) / np.sqrt(x) for x, y in zip(sizes[:-1], sizes[1:])]

    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = sigmoid(np.dot(w, a) + b)
        return a

    def SGD(self, training_data, epochs, mini_batch_size, eta, lmbda=0.0):
        n = len(training_data)
        for j in xrange(epochs):
            random.shuffle(training_data)
            for k in xrange(0, n, mini_batch_size):
                self.update_mini_batch(training_data[k:k + mini_batch_size], eta, lmbda, n)
            print "Epoch %s complete, cost %f" % (j, self.total_cost(training_data, lmbda))

    def update_mini_batch(self, mini_batch, eta, lmbda, n):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in mini_batch:
            dnb, dnw = self.backprop(x, y)
            for i in xrange(len(self.weights)):
                nabla_b[i] += dnb[i]
                nabla_w[i] += dnw[i]
        m = float(len(mini_batch))
        self.weights = [(1 - eta * (lmbda / n)) * w - (eta / m) * nw
                        for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b - (eta / m) * nb for b, nb in zip(self.biases, nabla_b)]

    def backprop(self, x, y):
        activations = [x]
        for b, w in zip(self.biases, self.weights):
            activations.append(sigmoid(np.dot(w, activations[-1]) + b))
        delta = activations[-1] - y
        nb, nw = [delta], [np.dot(delta, activations[-2].transpose())]
        for l in xrange(2, len(self.sizes)):
            a = activations[-l]
            delta = np.dot(self.weights[-l + 1].transpose(), delta) * a * (1 - a)
            nb.insert(0, delta)
            nw.insert(0, np.dot(delta, activations[-l - 1].transpose()))
        return nb, nw

    def total_cost(self, data, lmbda):
        cost = 0.0
        for x, y in data:
            a = self.feedforward(x)
            cost += np.sum(-y * np.log(a) - (1 - y) * np.log(1 - a)) / len(data)
        cost += 0.5 * (lmbda / len(data)) * sum(np.sum(w ** 2) for w in self.weights)
        return cost

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

if __name__ == '__main__':
    np.random.seed(3)
    data = []
    for i in xrange(40):
        x = np.random.randn(4, 1)
        data.append((x, np.array([[1.0 * (x[0, 0] > 0)], [1.0 * (x[1, 0] > x[2, 0])]])))
    Network([4, 6, 2]).SGD(data, 10, 8, 0.5, lmbda=0.1)
