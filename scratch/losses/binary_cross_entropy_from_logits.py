"""Binary cross-entropy straight from the scores before the sigmoid."""

from dataclasses import dataclass

import numpy as np

from scratch.layers.sigmoid import sigmoid
from scratch.tree import Array


@dataclass(frozen=True, slots=True)
class BinaryCrossEntropyFromLogits:
    """``L = 1/(N O) Σ softplus(z) - y z``, so ``dL/dz = (sigmoid(z) - y) / (N O)``.

    The same number as sigmoid and binary cross-entropy one after the other
    (``-log sigmoid(z) = softplus(z) - z``, ``-log(1 - sigmoid(z)) = softplus(z)``), but it
    neither overflows nor divides by a probability that has become 0. The softplus is computed as
    ``log(1 + exp(z)) = max(z, 0) + log1p(exp(-|z|))``; ``y z`` is subtracted from the first term,
    where it cancels exactly for a confident hit: the tiny loss that is left keeps its digits.
    """

    def forward(self, prediction: Array, target: Array) -> tuple[Array, tuple[Array, Array]]:
        """Return the loss of logits and targets, both (N, O)."""
        rows, columns = prediction.shape[-2:]
        positive = prediction.real > 0
        miss = np.where(positive, prediction, 0) - target * prediction  # 0 for a confident hit
        doubt = np.log1p(np.exp(np.where(positive, -prediction, prediction)))
        return (miss + doubt).sum(axis=(-2, -1)) / (rows * columns), (prediction, target)

    def backward(self, cache: tuple[Array, Array]) -> Array:
        """Return ``dL/dz`` (N, O)."""
        z, y = cache
        rows, columns = z.shape[-2:]
        return (sigmoid(z) - y) / (rows * columns)
