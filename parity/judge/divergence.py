"""What can be said of an array that leaves scratch: where, by how much, and in which way."""

import numpy as np

from parity.judge.measure import entry_distance
from parity.results import Divergence
from scratch.tree import Array


def diverges(
    quantity: str, parameter: str, step: int, truth: Array, other: Array, units: float, allowed: float
) -> Divergence:
    """Describe how a framework's array differs from scratch's.

    Args:
        quantity: of the arrays, ``gradient``.
        parameter: whose, ``dense_1/kernel``.
        step: at which step.
        truth: scratch's array.
        other: the framework's.
        units: noise units that they are apart.
        allowed: difference up to which two numbers count as the same.
    """
    if truth.shape != other.shape:
        return Divergence(step, quantity, parameter, units, [], np.nan, np.nan, np.nan, np.nan, uniform=False)
    s, f = truth.astype(float), other.astype(float)
    apart = entry_distance(s, f)
    if np.isinf(units) and not np.isinf(apart).any():  # NaN on both sides: no distance, but no agreement
        apart = np.where(np.isfinite(s), 0.0, 1.0)
    index = np.unravel_index(int(apart.argmax()), apart.shape)
    cosine, ratio = _direction(s.ravel(), f.ravel())
    uniform = bool(np.isfinite(ratio) and np.abs(s - ratio * f).max() <= max(1.0, abs(ratio)) * allowed)
    place = [int(i) for i in index]
    return Divergence(
        step, quantity, parameter, units, place, float(f[index]), float(s[index]), cosine, ratio, uniform
    )


def _direction(s: Array, f: Array) -> tuple[float, float]:
    """Return the cosine of two vectors, and how many times the second the first is; NaN where there is none."""
    with np.errstate(all="ignore"):
        size_s, size_f = float(np.linalg.norm(s)), float(np.linalg.norm(f))
        if not (0 < size_s < np.inf and 0 < size_f < np.inf):
            return np.nan, np.nan
        cosine = float((s / size_s) @ (f / size_f))
        return cosine, cosine * size_s / size_f
