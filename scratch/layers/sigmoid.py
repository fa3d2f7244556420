"""The sigmoid activation: squeezes every number into (0, 1)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scratch.layers.layer import Activation
from scratch.tree import Array


def sigmoid(x: Array) -> Array:
    """Return ``1 / (1 + exp(-x))`` for any shape, without overflow.

    For x < 0 it is computed as ``exp(x) / (1 + exp(x))``: the exponential only ever sees
    numbers that are not positive. Where the sign of ``x`` is uncertain both forms are right.
    """
    positive = x.real > 0
    e = np.exp(np.where(positive, -x, x))
    return np.where(positive, 1, e) / (1 + e)


@dataclass(frozen=True, slots=True)
class Sigmoid(Activation):
    """``y = 1 / (1 + exp(-x))``, so ``dy/dx = exp(-x) / (1 + exp(-x))² = y (1 - y)``."""

    def forward(self, params: Mapping[str, Array], x: Array) -> tuple[Array, Array]:
        """Return the output (N, O); it is also all that the derivative needs."""
        y = sigmoid(x)
        return y, y

    def backward(self, params: Mapping[str, Array], y: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        """Return ``dx`` (N, O)."""
        return dy * (y * (1 - y)), {}
