"""The leaky rectified linear unit: lets positive numbers through, and a little of all others."""

from collections.abc import Mapping
from dataclasses import dataclass

from scratch.layers.layer import Activation
from scratch.layers.relu import is_off
from scratch.tree import Array


@dataclass(frozen=True, slots=True)
class LeakyReLU(Activation):
    """``y = x`` where ``x > 0``, else ``slope x``; so ``dy/dx`` is 1 or ``slope``; by convention ``slope`` at the kink.

    Source: Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.
    """

    slope: float = 0.01

    def forward(self, params: Mapping[str, Array], x: Array) -> tuple[Array, Array]:
        """Return the output (N, O), and where the unit is off."""
        off = is_off(x)
        return x * ~off + x * off * self.slope, off

    def backward(self, params: Mapping[str, Array], off: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        """Return ``dx`` (N, O): ``dy`` where the unit is on, else ``slope dy``."""
        return dy * ~off + dy * off * self.slope, {}
