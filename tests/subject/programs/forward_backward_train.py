import numpy as np

X = np.array(([2, 9], [1, 5], [3, 6], [5, 10]), dtype=float)  # input data
y = np.array(([92, 20], [86, 35], [89, 30], [95, 10]), dtype=float)  # two scores

# scale units
X = X / np.amax(X, axis=0)
y = y / 100


class NeuralNetwork(object):
    def __init__(self, hidden=3):
        self.W1 = np.random.randn(2, hidden)
        self.B1 = np.random.randn(1, hidden)
        self.W2 = np.random.randn(hidden, 2)
        self.B2 = np.random.randn(1, 2)

    def forward(self, X):
        self.z = np.dot(X, self.W1) + self.B1
        self.z2 = self.sigmoid(self.z)
        self.z3 = np.dot(self.z2, self.W2) + self.B2
        o = self.sigmoid(self.z3)
        return o

    def sigmoid(self, s):
        return 1 / (1 + np.exp(-s))

    def sigmoidPrime(self, s):
        return s * (1 - s)

    def backward(self, X, y, o):
        self.o_error = y - o
        self.o_delta = self.o_error * self.sigmoidPrime(o)
        self.z2_error = self.o_delta.dot(self.W2.T)
        self.z2_delta = self.z2_error * self.sigmoidPrime(self.z2)
        self.W1 += X.T.dot(self.z2_delta)
        self.B1 += self.z2_delta.sum(axis=0)
        self.W2 += self.z2.T.dot(self.o_delta)
        self.B2 += self.o_delta.sum(axis=0)

    def train(self, X, y):
        o = self.forward(X)
        self.backward(X, y, o)


NN = NeuralNetwork()
for i in range(1000):
    if i % 200 == 0:
        print("# " + str(i))
        print("Loss: " + str(np.mean(np.square(y - NN.forward(X)))))
    NN.train(X, y)
