"""Binary cross-entropy of probabilities."""

from dataclasses import dataclass

import numpy as np

from scratch.losses.certain import where_it_counts
from scratch.tree import Array


@dataclass(frozen=True, slots=True)
class BinaryCrossEntropy:
    """``L = -1/(N O) Σ y log p + (1 - y) log(1 - p)``, so ``dL/dp = ((1 - y) / (1 - p) - y / p) / (N O)``.

    Nothing is clipped: to be certain and right costs 0, to be certain and wrong costs infinity.
    Networks that saturate should use the loss from logits.
    """

    def forward(self, prediction: Array, target: Array) -> tuple[Array, tuple[Array, Array]]:
        """Return the loss of probabilities and targets, both (N, O) and in [0, 1]."""
        rows, columns = prediction.shape[-2:]
        yes = target * np.log(where_it_counts(prediction, target))
        no = (1 - target) * np.log(where_it_counts(1 - prediction, 1 - target))
        return -(yes + no).sum(axis=(-2, -1)) / (rows * columns), (prediction, target)

    def backward(self, cache: tuple[Array, Array]) -> Array:
        """Return ``dL/dp`` (N, O)."""
        p, y = cache
        rows, columns = p.shape[-2:]
        yes, no = y / where_it_counts(p, y), (1 - y) / where_it_counts(1 - p, 1 - y)
        return (no - yes) / (rows * columns)
