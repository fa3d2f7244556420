"""Sums that an article does on paper."""

import math

import numpy as np

from parity.claims.subject import Subject
from scratch.layers import Softmax
from scratch.losses import MeanSquaredError
from scratch.optimizers import SGD


def product(subject: Subject, factors: list[float]) -> float:
    """Return the product of some numbers."""
    return math.prod(factors)


def mean_squared_error(subject: Subject, predictions: list[float], targets: list[float]) -> float:
    """Return the mean squared error of some predictions."""
    p, y = np.array(predictions)[:, None], np.array(targets)[:, None]
    return float(MeanSquaredError().forward(p, y)[0])


def updated(subject: Subject, weight: float, gradient: float, rate: float) -> float:
    """Return a weight after one step of gradient descent."""
    step, _ = SGD(rate).step({"": {"w": np.array(weight)}}, {"": {"w": np.array(gradient)}}, {})
    return float(step[""]["w"])


def update_moves(subject: Subject, gradient: float, up: bool) -> bool:
    """Return whether gradient descent makes a weight with this gradient larger, or else smaller."""
    after = updated(subject, 0.0, gradient, 0.1)
    return after > 0 if up else after < 0


def softmax_sums_to_one(subject: Subject, largest: float = 1000.0, rows: int = 1000) -> bool:
    """Return whether softmax gives probabilities that add up to 1, to rounding, for scores of any size."""
    scores = np.random.RandomState(0).uniform(-largest, largest, (rows, 3))
    y, _ = Softmax().forward({}, scores)
    return bool((np.abs(y.sum(axis=-1) - 1) < 1e-15).all())


def plain_softmax_is_finite(subject: Subject, score: float) -> bool:
    """Return whether ``exp(s) / sum(exp(s))`` without any precaution survives a score of this size."""
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(np.array([score, 0.0, 0.0]))
        return bool(np.isfinite(e / e.sum()).all())
