"""Derivatives that owe nothing to any ``backward``: the forward pass alone, on two other number types."""

from collections.abc import Callable

import numpy as np
from flint import arb, arb_series

from scratch.tree import Array

STEP = 1e-30
"""So small that its square is lost in rounding: Im f(x + ih) / h is not truncated and subtracts nothing."""


def complex_step(function: Callable[[Array], complex], x: Array) -> Array:
    """Return the derivative of a number by every entry of ``x``, to the precision of float64."""
    derivative = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        nudged = x.astype(complex)
        nudged[index] += STEP * 1j
        derivative[index] = function(nudged).imag / STEP
    return derivative


def series(function: Callable[[Array], arb_series], x: Array) -> Array:
    """Return the same as balls: ``function`` on power series in one entry at a time.

    The coefficient of the first power is the derivative; ``function`` must not branch on its numbers.
    """
    derivative = np.empty(x.shape, dtype=object)
    for index in np.ndindex(x.shape):
        nudged = x.copy()
        nudged[index] = arb_series([x[index], 1])
        derivative[index] = arb_series(function(nudged))[1]
    return derivative


def balls(x: Array) -> Array:
    """Return the numbers of ``x`` as balls of radius 0; a longdouble is the sum of two float64."""
    high = np.asarray(x).astype(float)
    low = (x - high).astype(float)
    exact = [arb(h) + arb(r) for h, r in zip(high.flat, np.asarray(low).flat, strict=True)]
    return np.array([*exact, None], dtype=object)[:-1].reshape(high.shape)


def midpoints(x: Array) -> Array:
    """Return the middles of balls as float64."""
    return np.vectorize(float, otypes=[float])(x)


def errors(got: Array, truth: Array) -> Array:
    """Return ``got - truth`` as float64, subtracted while ``truth`` still has all its digits."""
    return midpoints(balls(got) - truth)
