"""The network as the tutorials write it: one class, sigmoids only, and half of the gradient.

It stands here to be compared with :mod:`scratch`. Their ``delta`` of the output lacks the factor 2 of the
mean squared error they report, so their learning rate 2 is 1 for everybody else.
"""

import numpy as np

from scratch.layers.sigmoid import sigmoid
from scratch.tree import Array, Tree


def neuron() -> float:
    """Score a day for a run: the whole of a neuron before its activation."""
    inputs = np.array([0.8, 0.6, 0.9])
    weights = np.array([0.5, 0.7, 0.3])
    bias = 0.1
    return float(np.dot(inputs, weights) + bias)


class NeuralNetwork:
    """Dense layers with sigmoids, trained on all rows at once; kernels (I, O), biases (1, O)."""

    def __init__(self, params: Tree) -> None:
        self.weights = [own["kernel"] for own in params.values()]
        self.biases = [own["bias"][..., None, :] for own in params.values()]

    def forward(self, x: Array) -> Array:
        """Return the output (N, O), and keep what every layer said for :meth:`backward`."""
        self.activations = [x]
        for w, b in zip(self.weights, self.biases, strict=True):
            x = sigmoid(x @ w + b)
            self.activations.append(x)
        return x

    def backward(self, y: Array, rate: float, update_first: bool = False) -> None:
        """Go one step downhill.

        Args:
            y: targets (N, O).
            rate: learning rate, in the tutorials' counting.
            update_first: send the error back through weights that have already moved: a classic slip.
        """
        a = self.activations[-1]
        delta = (a - y) * (a * (1 - a))  # half of the true one: the loss is (a - y)², not (a - y)² / 2
        for depth in reversed(range(len(self.weights))):
            a, w = self.activations[depth], self.weights[depth]
            self.weights[depth] = w - rate * (a.mT @ delta / a.shape[-2])
            self.biases[depth] = self.biases[depth] - rate * delta.mean(axis=-2, keepdims=True)
            delta = (delta @ (self.weights[depth] if update_first else w).mT) * (a * (1 - a))

    def train(self, x: Array, y: Array, steps: int, rate: float, update_first: bool = False) -> Array:
        """Return the loss before each step, (steps,) or (steps, members)."""
        history = []
        for _ in range(steps):
            history.append(((self.forward(x) - y) ** 2).mean(axis=(-2, -1)))
            self.backward(y, rate, update_first)
        return np.array(history)
