"""Probabilities that have become exactly 0 or 1, where ``0 log 0`` and ``0 / 0`` have to be their limits."""

from scratch.tree import Array


def where_it_counts(p: Array, weight: Array) -> Array:
    """Return ``p`` where ``weight`` is not 0, and 1 where it is.

    Then ``weight * log(p)`` and ``weight / p`` are 0 wherever the weight is, also for p = 0. A NaN in ``p`` stays.
    """
    counts = weight != 0
    return p * counts + ~counts
