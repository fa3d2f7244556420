"""Numbers that are known far better than a float holds them, and how far floats are from them.

The unit is one **ulp of the array's largest entry**: the spacing of the number type there. An ulp of each entry by
itself would say millions wherever a sum cancels, of programs that have done nothing wrong; noise units are
counted by the largest entry too.
"""

import numpy as np
from attrs import frozen
from flint import arb

from parity.oracles.balls import precision
from scratch.tree import Array

BALLS = "balls"
DIFFERENCE_BITS = 256


@frozen(eq=False)
class Known:
    """An array that an oracle knows: the truth is within ``radius`` of ``high + low``.

    Attributes:
        high: the numbers rounded to float64, any shape.
        low: what that left out, in float64 too; the two together hold 106 bits.
        radius: of the widest ball. Floats do not know their error: 0, and whoever uses them has to estimate it.
        oracle: ``balls``, ``longdouble`` or ``float64``.
    """

    high: Array
    low: Array
    radius: float
    oracle: str

    @property
    def finite(self) -> bool:
        """Whether every number is one."""
        return bool(np.isfinite(self.high).all() and np.isfinite(self.radius))

    @property
    def largest(self) -> float:
        """The largest magnitude; 0 if all of them may be exactly 0."""
        largest = float(np.abs(self.high).max(initial=0))
        return largest if largest > self.radius else 0.0

    def farthest(self, values: Array) -> float:
        """Return the largest error of any entry of ``values``.

        Infinite if one of them is NaN or infinite, or if the shape is another: that is never right.
        """
        if np.shape(values) != self.high.shape:
            return float(np.inf)
        floats = np.asarray(values, dtype=float)
        if not np.isfinite(floats).all():
            return float(np.inf)
        # The first difference is exact where the two are close: nothing is lost before ``low`` comes in.
        return float(np.abs((floats - self.high) - self.low).max(initial=0))

    def apart(self, other: "Known") -> float:
        """Return how far two oracles are from each other at most."""
        with np.errstate(invalid="ignore"):
            gap = float(np.abs((self.high - other.high) + (self.low - other.low)).max(initial=0))
        return gap if np.isfinite(gap) else float(np.inf)


def of_balls(array: Array) -> Known:
    """Return what balls say."""
    with precision(DIFFERENCE_BITS):
        middles = [ball.mid() for ball in array.flat]
        high = np.array([float(middle) for middle in middles])
        low = np.array(
            [float(m - arb(h)) if np.isfinite(h) else 0.0 for m, h in zip(middles, high, strict=True)]
        )
        radius = max((float(ball.rad()) for ball in array.flat), default=0.0)
    return Known(high.reshape(array.shape), low.reshape(array.shape), radius, BALLS)


def of_floats(array: Array, oracle: str) -> Known:
    """Return what a wider type of floats says."""
    high = np.asarray(array, dtype=float)
    with np.errstate(invalid="ignore"):  # infinity minus infinity
        return Known(high, np.asarray(array - high, dtype=float), 0.0, oracle)


def ulp(largest: float, dtype: str) -> float:
    """Return the spacing of the floats of a type in the binade of ``largest``.

    Never less than the smallest normal number: what is smaller may be flushed to zero, as TensorFlow does, and
    noise units end there too.
    """
    finfo = np.finfo(dtype)
    spacing = float(np.ldexp(float(finfo.eps), int(np.frexp(largest)[1]) - 1)) if largest else 0.0
    return max(spacing, float(finfo.tiny))
