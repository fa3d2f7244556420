"""Gradient descent, plain, with momentum, and with Nesterov's look ahead."""

from dataclasses import dataclass

import numpy as np

from scratch.tap import Tap, untapped
from scratch.tree import Array, Tree, map_tree


@dataclass(frozen=True, slots=True)
class SGD:
    """``w ← w - η g``; with momentum μ ``v ← μ v - η g`` and ``w ← w + v``, or ``w ← w + μ v - η g``.

    The last form is Nesterov's, which applies the velocity that the next step would have. Both
    numbers may be arrays with one entry for each ensemble member.

    Source: Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and
    momentum in deep learning", 2013, equations 1-4, with the change of variable that all
    frameworks use (the gradient is taken at ``w``).
    """

    learning_rate: float | Array
    momentum: float | Array = 0.0
    nesterov: bool = False

    def begin(self, params: Tree) -> Tree:
        """Return the velocity before the first step: zeros like ``params``, or nothing without momentum."""
        return map_tree(lambda w: w * 0, params) if np.any(self.momentum != 0) else {}

    def step(self, params: Tree, grads: Tree, velocity: Tree, tap: Tap = untapped) -> tuple[Tree, Tree]:
        """Return the updated parameters and velocity, shaped like ``params``."""
        new_params: Tree = {}
        new_velocity: Tree = {}
        for layer, arrays in params.items():
            new_params[layer] = {}
            for name, w in arrays.items():
                change = grads[layer][name] * _for(w, -self.learning_rate)
                if velocity:
                    momentum = _for(w, self.momentum)
                    v = tap(f"velocity/{layer}/{name}", momentum * velocity[layer][name] + change)
                    new_velocity.setdefault(layer, {})[name] = v
                    change = momentum * v + change if self.nesterov else v
                new_params[layer][name] = tap(f"weight/{layer}/{name}", w + change)
        return new_params, new_velocity


def _for(w: Array, rate: float | Array) -> float | Array:
    """Return ``rate`` so that it multiplies ``w``: one number, or one for each ensemble member.

    NumPy's own numbers take the type of ``w``, as Python's do by themselves: a float64 rate
    would quietly turn float32 weights into float64.
    """
    if isinstance(rate, np.ndarray | np.generic):
        return rate.astype(w.dtype).reshape(rate.shape + (1,) * (w.ndim - rate.ndim))
    return rate
