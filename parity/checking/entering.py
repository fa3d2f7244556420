"""How much each sample enters a step, and with whose target: solved for from the change of the weights."""

from collections.abc import Sequence

import numpy as np
from attrs import evolve

from parity.checking.experiments import Experiment, outcome
from parity.checking.losses import Kind
from parity.checking.network import Weights
from scratch.tree import Array

STILL = 1e-6
"""A learning rate with which many steps are one sum of gradients at the same weights."""

CLOSE = 1e-4
"""Relative distance up to which a change is the sum: what is left is of the order of the rate, and rounding over it."""

MIXED = "samples are trained with the targets of other samples"


def own(done: Experiment, kind: Kind) -> Array | None:
    """Return the weight with which each sample enters (N,), relative to the plain sum; None where it is no such sum."""
    return _entered(done, kind, [(n, n) for n in range(done.samples)])


def is_mixed(done: Experiment, kind: Kind) -> bool:
    """Return whether a change is that of samples with targets that are not theirs."""
    if own(done, kind) is not None:
        return False
    _, classes = np.unique(done.y, axis=0, return_index=True)
    return _entered(done, kind, [(n, int(m)) for n in range(done.samples) for m in classes]) is not None


def _entered(done: Experiment, kind: Kind, pairs: Sequence[tuple[int, int]]) -> Array | None:
    """Return the weight of each pair of sample and target; None where the change is no sum of their gradients."""
    columns = []
    for n, m in pairs:
        alone = evolve(done, x=done.x[n : n + 1], y=done.y[m : m + 1])
        sums = kind.sum_over_ours(1, done.network.sizes[-1])
        columns.append(sums * _flat(outcome(alone.ours(kind.ours, 1e-9)).gradients))
    change, matrix = _flat(done.change), np.stack(columns, axis=1)
    if matrix.shape[0] <= matrix.shape[1] or not np.isfinite(change).all():
        return None
    entered, *_ = np.linalg.lstsq(matrix, change, rcond=None)
    gap = np.abs(matrix @ entered - change).max()
    return entered if gap <= CLOSE * np.abs(change).max() else None


def _flat(arrays: Weights) -> Array:
    return np.concatenate([arrays[p].ravel() for p in sorted(arrays)])
