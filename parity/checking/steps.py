"""What several steps in a row are: plain descent, momentum, an optimizer that adapts, or a mistake in one of these."""

from collections.abc import Sequence

import numpy as np
from attrs import evolve

from parity.checking.adaptive import Adaptive
from parity.checking.adaptive import recognized as rule_of
from parity.checking.examining import Examination
from parity.checking.experiments import Experiment, outcome
from parity.checking.losses import Kind, fit
from parity.checking.naming import Named, reproducing
from parity.checking.network import Weights
from parity.checking.update import STEPS, Make, Update
from parity.subject.failure import SubjectFailure

MOST_GUESSES = 3
ALIKE = 1e-6
"""Residual of several steps up to which an update is the one that is planned."""

MOMENTUM = 0.9
VARIANTS = {
    "G509": "momentum as a moving average of gradients",
    "G511": "Nesterov's momentum",
    "G607": "a learning rate that decays",
}
"""What the catalogue has as a mistake where plain momentum is meant, and others do on purpose."""

MOMENTA = (0.9, 0.5, 0.1, 0.99, 0.8, 0.95, 0.7, 0.3)


def recognized(found: Examination, make: Make, passes: int) -> Update:
    """Return what several steps are.

    Args:
        found: a network whose gradient is right.
        make: trains it for so many passes.
        passes: how many to look at.

    Raises:
        SubjectFailure: its code raises.
    """
    assert found.kind is not None
    done = make(passes)
    if not all(np.isfinite(a).all() for a in done.done.after.values()):
        return Update(False, words="weights are not finite after three steps")
    constant, known = constant_of(found, done.samples), "momentum" in done.settings
    guesses = [MOMENTUM] if known else [0.0, *_guessed(found, done, constant, make)]
    for momentum in guesses:
        if _is(found, done, found.kind, constant, momentum):
            words = f"momentum of {momentum:g}" if momentum else "plain gradient descent"
            return Update(True, momentum=momentum, words=words, done=done)
    if (rule := adaptive(found, make)) is not None:
        return of_rule(rule)
    if is_of_one_size(done):
        words = "the size of the step does not follow that of the gradient (as in Adam): not judged"
        return Update(False, words=words, adaptive=True)
    named = _mistakes(found, done, constant, guesses)
    for variant in named:
        if (other := VARIANTS.get(variant.bugs[0].code)) is not None:
            return Update(True, momentum=guesses[0], words=other, done=done)
    if not named and passes == STEPS:  # what is remembered of the first step may be used for ever
        done = make(2)
        named = [n for n in _mistakes(found, done, constant, guesses) if n.bugs[0].code not in VARIANTS]
    if not named:
        return Update(
            False, words="three steps in a row are none of the known updates: could not tell", unclear=True
        )
    return Update(
        True, wrong=True, words="not the update that its gradient asks for", named=tuple(named), done=done
    )


def adaptive(found: Examination, make: Make) -> Adaptive | None:
    """Return which of the optimizers that adapt their step three steps are; None where they are none of these."""
    assert found.kind is not None
    turn = found.in_turn or found.network.single
    gradients, steps = [], []
    runs = [make(passes, 1) if turn else make(passes) for passes in range(1, STEPS + 1)]
    before = runs[0].weights
    for run in runs:
        there = evolve(run, weights=before, passes=1)
        constant = constant_of(found, run.samples)
        ours = outcome(there.ours(found.kind.ours, 1e-9)).gradients
        gradients.append({p: constant * g for p, g in ours.items()})
        steps.append({p: before[p] - run.done.after[p] for p in before})
        before = run.done.after
    return rule_of(gradients, steps, runs[0].rate if found.network.sets_rate else None)


def of_rule(rule: Adaptive) -> Update:
    """Return the update that an optimizer is which adapts its steps."""
    words = f"{rule.words}: {rule.mistake}" if rule.mistake else rule.words
    return Update(True, wrong=bool(rule.mistake), words=words, adaptive=True)


def constant_of(found: Examination, count: int) -> float:
    """Return the factor of our loss's gradient that the user's is, for a batch of ``count``."""
    assert found.kind is not None
    outputs = found.network.sizes[-1]
    samples = 1 if found.in_turn or count not in found.factors else count
    return found.factors.get(samples, next(iter(found.factors.values()))) * found.kind.sum_over_ours(
        samples, outputs
    )


def _is(found: Examination, done: Experiment, kind: Kind, constant: float, momentum: float) -> bool:
    ours = outcome(done.ours(kind.ours, constant, in_turn=found.in_turn, momentum=momentum))
    return _close(done, ours.after)


def _close(done: Experiment, after: Weights) -> bool:
    moved = {p: done.done.after[p] - done.weights[p] for p in after}
    wanted = {p: after[p] - done.weights[p] for p in after}
    result = fit(moved, wanted)
    return result.worst <= ALIKE and abs(result.constant - 1) <= ALIKE


def is_of_one_size(done: Experiment) -> bool:
    """Return whether all entries of all weights moved by the same distance: the sign of Adam and its kin."""
    moved = np.concatenate([np.abs(done.done.after[p] - done.weights[p]).ravel() for p in done.weights])
    return bool(moved.size > 3 and moved.min() > 0 and moved.max() < 1.05 * moved.min())


def _guessed(found: Examination, done: Experiment, constant: float, make: Make) -> list[float]:
    """Return momenta that two steps tell of: by how much of the first step the second is longer."""
    guesses: list[float] = []
    try:
        first, second = make(1), make(2)
    except SubjectFailure:
        return list(MOMENTA)
    assert found.kind is not None
    if found.in_turn and done.samples > 1:
        return list(MOMENTA)
    one = {p: first.done.after[p] - first.weights[p] for p in first.weights}
    two = {p: second.done.after[p] - first.done.after[p] for p in first.weights}
    there = Experiment(found.network, first.done.after, first.x, first.y, first.rate, first.done)
    plain = outcome(there.ours(found.kind.ours, constant))
    rest = {p: two[p] - (plain.after[p] - first.done.after[p]) for p in one}
    extra = fit(rest, one)
    if np.isfinite(extra.constant):
        rate = first.step_size
        guesses += [round(extra.constant, 10), round(extra.constant * rate, 10), -round(extra.constant, 10)]
    return [g for g in dict.fromkeys([*guesses, *MOMENTA]) if 0 < g < 1]


def _mistakes(found: Examination, done: Experiment, constant: float, guesses: Sequence[float]) -> list[Named]:
    """Return mistakes that reproduce the steps with one of the momenta."""
    assert found.kind is not None
    for momentum in list(dict.fromkeys(guesses))[:MOST_GUESSES]:
        named = reproducing(done, found.kind, constant, found.in_turn, momentum)
        if named:
            return named
    return []
