"""The rectified linear unit: lets positive numbers through and stops all others."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scratch.layers.layer import Activation
from scratch.tree import Array


class UndecidedError(ArithmeticError):
    """A ball holds zero: whether the unit is on or off cannot be known at this precision."""


def is_off(x: Array) -> Array:
    """Return where ``x <= 0``, as booleans of the same shape (for complex numbers, by the real part).

    Raises:
        UndecidedError: ``x`` holds balls, and one of them is neither certainly positive nor
            certainly not. The kink of the ReLU is no place for a guess.
    """
    off: Array = x.real <= 0
    if x.dtype == object:
        off = off.astype(bool)
        undecided = ~off & ~(x > 0).astype(bool)
        if undecided.any():
            where = tuple(int(i) for i in np.argwhere(undecided)[0])
            raise UndecidedError(f"the sign of {x[where]} at {list(where)} is undecided")
    return off


@dataclass(frozen=True, slots=True)
class ReLU(Activation):
    """``y = max(x, 0)``, so ``dy/dx`` is 1 where ``x > 0``, 0 where ``x < 0``; by convention 0 at the kink.

    A NaN is not ``<= 0``: it goes through, forward and backward, and stays visible.
    """

    def forward(self, params: Mapping[str, Array], x: Array) -> tuple[Array, Array]:
        """Return the output (N, O), and where the unit is on."""
        on = ~is_off(x)
        y = x * on if x.dtype == object else np.maximum(x, 0)  # among balls the 0 must be one too
        return y, on

    def backward(self, params: Mapping[str, Array], on: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        """Return ``dx`` (N, O): ``dy`` where the unit is on, else 0."""
        return dy * on, {}
