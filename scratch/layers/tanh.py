"""The hyperbolic tangent activation: squeezes every number into (-1, 1)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scratch.layers.layer import Activation
from scratch.tree import Array


@dataclass(frozen=True, slots=True)
class Tanh(Activation):
    """``y = tanh(x)``, so ``dy/dx = 1 - tanh(x)² = 1 - y²``."""

    def forward(self, params: Mapping[str, Array], x: Array) -> tuple[Array, Array]:
        """Return the output (N, O); it is also all that the derivative needs."""
        y = np.tanh(x)
        return y, y

    def backward(self, params: Mapping[str, Array], y: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        """Return ``dx`` (N, O)."""
        return dy * (1 - y * y), {}
