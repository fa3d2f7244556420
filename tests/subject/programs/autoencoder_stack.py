import numpy as np


class HiddenLayer(object):
    def __init__(self, n_in, n_out, rng):
        self.W = rng.uniform(low=-1.0 / n_in, high=1.0 / n_in, size=(n_in, n_out))
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        self.y = np.tanh(np.dot(x, self.W) + self.b)
        return self.y

    def backward(self, grad, lr):
        d = grad * (1 - self.y ** 2)
        self.W -= lr * np.dot(self.x.T, d)
        self.b -= lr * np.mean(d, axis=0)
        return np.dot(d, self.W.T)


class SoftmaxLayer(object):
    def __init__(self, n_in, n_out, rng):
        self.W = rng.uniform(low=-1.0 / n_in, high=1.0 / n_in, size=(n_in, n_out))
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        e = np.dot(x, self.W) + self.b
        e = np.exp(e - np.max(e, axis=1, keepdims=True))
        self.p = e / np.sum(e, axis=1, keepdims=True)
        return self.p

    def backward(self, target, lr):
        d = self.p - target
        self.W -= lr * np.dot(self.x.T, d)
        self.b -= lr * np.mean(d, axis=0)
        return np.dot(d, self.W.T)


class MLP(object):
    def __init__(self, n_in, n_hidden, n_out, rng=None):
        rng = rng or np.random.RandomState(1234)
        self.hidden_layer = HiddenLayer(n_in, n_hidden, rng)
        self.log_layer = SoftmaxLayer(n_hidden, n_out, rng)

    def predict(self, x):
        return self.log_layer.forward(self.hidden_layer.forward(x))

    def negative_log_likelihood(self, x, y):
        return -np.sum(y * np.log(self.predict(x)))

    def train(self, x, y, n_epochs=100, learning_rate=0.05):
        for epoch in range(n_epochs):
            self.predict(x)
            grad = self.log_layer.backward(y, learning_rate)
            self.hidden_layer.backward(grad, learning_rate)
            if epoch % 20 == 0:
                print('epoch', epoch, 'cost', self.negative_log_likelihood(x, y))


if __name__ == "__main__":
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([[0, 1], [1, 0], [1, 0], [0, 1]])
    MLP(2, 4, 2).train(x, y)
