"""The network that was wired by hand for exclusive or, and what follows from its symmetry."""

import numpy as np

from parity.claims.subject import Subject
from parity.claims.trajectory import Trajectory
from scratch.tree import Array, map_tree


def factor_for_loss(subject: Subject, loss: float) -> float:
    """Return the factor between 1 and 10 for every weight and bias that gives this loss."""
    low, high = 1.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _loss_when_scaled(subject, middle) > loss else (low, middle)
    return high


def boundary_is_curved(subject: Subject) -> bool:
    """Return whether the boundary is anything but straight lines with ``x1 + x2`` constant.

    It is not where the output depends on the sum of the two inputs alone.
    """
    total, along = np.meshgrid(np.linspace(-1, 3, 41), np.linspace(-1, 1, 21))
    y = _outputs(subject, (total + along) / 2, (total - along) / 2)
    return bool(np.ptp(y, axis=0).max() > 1e-12)


def boundary_sums(subject: Subject) -> list[float]:
    """Return the values of ``x1 + x2`` at which the output crosses ½."""
    total = np.linspace(-1, 3, 40001)
    doubt = _outputs(subject, total / 2, total / 2) - 0.5
    before = np.flatnonzero(np.sign(doubt[1:]) != np.sign(doubt[:-1]))
    share = doubt[before] / (doubt[before] - doubt[before + 1])
    return [float(there) for there in total[before] + share * (total[1] - total[0])]


def _loss_when_scaled(subject: Subject, factor: float) -> float:
    params = map_tree(lambda array: array * factor, subject.problem.params)
    return float(Trajectory(subject.problem, params).loss(0))


def _outputs(subject: Subject, x1: Array, x2: Array) -> Array:
    y, _ = subject.problem.network.forward(subject.problem.params, np.stack([x1, x2], axis=-1).reshape(-1, 2))
    return np.reshape(y, x1.shape)
