"""What depth and activations are good for: collapse, vanishing gradients, approximation."""

import numpy as np

from parity.claims.measures.seeds import Changes
from parity.claims.subject import Subject
from parity.scenarios.problem import ACTIVATIONS
from scratch.layers import Sigmoid
from scratch.tree import Array


def linear_stack_collapses(subject: Subject, layers: int, width: int, trials: int = 20) -> bool:
    """Return whether a stack of linear layers computes the same as one that is multiplied out."""
    rng = np.random.RandomState(0)
    for _ in range(trials):
        kernels = rng.randn(layers, width, width) / np.sqrt(width)
        biases = rng.randn(layers, width)
        x = rng.randn(10, width)
        y, kernel, bias = x, np.eye(width), np.zeros(width)
        for w, b in zip(kernels, biases, strict=True):
            y, kernel, bias = y @ w + b, kernel @ w, bias @ w + b
        if np.abs(y - (x @ kernel + bias)).max() > 1e-12 * np.abs(y).max():
            return False
    return True


def zero_stays_zero(subject: Subject) -> bool:
    """Return whether the network maps zero to zero, as a linear transformation does."""
    x = np.zeros_like(subject.problem.x[:1])
    y, _ = subject.problem.network.forward(subject.problem.params, x)
    return not y.any()


def gradient_ratio(subject: Subject, seeds: int = 20, changes: Changes | None = None) -> float:
    """Return how large the gradient of the first kernel is beside that of the last: the median over seeds."""
    trajectory = subject.seeds(seeds, changes)
    problem = trajectory.problem
    assert problem.loss is not None
    params = trajectory.params(0)
    y, caches = problem.network.forward(params, trajectory.x)
    _, cache = problem.loss.forward(y, trajectory.y)
    grads = problem.network.backward(params, caches, problem.loss.backward(cache))
    kernels = [grads[name]["kernel"] for name in params]
    first, last = (np.linalg.norm(kernel, axis=(-2, -1)) for kernel in (kernels[0], kernels[-1]))
    return float(np.median(first / last))


def chain_derivative(subject: Subject, layers: int, weight: float, bias: float, x: float) -> float:
    """Return the derivative of a chain of single sigmoid neurons, all alike, by its input."""
    derivative = 1.0
    for _ in range(layers):
        a, _ = Sigmoid().forward({}, np.array(weight * x + bias))
        derivative *= weight * float(a * (1 - a))
        x = float(a)
    return derivative


def fits_sine(subject: Subject, activation: str, units: int, error: float) -> bool:
    """Return whether one hidden layer comes within ``error`` of ``sin 2πx`` on [0, 1].

    The hidden weights are drawn at random; only the best output weights are looked for, by least squares.
    """
    return _sine_error(activation, units) < error


def sine_errors(subject: Subject, activation: str, units: list[int]) -> list[float]:
    """Return the largest errors of such fits."""
    return [_sine_error(activation, number) for number in units]


def _sine_error(activation: str, units: int) -> float:
    rng = np.random.RandomState(0)
    x = np.linspace(0, 1, 401)
    weights = rng.choice([-1.0, 1.0], units) * rng.uniform(4, 12, units)
    hidden = _activate(activation, weights * (x[:, None] - rng.rand(units)))
    features = np.column_stack([hidden, np.ones_like(x)])
    target = np.sin(2 * np.pi * x)
    best = np.linalg.lstsq(features, target, rcond=None)[0]
    return float(np.abs(features @ best - target).max())


def _activate(activation: str, z: Array) -> Array:
    if activation == "square":
        return z * z
    y, _ = ACTIVATIONS[activation].forward({}, z)
    return y
