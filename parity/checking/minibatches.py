"""Mini-batches: with what weight does each sample enter, when a loop takes them a few at a time?

With a learning rate that is nearly zero an epoch is one long sum of the samples' gradients. So their weights can be
solved for, whatever order they are taken in.
"""

from collections.abc import Sequence

import numpy as np
from attrs import frozen

from parity.checking.entering import CLOSE, MIXED, STILL, is_mixed, own
from parity.checking.examining import Examination
from parity.checking.experiments import Experiment, experiment
from parity.checking.network import Weights
from parity.subject.failure import SubjectFailure
from scratch.tree import Array

SAMPLES, BATCH = 7, 3
"""Seven samples by three: the last batch is a smaller one."""

UNCLEAR = (
    f"batches of {BATCH} of {SAMPLES} samples are not the sum of the samples' gradients that one expects"
)
STEP = 0.1
KNOWN = 1e-3


@frozen
class MiniBatches:
    """What a loop does with batches.

    Attributes:
        usual: whether every batch is averaged, or summed up, by itself.
        wrong: whether samples are trained with the targets of others.
        unclear: whether it is not known with which weights samples enter.
        words: in a sentence.
    """

    usual: bool
    wrong: bool
    words: str
    unclear: bool = False


def judge(found: Examination, loops: Sequence[Examination] = ()) -> MiniBatches | None:
    """Return what mini-batches are, for a network whose gradient is right; None where no loop takes a batch size."""
    for loop in (found, *loops):
        training = loop.network.training
        usual = loop.network.sets_rate and loop.network.rate_power == 1
        if not usual or loop.borrowed or loop.in_turn or not training or not training["batch"]:
            continue
        try:
            judged = _of_loop(loop)
        except SubjectFailure:
            continue
        if judged is not None:
            return judged
    return None


def _of_loop(loop: Examination) -> MiniBatches | None:
    epochs = bool(loop.network.training and loop.network.training["epochs"])

    def run(rate: float, size: int) -> Experiment:
        return experiment(loop.network, 50, SAMPLES, rate, 1, epochs, settings={"batch": size})

    done = run(STILL, BATCH)
    if _is_one_step(run(STEP, BATCH), done) or _same(run(STEP, BATCH), run(STEP, SAMPLES)):
        return None
    assert loop.kind is not None
    entered = own(done, loop.kind)
    if entered is None:
        mixed = is_mixed(done, loop.kind)
        return MiniBatches(False, mixed, f"in mini-batches {MIXED}" if mixed else UNCLEAR, not mixed)
    return _told(loop, np.sort(entered))


def _told(loop: Examination, entered: Array) -> MiniBatches:
    """Return what is said of the weights with which samples enter, in rising order."""
    single = loop.factors.get(1, next(iter(loop.factors.values())))
    share = entered / single
    rest = SAMPLES % BATCH
    means = np.sort([1 / BATCH] * (SAMPLES - rest) + [1 / rest] * rest)
    dropped = np.sort([1 / BATCH] * (SAMPLES - rest) + [0.0] * rest)
    for usual in (means, dropped, np.ones(SAMPLES), np.sort([1.0] * (SAMPLES - rest) + [0.0] * rest)):
        if np.allclose(share, usual, rtol=0, atol=KNOWN):
            return MiniBatches(True, False, f"batches of {BATCH} of {SAMPLES} samples")
    averaged = f"batches of {BATCH} of {SAMPLES} samples: "
    if np.allclose(share, 1 / BATCH, rtol=0, atol=KNOWN):
        words = "the last, smaller one is divided by the size of the others, not by its own"
        return MiniBatches(False, False, averaged + words)
    if np.allclose(share, 1 / SAMPLES, rtol=0, atol=KNOWN):
        words = "each is divided by the number of all samples, not by its own: steps are that much smaller"
        return MiniBatches(False, False, averaged + words)
    return MiniBatches(False, False, UNCLEAR, True)


def _flat(arrays: Weights) -> Array:
    return np.concatenate([arrays[p].ravel() for p in sorted(arrays)])


def _is_one_step(large: Experiment, small: Experiment) -> bool:
    """Return whether a large rate and a small one make the same step, but for its size: then there was only one."""
    a, b = _flat(large.change), _flat(small.change)
    return bool(np.abs(a - b).max() <= CLOSE * np.abs(b).max())


def _same(one: Experiment, other: Experiment) -> bool:
    return all(np.array_equal(a, other.done.after[p]) for p, a in one.done.after.items())
