"""What every loss can do."""

from typing import Any, Protocol

from scratch.tree import Array


class Loss(Protocol):
    """Two pure functions: the loss of a batch and its derivative by the prediction.

    Every array may have an ensemble axis in front; the loss then has one number a member.
    """

    def forward(self, prediction: Array, target: Array) -> tuple[Array, Any]:
        """Return the loss, shape (), of ``prediction`` and ``target`` (N, O), and what ``backward`` needs."""

    def backward(self, cache: Any) -> Array:
        """Return the derivative of the loss by ``prediction``, (N, O)."""
