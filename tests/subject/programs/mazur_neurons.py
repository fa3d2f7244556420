import random
import math


class Neuron:
    def __init__(self, bias):
        self.bias = bias
        self.weights = []

    def calculate_output(self, inputs):
        self.inputs = inputs
        total = sum(i * w for i, w in zip(inputs, self.weights)) + self.bias
        self.output = 1 / (1 + math.exp(-total))
        return self.output

    def slope(self):
        return self.output * (1 - self.output)


class NeuronLayer:
    def __init__(self, num_neurons, bias):
        self.bias = bias if bias else random.random()
        self.neurons = [Neuron(self.bias) for _ in range(num_neurons)]

    def feed_forward(self, inputs):
        return [neuron.calculate_output(inputs) for neuron in self.neurons]


class NeuralNetwork:
    LEARNING_RATE = 0.5

    def __init__(self, num_inputs, num_hidden, num_outputs, hidden_bias=None, output_bias=None):
        self.num_inputs = num_inputs
        self.hidden_layer = NeuronLayer(num_hidden, hidden_bias)
        self.output_layer = NeuronLayer(num_outputs, output_bias)
        for n in self.hidden_layer.neurons:
            n.weights = [random.random() for _ in range(num_inputs)]
        for n in self.output_layer.neurons:
            n.weights = [random.random() for _ in range(num_hidden)]

    def feed_forward(self, inputs):
        return self.output_layer.feed_forward(self.hidden_layer.feed_forward(inputs))

    def train(self, training_inputs, training_outputs):
        self.feed_forward(training_inputs)

        deltas_out = []
        for o, neuron in enumerate(self.output_layer.neurons):
            deltas_out.append(-(training_outputs[o] - neuron.output) * neuron.slope())

        deltas_hidden = []
        for h, neuron in enumerate(self.hidden_layer.neurons):
            d = sum(deltas_out[o] * self.output_layer.neurons[o].weights[h]
                    for o in range(len(self.output_layer.neurons)))
            deltas_hidden.append(d * neuron.slope())

        for o, neuron in enumerate(self.output_layer.neurons):
            for w in range(len(neuron.weights)):
                neuron.weights[w] -= self.LEARNING_RATE * deltas_out[o] * neuron.inputs[w]
        for h, neuron in enumerate(self.hidden_layer.neurons):
            for w in range(len(neuron.weights)):
                neuron.weights[w] -= self.LEARNING_RATE * deltas_hidden[h] * neuron.inputs[w]

    def calculate_total_error(self, training_sets):
        total = 0
        for inputs, outputs in training_sets:
            self.feed_forward(inputs)
            for o, target in enumerate(outputs):
                total += 0.5 * (target - self.output_layer.neurons[o].output) ** 2
        return total


if __name__ == "__main__":
    nn = NeuralNetwork(2, 2, 2, hidden_bias=0.35, output_bias=0.6)
    for i in range(2000):
        nn.train([0.05, 0.1], [0.01, 0.99])
        if i % 500 == 0:
            print(i, round(nn.calculate_total_error([[[0.05, 0.1], [0.01, 0.99]]]), 9))
