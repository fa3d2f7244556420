"""The mean squared error."""

from dataclasses import dataclass

from scratch.tree import Array


@dataclass(frozen=True, slots=True)
class MeanSquaredError:
    """``L = 1/(N O) Σ (p - y)²`` over all samples and outputs, so ``dL/dp = 2 (p - y) / (N O)``.

    The factor 2 is what many tutorials drop: their gradient belongs to half of this loss, and
    their learning rate is worth half of what it says.
    """

    def forward(self, prediction: Array, target: Array) -> tuple[Array, Array]:
        """Return the loss; the error ``p - y`` (N, O) is what the derivative needs."""
        error = prediction - target
        rows, columns = error.shape[-2:]
        return (error * error).sum(axis=(-2, -1)) / (rows * columns), error

    def backward(self, error: Array) -> Array:
        """Return ``dL/dp`` (N, O)."""
        rows, columns = error.shape[-2:]
        return error * 2 / (rows * columns)
