import numpy as np


class SimpleANN:
    def __init__(self, no_input, no_hidden, no_output, learning_rate=0.4):
        self.ih = np.random.uniform(-1, 1, (no_input, no_hidden))
        self.ho = np.random.uniform(-1, 1, (no_hidden, no_output))
        self.hb = np.random.uniform(-1, 1, no_hidden)
        self.ob = np.random.uniform(-1, 1, no_output)
        self.learning_rate = learning_rate

    def activate(self, x):
        return 1 / (1 + np.exp(-x))

    def d_activate(self, x):
        a = self.activate(x)
        return a * (1 - a)

    def guess(self, inputs):
        self.hidden = self.activate(np.dot(inputs, self.ih) + self.hb)
        return self.activate(np.dot(self.hidden, self.ho) + self.ob)

    def train(self, inputs, answer):
        inputs = np.array(inputs, dtype=float)
        guess = self.guess(inputs)
        error = guess - answer
        gradient_o = error * self.d_activate(guess)
        gradient_h = gradient_o.dot(self.ho.T) * self.d_activate(self.hidden)
        self.ho -= self.learning_rate * np.outer(self.hidden, gradient_o)
        self.ih -= self.learning_rate * np.outer(inputs, gradient_h)
        return np.sum(error ** 2) / 2


if __name__ == "__main__":
    np.random.seed(6)
    ann = SimpleANN(2, 4, 2)
    data = [([0, 0], [0, 0]), ([0, 1], [1, 0]), ([1, 0], [1, 0]), ([1, 1], [1, 1])]
    for i in range(2000):
        pick = data[np.random.randint(len(data))]
        cost = ann.train(pick[0], np.array(pick[1]))
        if i % 500 == 0:
            print("cost:", cost)
    for q, a in data:
        print(q, a, ann.guess(np.array(q)))
