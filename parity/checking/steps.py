"""What several steps in a row are: plain descent, momentum, an optimizer that adapts, or a mistake in one of these."""

from collections.abc import Sequence

import numpy as np
from attrs import evolve, frozen

from parity.checking.adaptive import Adaptive
from parity.checking.adaptive import recognized as rule_of
from parity.checking.beside import layer_of
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

OTHERWISE = "not the update that its gradient asks for"
UNKNOWN = "three steps in a row are none of the known updates: could not tell"

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
    seen = traced(found, make)
    if (rule := rule_of(seen.gradients, seen.steps, seen.rate)) is not None:
        return of_rule(rule)
    if words := _schedule(seen):
        return Update(True, words=words, done=done)
    if is_of_one_size(done):
        words = "the size of the step does not follow that of the gradient (as in Adam): not judged"
        return Update(False, words=words, adaptive=True)
    if (update := _of_catalogue(found, done, constant, guesses)) is not None:
        return update
    words, all_known = _by_parameter(seen)
    if all_known:
        return Update(True, wrong=True, words=words)
    if passes == STEPS and (named := _of_two_steps(found, make(2), constant, guesses)):
        return Update(True, wrong=True, words=OTHERWISE, named=tuple(named), done=make(2))
    return Update(False, words=words or UNKNOWN, unclear=True)


def _of_catalogue(
    found: Examination, done: Experiment, constant: float, guesses: Sequence[float]
) -> Update | None:
    """Return what the steps are by the catalogue: a variant that people mean, a mistake, or None."""
    named = _mistakes(found, done, constant, guesses)
    for variant in named:
        if (other := VARIANTS.get(variant.bugs[0].code)) is not None:
            return Update(True, momentum=guesses[0], words=other, done=done)
    return Update(True, wrong=True, words=OTHERWISE, named=tuple(named), done=done) if named else None


def _of_two_steps(
    found: Examination, done: Experiment, constant: float, guesses: Sequence[float]
) -> list[Named]:
    """Return mistakes that two steps show, and three do not: what is remembered of the first may be used for ever."""
    assert found.kind is not None
    if any(_is(found, done, found.kind, constant, momentum) for momentum in guesses):
        return []  # right so far: then every mistake that shows later would do
    named = _mistakes(found, done, constant, guesses)
    return [one for one in named if one.bugs[0].code not in VARIANTS]


@frozen(eq=False)
class Traced:
    """Several steps, each beside the gradient at the user's own weights before it.

    Attributes:
        gradients: with the user's factor, by path.
        steps: by how much the weights went down, by path.
        rate: that was set; None where none can be.
    """

    gradients: list[Weights]
    steps: list[Weights]
    rate: float | None


def traced(found: Examination, make: Make) -> Traced:
    """Return three steps, and the gradient before each.

    Raises:
        SubjectFailure: its code raises.
    """
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
    return Traced(gradients, steps, runs[0].rate if found.network.sets_rate else None)


def adaptive(found: Examination, make: Make) -> Adaptive | None:
    """Return which of the optimizers that adapt their step three steps are; None where they are none of these."""
    seen = traced(found, make)
    return rule_of(seen.gradients, seen.steps, seen.rate)


def _schedule(seen: Traced) -> str:
    """Say with which factors each step follows its gradient, where only these change; else nothing."""
    factors = []
    for gradient, step in zip(seen.gradients, seen.steps, strict=True):
        result = fit(step, gradient)
        if not result.worst <= ALIKE or result.constant <= 0:
            return ""
        factors.append(result.constant)
    too_far = seen.rate is not None and max(factors) > seen.rate * (1 + ALIKE)
    if too_far or max(factors) - min(factors) <= ALIKE * max(factors):
        return ""  # as long as each other, or longer than the rate says: that is no schedule
    shown = ", ".join(f"{factor / factors[0]:.4g}" for factor in factors)
    return f"a learning rate that changes from step to step: {shown} times the first"


def _by_parameter(seen: Traced) -> tuple[str, bool]:
    """Say how each parameter moves, judged by itself, and whether all is known; nothing where they move alike."""
    rules = {path: _rule(seen, path) for path in seen.gradients[0]}
    if len(set(rules.values())) < 2 or not any(rules.values()):
        return "", False
    groups: dict[str, list[str]] = {}
    for path, rule in rules.items():
        groups.setdefault(rule or "by no rule that is known", []).append(layer_of(path))
    words = "; ".join(f"{', '.join(paths)} {rule}" for rule, paths in groups.items())
    return f"not all parameters move alike: {words}", all(rules.values())


def _rule(seen: Traced, path: str) -> str:
    """Return how one parameter moves, in words; nothing where that is not known."""
    went = [step[path].ravel() for step in seen.steps]
    if not any(step.any() for step in went):
        return "never"
    for momentum in (0.0, *MOMENTA):
        made, velocity = [], np.zeros_like(went[0])
        for gradient in seen.gradients:
            velocity = momentum * velocity + gradient[path].ravel()
            made.append(velocity)
        result = fit({"": np.concatenate(went)}, {"": np.concatenate(made)})
        if result.worst <= ALIKE:
            times = result.constant / (seen.rate or result.constant)
            size = "" if abs(times - 1) <= ALIKE else f", {times:.4g} times as far as it should"
            return (f"with a momentum of {momentum:g}" if momentum else "by plain descent") + size
    return ""


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
