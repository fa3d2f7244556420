"""Categorical cross-entropy of probabilities."""

from dataclasses import dataclass

import numpy as np

from scratch.losses.certain import where_it_counts
from scratch.tree import Array


@dataclass(frozen=True, slots=True)
class CategoricalCrossEntropy:
    """``L = -1/N Σ_n Σ_o y log p``, a mean over samples; ``dL/dp = -y / p / N``.

    Behind a softmax layer the chain rule turns this into ``(p - y) / N`` at the scores; the loss
    from logits computes that in one step. A class that is certainly not there costs nothing, even at p = 0.
    """

    def forward(self, prediction: Array, target: Array) -> tuple[Array, tuple[Array, Array]]:
        """Return the loss of probabilities and one-hot targets, both (N, O)."""
        likelihood = target * np.log(where_it_counts(prediction, target))
        return -likelihood.sum(axis=(-2, -1)) / prediction.shape[-2], (prediction, target)

    def backward(self, cache: tuple[Array, Array]) -> Array:
        """Return ``dL/dp`` (N, O)."""
        p, y = cache
        return -y / where_it_counts(p, y) / p.shape[-2]
