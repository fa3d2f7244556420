"""The dense layer: every output is a weighted sum of every input."""

from collections.abc import Mapping
from dataclasses import dataclass

from scratch.tree import Array


@dataclass(frozen=True, slots=True)
class Dense:
    """``y = x @ kernel + bias`` with a kernel (I, O) and a bias (O,).

    With ``L`` the loss and ``dy = dL/dy``, the chain rule for ``y[n,o] = Σ_i x[n,i] k[i,o] + b[o]`` gives
    ``dL/dk[i,o] = Σ_n x[n,i] dy[n,o]``, ``dL/db[o] = Σ_n dy[n,o]`` and ``dL/dx[n,i] = Σ_o dy[n,o] k[i,o]``.
    """

    units: int
    bias: bool = True

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of ``kernel`` (I, O) and, where there is one, ``bias`` (O,)."""
        shapes: dict[str, tuple[int, ...]] = {"kernel": (inputs, self.units)}
        return shapes | {"bias": (self.units,)} if self.bias else shapes

    def outputs(self, inputs: int) -> int:
        """Return the number of units, O."""
        return self.units

    def forward(self, params: Mapping[str, Array], x: Array) -> tuple[Array, Array]:
        """Return the output (N, O) for ``x`` (N, I); ``x`` itself is the cache."""
        y = x @ params["kernel"]  # (N, O)
        if self.bias:
            y = y + params["bias"][..., None, :]
        return y, x

    def backward(self, params: Mapping[str, Array], x: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        """Return ``dx`` (N, I) and the gradients of ``kernel`` (I, O) and ``bias`` (O,)."""
        return dy @ params["kernel"].mT, self.gradients(params, x, dy)

    def gradients(self, params: Mapping[str, Array], x: Array, dy: Array) -> dict[str, Array]:
        """Return the gradients alone: the first layer of a network needs no ``dx``."""
        grads = {"kernel": x.mT @ dy}  # (I, O)
        if self.bias:
            grads["bias"] = dy.sum(axis=-2)  # (O,)
        return grads
