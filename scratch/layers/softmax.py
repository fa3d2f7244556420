"""The softmax activation: turns a row of scores into probabilities."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scratch.layers.layer import Activation
from scratch.tree import Array


def softmax(x: Array) -> Array:
    """Return ``exp(x) / Σ exp(x)`` over the last axis, without overflow.

    Subtracting the largest score of the row cancels in the fraction and leaves exponents that
    are not positive. (Any other shift would cancel too: with balls or complex numbers it does
    not matter which entry counts as the largest.)
    """
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@dataclass(frozen=True, slots=True)
class Softmax(Activation):
    """``y[i] = exp(x[i]) / Σ_j exp(x[j])``, so ``dy[i]/dx[j] = y[i] (1{i=j} - y[j])``.

    Every score moves every probability: ``dx[j] = y[j] (dy[j] - Σ_i dy[i] y[i])``.
    """

    def forward(self, params: Mapping[str, Array], x: Array) -> tuple[Array, Array]:
        """Return the probabilities (N, O); they are also all that the derivative needs."""
        y = softmax(x)
        return y, y

    def backward(self, params: Mapping[str, Array], y: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        """Return ``dx`` (N, O); each of its rows sums to zero."""
        return y * (dy - (dy * y).sum(axis=-1, keepdims=True)), {}
