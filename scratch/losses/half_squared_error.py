"""Half the squared error, the loss whose derivative is simply the error."""

from dataclasses import dataclass

from scratch.tree import Array


@dataclass(frozen=True, slots=True)
class HalfSquaredError:
    """``L = 1/N Σ_n Σ_o (p - y)² / 2``: a sum over outputs, a mean over samples; ``dL/dp = (p - y) / N``."""

    def forward(self, prediction: Array, target: Array) -> tuple[Array, Array]:
        """Return the loss; the error ``p - y`` (N, O) is what the derivative needs."""
        error = prediction - target
        return (error * error).sum(axis=(-2, -1)) / (2 * error.shape[-2]), error

    def backward(self, error: Array) -> Array:
        """Return ``dL/dp`` (N, O)."""
        return error / error.shape[-2]
