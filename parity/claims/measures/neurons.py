"""The single neuron and its sigmoid: what they can do, on paper and in floating point."""

from collections.abc import Callable
from typing import Any

import numpy as np

from parity.claims.subject import Subject
from scratch.layers.sigmoid import sigmoid

GATE_INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
EXCLUSIVE_OR = np.array([0, 1, 1, 0])


def strictly_between(subject: Subject, low: float, high: float, points: int = 200) -> bool:
    """Return whether the sigmoid lies strictly between 0 and 1 from score ``low`` to score ``high``."""
    a = sigmoid(np.linspace(low, high, points))
    return bool(((a > 0) & (a < 1)).all())


def exactly_one_from(subject: Subject, dtype: str) -> float:
    """Return the smallest score whose sigmoid, as the articles write it, is exactly 1."""
    return _first(lambda z: 1 / (1 + np.exp(-z)) == 1, 10.0, 100.0, dtype)


def exactly_zero_from(subject: Subject, dtype: str) -> float:
    """Return the score nearest to 0 whose sigmoid, as the articles write it, is exactly 0."""
    with np.errstate(over="ignore"):
        return -_first(lambda z: 1 / (1 + np.exp(z)) == 0, 10.0, 1000.0, dtype)


def steepest(subject: Subject, low: float = -6.0, high: float = 6.0, points: int = 100) -> float:
    """Return the largest derivative of the sigmoid on a grid."""
    a = sigmoid(np.linspace(low, high, points))
    return float((a * (1 - a)).max())


def slope_at(subject: Subject, score: float) -> float:
    """Return the derivative of the sigmoid at one point."""
    a = float(sigmoid(np.array(score)))
    return a * (1 - a)


def sigmoid_at(subject: Subject, score: float) -> float:
    """Return the sigmoid of one score."""
    return float(sigmoid(np.array(score)))


def changes_by_at_most(subject: Subject, factor: float) -> bool:
    """Return whether the sigmoid never changes by more than ``factor`` times the change of its score."""
    z = np.linspace(-20, 20, 4001)
    return bool((np.diff(sigmoid(z)) <= factor * np.diff(z) * (1 + 1e-9)).all())


def best_single_neuron(subject: Subject, limit: float = 10.0, points: int = 41) -> int:
    """Return how many rows of exclusive or the best of a grid of single neurons gets right."""
    return max(count for count, neurons in enumerate(single_neurons(subject, limit, points)) if neurons)


def single_neurons(subject: Subject, limit: float = 10.0, points: int = 41) -> list[int]:
    """Return how many of a grid of single neurons get 0, 1, 2, 3, 4 rows of exclusive or right."""
    grid = np.linspace(-limit, limit, points)
    w1, w2, b = np.meshgrid(grid, grid, grid, sparse=True)
    right = sum(
        ((x1 * w1 + x2 * w2 + b > 0) == bool(y)).astype(int)
        for (x1, x2), y in zip(GATE_INPUTS.tolist(), EXCLUSIVE_OR, strict=True)
    )
    return [int(count) for count in np.bincount(np.ravel(right), minlength=5)]


def overflowing_neuron(subject: Subject) -> int:
    """Return how many rows a single neuron gets right whose weights are whole numbers that wrap around."""
    score = GATE_INPUTS @ np.array([2**62, 2**62]) + 0.0  # 2⁶² + 2⁶² is -2⁶³ in 64-bit integers
    return int(((sigmoid(score) > 0.5) == (EXCLUSIVE_OR > 0.5)).sum())


def perceptron_best(subject: Subject, epochs: int, last: int, rate: float = 0.1, seeds: int = 200) -> int:
    """Return the most rows that any perceptron gets right at the end of any of its last epochs."""
    w = np.stack([np.random.RandomState(seed).randn(2) * 0.5 for seed in range(seeds)])
    b = np.zeros(seeds)
    best = 0
    for epoch in range(epochs):
        for x, y in zip(GATE_INPUTS, EXCLUSIVE_OR, strict=True):
            mistake = y - (w @ x + b > 0)
            w, b = w + rate * mistake[:, None] * x, b + rate * mistake
        if epoch >= epochs - last:
            answers = w @ GATE_INPUTS.T + b[:, None] > 0
            best = max(best, int((answers == EXCLUSIVE_OR).sum(axis=1).max()))
    return best


def _first(holds: Callable[[Any], bool], low: float, high: float, dtype: str) -> float:
    """Return the smallest number of a type for which ``holds`` is true, by bisection."""
    low, high = np.dtype(dtype).type(low), np.dtype(dtype).type(high)
    while low < (middle := (low + high) / 2) < high:
        low, high = (low, middle) if holds(middle) else (middle, high)
    return float(high)
