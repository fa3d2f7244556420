"""The linear activation: nothing happens."""

from collections.abc import Mapping
from dataclasses import dataclass

from scratch.layers.layer import Activation
from scratch.tree import Array


@dataclass(frozen=True, slots=True)
class Linear(Activation):
    """``y = x``, so ``dx = dy``."""

    def forward(self, params: Mapping[str, Array], x: Array) -> tuple[Array, None]:
        """Return ``x`` (N, O) as it is; nothing needs to be remembered."""
        return x, None

    def backward(self, params: Mapping[str, Array], cache: None, dy: Array) -> tuple[Array, dict[str, Array]]:
        """Return ``dy`` (N, O) as it is."""
        return dy, {}
