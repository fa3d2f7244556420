"""Binary cross-entropy of probabilities."""

from dataclasses import dataclass

import numpy as np

from scratch.tree import Array


@dataclass(frozen=True, slots=True)
class BinaryCrossEntropy:
    """``L = -1/(N O) Σ y log p + (1 - y) log(1 - p)``, so ``dL/dp = (p - y) / (p (1 - p)) / (N O)``.

    Nothing is clipped: a probability of exactly 0 or 1 gives infinity, or NaN where the formula
    asks for ``0 log 0`` or ``0 / 0``. Networks that saturate should use the loss from logits.
    """

    def forward(self, prediction: Array, target: Array) -> tuple[Array, tuple[Array, Array]]:
        """Return the loss of probabilities and targets, both (N, O) and in [0, 1]."""
        rows, columns = prediction.shape[-2:]
        likelihood = target * np.log(prediction) + (1 - target) * np.log(1 - prediction)
        return -likelihood.sum(axis=(-2, -1)) / (rows * columns), (prediction, target)

    def backward(self, cache: tuple[Array, Array]) -> Array:
        """Return ``dL/dp`` (N, O)."""
        p, y = cache
        rows, columns = p.shape[-2:]
        return (p - y) / (p * (1 - p)) / (rows * columns)
