"""Predicted classes: do two implementations decide alike?"""

import numpy as np
from attrs import frozen

from scratch.tree import Array


@frozen
class Classified:
    """How many rows get another class.

    Attributes:
        different: rows where both decide, and decide otherwise.
        tied: rows where they differ only because the decision is closer than rounding noise.
    """

    different: int
    tied: int


def classify(prediction: Array, cut: float = 0.5) -> Array:
    """Return the class of each row of ``prediction`` (N, O).

    It is the largest column; or, where there is one only, 1 above ``cut`` and 0 else: half for a
    probability, zero for a logit.

    A row that is not finite has no class; it gets -1.
    """
    one = prediction.shape[1] == 1
    classes = (prediction[:, 0] > cut).astype(int) if one else prediction.argmax(axis=1)
    return np.where(np.isfinite(prediction).all(axis=1), classes, -1)


def compare_classes(truth: Array, other: Array, allowed: Array, cut: float = 0.5) -> Classified:
    """Compare the classes of two predictions (N, O).

    A row is tied when changes of ``allowed`` (N, O) can turn the decision: two columns that move towards each
    other need a margin of twice that. Without a number on either side there is no tie.
    """
    differ = classify(truth, cut) != classify(other, cut)
    reach = (1 if truth.shape[1] == 1 else 2) * allowed.max(axis=1, initial=0)
    finite = np.isfinite(truth).all(axis=1) & np.isfinite(other).all(axis=1)
    tied = differ & finite & (_margin(truth, cut) <= reach)
    return Classified(int((differ & ~tied).sum()), int(tied.sum()))


def _margin(prediction: Array, cut: float) -> Array:
    """Return how far each row is from being decided otherwise."""
    with np.errstate(invalid="ignore"):
        if prediction.shape[1] == 1:
            return np.asarray(np.abs(prediction[:, 0] - cut))
        ordered = np.sort(prediction, axis=1)
        return np.asarray(ordered[:, -1] - ordered[:, -2])
