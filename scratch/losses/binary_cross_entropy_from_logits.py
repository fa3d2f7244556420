"""Binary cross-entropy straight from the scores before the sigmoid."""

from dataclasses import dataclass

import numpy as np

from scratch.layers.sigmoid import sigmoid
from scratch.tree import Array


def softplus(z: Array) -> Array:
    """Return ``log(1 + exp(z))`` for any shape, without overflow: ``max(z, 0) + log1p(exp(-|z|))``."""
    positive = z.real > 0
    magnitude = np.where(positive, z, -z)
    return np.where(positive, z, 0) + np.log1p(np.exp(-magnitude))


@dataclass(frozen=True, slots=True)
class BinaryCrossEntropyFromLogits:
    """``L = 1/(N O) Σ softplus(z) - y z``, so ``dL/dz = (sigmoid(z) - y) / (N O)``.

    The same number as sigmoid and binary cross-entropy one after the other
    (``-log sigmoid(z) = softplus(z) - z``, ``-log(1 - sigmoid(z)) = softplus(z)``), but it
    neither overflows nor divides by a probability that has become 0.
    """

    def forward(self, prediction: Array, target: Array) -> tuple[Array, tuple[Array, Array]]:
        """Return the loss of logits and targets, both (N, O)."""
        rows, columns = prediction.shape[-2:]
        loss = (softplus(prediction) - target * prediction).sum(axis=(-2, -1)) / (rows * columns)
        return loss, (prediction, target)

    def backward(self, cache: tuple[Array, Array]) -> Array:
        """Return ``dL/dz`` (N, O)."""
        z, y = cache
        rows, columns = z.shape[-2:]
        return (sigmoid(z) - y) / (rows * columns)
