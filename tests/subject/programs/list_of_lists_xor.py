"""XOR with nothing but lists: a network is a list of layers, a layer a list of neurons,
a neuron a list of weights whose last entry is the bias."""
import math
import random


def sigmoid(t):
    return 1 / (1 + math.exp(-t))


def dot(v, w):
    return sum(a * b for a, b in zip(v, w))


def feed_forward(network, x):
    outputs = []
    for layer in network:
        with_bias = x + [1]
        x = [sigmoid(dot(neuron, with_bias)) for neuron in layer]
        outputs.append(x)
    return outputs


def sqerror_gradients(network, x, target):
    hidden, out = feed_forward(network, x)
    out_deltas = [o * (1 - o) * (o - t) for o, t in zip(out, target)]
    out_grads = [[d * h for h in hidden + [1]] for d in out_deltas]
    hid_deltas = [h * (1 - h) * dot(out_deltas, [n[i] for n in network[-1]]) for i, h in enumerate(hidden)]
    hid_grads = [[d * v for v in x + [1]] for d in hid_deltas]
    return [hid_grads, out_grads]


def gradient_step(network, grads, step):
    return [[[w - step * g for w, g in zip(neuron, grad)]
             for neuron, grad in zip(layer, layer_grad)]
            for layer, layer_grad in zip(network, grads)]


random.seed(0)
xs = [[0., 0.], [0., 1.], [1., 0.], [1., 1.]]
ys = [[0.], [1.], [1.], [0.]]

network = [
    [[random.uniform(-1, 1) for _ in range(2 + 1)] for _ in range(3)],
    [[random.uniform(-1, 1) for _ in range(3 + 1)]],
]

worst = 1.0
rounds = 0
while worst > 0.1:
    for x, y in zip(xs, ys):
        network = gradient_step(network, sqerror_gradients(network, x, y), 1.0)
    worst = max(abs(feed_forward(network, x)[-1][0] - y[0]) for x, y in zip(xs, ys))
    rounds += 1
print("took", rounds, "rounds")
