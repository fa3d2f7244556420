# Neural net out of objects: neurons that know their connections.
import math
import random

ETA = 0.2
ALPHA = 0.5


class Connection:
    def __init__(self, source):
        self.source = source
        self.weight = random.gauss(0, 1)
        self.d_weight = 0.0


class Neuron:
    def __init__(self, layer):
        self.connections = [Connection(n) for n in layer] if layer else []
        self.error = 0.0
        self.gradient = 0.0
        self.output = 0.0

    def feed_forward(self):
        if not self.connections:
            return
        total = 0.0
        for c in self.connections:
            total += c.source.output * c.weight
        self.output = math.tanh(total)

    def back_propagate(self):
        self.gradient = self.error * (1 - self.output ** 2)
        for c in self.connections:
            c.source.error += c.weight * self.gradient
        for c in self.connections:
            c.d_weight = ETA * c.source.output * self.gradient + ALPHA * c.d_weight
            c.weight += c.d_weight
        self.error = 0.0


class Network:
    def __init__(self, topology):
        self.layers = []
        for size in topology:
            previous = self.layers[-1] if self.layers else []
            layer = [Neuron(previous) for _ in range(size)]
            bias = Neuron([])
            bias.output = 1.0
            layer.append(bias)
            self.layers.append(layer)

    def feed_forward(self, values):
        for neuron, v in zip(self.layers[0], values):
            neuron.output = v
        for layer in self.layers[1:]:
            for neuron in layer[:-1]:
                neuron.feed_forward()

    def back_propagate(self, targets):
        for neuron, t in zip(self.layers[-1], targets):
            neuron.error = t - neuron.output
        for layer in self.layers[:0:-1]:
            for neuron in layer:
                neuron.back_propagate()
        for neuron in self.layers[0]:
            neuron.error = 0.0

    def get_error(self, targets):
        return 0.5 * sum((t - n.output) ** 2 for n, t in zip(self.layers[-1], targets))

    def results(self):
        return [n.output for n in self.layers[-1][:-1]]


if __name__ == "__main__":
    random.seed(9)
    net = Network([2, 3, 2])
    inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
    wanted = [[0, 0], [1, 0], [1, 0], [0, 1]]
    for epoch in range(1000):
        err = 0
        for i, w in zip(inputs, wanted):
            net.feed_forward(i)
            err += net.get_error(w)
            net.back_propagate(w)
        if epoch % 200 == 0:
            print("error:", err)
