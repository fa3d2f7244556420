"""How far two arrays are apart, step by step."""

import numpy as np
from attrs import frozen

from scratch.tree import Array


@frozen(eq=False)
class Distance:
    """The distance of two arrays at each of R steps.

    Attributes:
        largest: largest absolute difference, (R,). Equal infinities, and NaN against NaN, are no difference; any
            other value that is not finite is an infinite one.
        magnitude: largest finite absolute value in either array, (R,).
        finite: whether both arrays are finite throughout, (R,).
        zero: whether both arrays are exactly zero throughout, (R,).
    """

    largest: Array
    magnitude: Array
    finite: Array
    zero: Array


def distance(truth: Array, other: Array) -> Distance:
    """Return the distance of ``other`` from ``truth``, both (R, ...).

    Arrays of different shapes are infinitely far apart: nothing is broadcast.
    """
    steps = len(truth)
    if truth.shape != other.shape:
        nowhere = np.zeros(steps, dtype=bool)
        return Distance(np.full(steps, np.inf), np.zeros(steps), ~nowhere, nowhere)
    s = truth.reshape(steps, int(np.prod(truth.shape[1:]))).astype(float)
    f = other.reshape(s.shape).astype(float)
    finite = (np.isfinite(s) & np.isfinite(f)).all(axis=1)
    sizes = np.maximum(np.abs(s), np.abs(f))
    if finite.all():  # nearly always, and much faster
        with np.errstate(over="ignore"):
            differences = np.abs(s - f)
    else:
        differences = entry_distance(s, f)
        sizes = np.fmax(*(np.where(np.isfinite(a), np.abs(a), 0.0) for a in (s, f)))
    largest = differences.max(axis=1, initial=0)
    magnitude = sizes.max(axis=1, initial=0)
    return Distance(largest, magnitude, finite, (magnitude == 0) & finite)


def entry_distance(truth: Array, other: Array) -> Array:
    """Return ``|truth - other|`` for every entry; see :class:`Distance` for what is not finite."""
    with np.errstate(invalid="ignore", over="ignore"):
        difference = np.abs(truth - other)
    same = (truth == other) | (np.isnan(truth) & np.isnan(other))
    difference = np.where(same, 0.0, difference)
    return np.where(np.isnan(difference), np.inf, difference)
