"""What every layer can do."""

from collections.abc import Mapping
from typing import Any, Protocol

from scratch.tree import Array


class Layer(Protocol):
    """Two pure functions: ``forward`` and its derivative ``backward``.

    In the shapes below N is the batch, I the inputs, O the outputs; every array may have an
    ensemble axis in front.
    """

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of each parameter by its name, for ``inputs`` input features."""

    def outputs(self, inputs: int) -> int:
        """Return the number of output features for ``inputs`` input features."""

    def forward(self, params: Mapping[str, Array], x: Array) -> tuple[Array, Any]:
        """Return the output (N, O) for the input ``x`` (N, I), and what ``backward`` needs."""

    def backward(self, params: Mapping[str, Array], cache: Any, dy: Array) -> tuple[Array, dict[str, Array]]:
        """Return the derivative of the loss by ``x`` (N, I), and by each parameter.

        ``dy`` (N, O) is the derivative of the loss by what ``forward`` returned.
        """

    def gradients(self, params: Mapping[str, Array], cache: Any, dy: Array) -> dict[str, Array]:
        """Return only the derivatives by the parameters, as ``backward`` does."""


class Activation:
    """A layer without parameters that keeps the number of features."""

    __slots__ = ()

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Return no shapes: there is nothing to learn."""
        return {}

    def outputs(self, inputs: int) -> int:
        """Return ``inputs``: one output for each input."""
        return inputs

    def gradients(self, params: Mapping[str, Array], cache: Any, dy: Array) -> dict[str, Array]:
        """Return no gradients: there is nothing to learn."""
        return {}
