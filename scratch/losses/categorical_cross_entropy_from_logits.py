"""Categorical cross-entropy straight from the scores before the softmax."""

from dataclasses import dataclass

import numpy as np

from scratch.tree import Array


@dataclass(frozen=True, slots=True)
class CategoricalCrossEntropyFromLogits:
    """``L = -1/N Σ_n Σ_o y log softmax(z)``, so ``dL/dz = (softmax(z) Σ_o y - y) / N``.

    The logarithm is computed as ``log softmax(z) = z - c - log Σ exp(z - c)`` with c the largest
    score of the row: no exponent is positive, no logarithm sees 0. The targets of a row sum to
    one in every use we know; the derivative does not take that for granted.
    """

    def forward(self, prediction: Array, target: Array) -> tuple[Array, tuple[Array, Array]]:
        """Return the loss of logits and one-hot targets, both (N, O)."""
        shifted = prediction - prediction.max(axis=-1, keepdims=True)
        e = np.exp(shifted)
        total = e.sum(axis=-1, keepdims=True)
        loss = (target * (np.log(total) - shifted)).sum(axis=(-2, -1)) / prediction.shape[-2]
        return loss, (e / total, target)

    def backward(self, cache: tuple[Array, Array]) -> Array:
        """Return ``dL/dz`` (N, O)."""
        p, y = cache
        return (p * y.sum(axis=-1, keepdims=True) - y) / p.shape[-2]
