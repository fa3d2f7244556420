import math
import random


class Neuron:
    def __init__(self, n_inputs):
        self.w = [random.uniform(-1, 1) for _ in range(n_inputs)]
        self.b = random.uniform(-1, 1)
        self.out = 0.0
        self.delta = 0.0

    def fire(self, inputs):
        self.inputs = list(inputs)
        s = self.b
        for wi, xi in zip(self.w, inputs):
            s += wi * xi
        self.out = 1 / (1 + math.exp(-s))
        return self.out

    def adjust(self, rate):
        for i in range(len(self.w)):
            self.w[i] -= rate * self.delta * self.inputs[i]
        self.b -= rate * self.delta


class Network:
    def __init__(self, n_in, n_hidden, n_out, rate=0.5):
        self.rate = rate
        self.hidden = [Neuron(n_in) for _ in range(n_hidden)]
        self.outputs = [Neuron(n_hidden) for _ in range(n_out)]

    def run(self, inputs):
        h = [n.fire(inputs) for n in self.hidden]
        return [n.fire(h) for n in self.outputs]

    def train(self, inputs, targets):
        self.run(inputs)
        for neuron, t in zip(self.outputs, targets):
            neuron.delta = (neuron.out - t) * neuron.out * (1 - neuron.out)
            neuron.adjust(self.rate)
        for i, neuron in enumerate(self.hidden):
            back = 0.0
            for o in self.outputs:
                back += o.delta * o.w[i]
            neuron.delta = back * neuron.out * (1 - neuron.out)
            neuron.adjust(self.rate)


def main():
    random.seed(4)
    net = Network(2, 3, 1)
    table = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]
    for epoch in range(5000):
        for inputs, targets in table:
            net.train(inputs, targets)
    for inputs, targets in table:
        print(inputs, targets, net.run(inputs))


if __name__ == "__main__":
    main()
