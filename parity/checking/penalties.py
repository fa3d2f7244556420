"""Regularization: the term that it adds to the gradient, beside the term that it adds to the reported loss."""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
from attrs import evolve, frozen

from parity.checking.beside import layer_of
from parity.checking.examining import Examination
from parity.checking.experiments import Experiment, experiment, outcome
from parity.checking.losses import fit
from parity.checking.naming import Named
from parity.checking.network import Weights
from parity.checking.reported import Reported
from parity.subject.failure import SubjectFailure

STRENGTH = 0.1
CLOSE = 1e-7
STILL = 1e-9
"""A learning rate with which what is reported after the update is what was before it, to nine digits."""


@frozen
class Penalty:
    """What regularization was found to be.

    Attributes:
        right: whether the gradient's term is a multiple of the weights, and fits the loss's where that is reported.
        words: in a sentence.
        on: whether it is switched on where nobody asks for anything.
    """

    right: bool
    words: str
    on: bool = False


def judge(found: Examination, report: Reported | None, loops: Sequence[Examination] = ()) -> Penalty | None:
    """Return what regularization does to the gradient; None where nothing can be switched on, or it does nothing.

    Args:
        found: a network whose gradient is right.
        report: the loss that it reports.
        loops: the same network by other calls: a term may stand in the update alone.
    """
    judged = [_judged(one, report) for one in (found, *loops) if not one.borrowed]
    if not any(judged) and (words := _only_in_loss(found)):
        return Penalty(False, words)
    some = [penalty for penalty in judged if penalty is not None]
    return next((penalty for penalty in some if not penalty.right), some[0] if some else None)


def _judged(found: Examination, report: Reported | None) -> Penalty | None:
    network = found.network
    count = 1 if found.in_turn or found.many is None else found.many.samples
    if not (network.training and network.training["penalty"]):
        return None
    try:
        plain = experiment(network, 60, count, 1.0, settings={"penalty": 0.0})
        more = experiment(network, 60, count, 1.0, settings={"penalty": STRENGTH})
    except SubjectFailure:
        return None
    extra = {
        p: a - b for (p, a), b in zip(_read(more, found).items(), _read(plain, found).values(), strict=True)
    }
    if not any(np.abs(a).max(initial=0) > 0 for a in extra.values()):
        return None
    return _of_terms(found, report, plain, extra)


def _only_in_loss(found: Examination) -> str:
    """Say that a loss grows with the squares of the weights, of which the gradient knows nothing; else nothing."""
    done = found.many or found.one
    assert done is not None
    kernels = [p for p in done.weights if p.endswith("/kernel")]
    more = {p: 2.0 * w if p.endswith("/kernel") else w for p, w in done.weights.items()}
    shares: dict[str, list[float]] = {}
    for weights in (done.weights, more):
        there = evolve(done, weights=weights)
        squares = sum(float((weights[p] ** 2).sum()) for p in kernels)
        for (where, before, _), (other, value, _) in zip(
            _asked(there, 0.0), _asked(there, STRENGTH), strict=False
        ):
            if where == other and where.endswith("()"):
                shares.setdefault(where, []).append((value - before) / squares / STRENGTH)
    for where, some in shares.items():
        if len(some) == 2 and some[0] > 0 and abs(some[1] - some[0]) <= CLOSE * some[0]:
            grows = f"{where} grows by {some[0]:.6g} times lambda times the squares of the kernels"
            return f"{grows}, but no gradient has a term"
    return ""


def _of_terms(found: Examination, report: Reported | None, plain: Experiment, extra: Weights) -> Penalty:
    """Judge what a penalty adds to the gradients."""
    on = bool(found.network.training and found.network.training.get("penalized"))
    kernels = {p: a for p, a in extra.items() if p.endswith("/kernel")}
    biases = {p: a for p, a in extra.items() if p.endswith("/bias") and np.abs(a).max(initial=0) > 0}
    shape = fit(kernels, {p: plain.weights[p] for p in kernels})
    if shape.worst > CLOSE:
        return Penalty(False, "what it adds to the gradient is not a multiple of the weights", on)
    if biases:
        also = fit(biases, {p: plain.weights[p] for p in biases})
        if also.worst > CLOSE or abs(also.constant - shape.constant) > CLOSE * abs(shape.constant):
            return Penalty(
                False, "what it adds to the biases' gradients is not what it adds to the kernels'", on
            )
        without = [layer_of(p) for p in extra if p.endswith("/bias") and p not in biases]
        if without:
            words = f"it adds to the gradient of {', '.join(map(layer_of, biases))}, but not of {', '.join(without)}"
            return Penalty(False, words, on)
    if shape.constant * next(iter(found.factors.values())) < 0:
        words = (
            f"adds {shape.constant / STRENGTH:.6g} times lambda times the weights to the gradient: they grow"
        )
        return Penalty(False, words, on)
    return _beside_loss(found, report, plain, shape.constant, bool(biases), on)


def _times(found: Examination, report: Reported | None, count: int) -> float:
    """Return by which factor the gradient is that of the loss that is reported."""
    if report is None or count not in found.factors:
        return 1.0
    return found.factors[count] / report.constant.value(count, found.network.sizes[-1])


def _read(done: Experiment, found: Examination) -> Weights:
    return done.done.gradients if found.source == "gradients" else done.change


def _beside_loss(
    found: Examination, report: Reported | None, plain: Experiment, term: float, biases: bool, on: bool
) -> Penalty:
    """Compare the gradient's term with what the reported loss gains."""
    times = _times(found, report, plain.samples)
    squares = sum(float((w**2).sum()) for p, w in plain.weights.items() if biases or p.endswith("/kernel"))
    words = f"adds {term / STRENGTH:.6g} times lambda times the weights to the gradient"
    kernels = [p for p in plain.weights if p.endswith("/kernel")]
    for (where, before, _), (other, value, _) in zip(
        _losses(plain, 0.0), _losses(plain, STRENGTH), strict=False
    ):
        if where != other or value in (before, STRENGTH) or not np.isfinite([value, before]).all():
            continue
        gain = (value - before) / squares
        if not gain > 0:
            continue
        # The gradient may be that of the loss up to a constant: then its penalty has the same constant, or none.
        if any(abs(term - 2 * gain * factor) <= CLOSE * abs(term) for factor in (1.0, times)):
            return Penalty(True, words, on)
        alone = (value - before) / sum(float((plain.weights[p] ** 2).sum()) for p in kernels)
        if biases and any(abs(term - 2 * alone * factor) <= CLOSE * abs(term) for factor in (1.0, times)):
            return Penalty(False, f"{words}, the biases' too, but {where} has no term for biases", on)
        whose = "all weights" if biases else "the kernels"
        grows = f"{where} grows by {gain / STRENGTH:.6g} times lambda times the squares of {whose}"
        return Penalty(False, f"{words}, but {grows}: factor {term / (2 * gain):.6g}", on)
    return Penalty(True, words, on)


def _losses(done: Experiment, penalty: float) -> list[tuple[str, float, int]]:
    """Return what is reported of the weights before the step: with a rate that is nearly zero, or when asked for."""
    network, found = done.network, []
    if network.sets_rate:
        with suppress(SubjectFailure):
            still = network.step(done.weights, done.x, done.y, STILL, penalty=penalty)
            found = [number for number in still.reported if number[2] < 0]
    # What a training function returns when it is asked may be of after its update: only a loss is sure.
    return [*found, *(number for number in _asked(done, penalty) if number[0].endswith("()"))]


def _asked(done: Experiment, penalty: float) -> list[tuple[str, float, int]]:
    try:
        return done.network.losses(done.weights, done.x, done.y, penalty)
    except SubjectFailure:
        return []


def explained(found: Examination, named: Named) -> str:
    """Return in words that an L2 term in the gradients is also in the reported loss; empty where it is not.

    Args:
        found: a network whose gradient is that of no plain loss.
        named: the mistake that gives its numbers.
    """
    if [bug.code for bug in named.bugs] != ["G603"]:
        return ""
    done = found.experiments[0]
    gradient = outcome(done.ours(named.kind.ours, 1e-9)).gradients
    biases = [p for p in gradient if p.endswith("/bias")]
    kernels = [p for p in gradient if p.endswith("/kernel")]
    read = _read(done, found)
    plain = fit({p: read[p] for p in biases}, {p: gradient[p] for p in biases}) if biases else None
    constant = plain.constant if plain is not None else named.constant
    term = fit({p: read[p] - constant * gradient[p] for p in kernels}, {p: done.weights[p] for p in kernels})
    if term.worst > CLOSE:
        return ""
    data = constant * outcome(done.ours(named.kind.ours, 1e-9)).loss
    losses = [
        data + term.constant / 2 * sum(float((weights[p] ** 2).sum()) for p in kernels)
        for weights in (done.weights, done.done.after)  # many report after the update
    ]
    for where, value, _ in [*done.done.reported, *_asked(done, STRENGTH)]:
        if np.isclose(value, losses, rtol=CLOSE, atol=0).any():
            return f"the gradients have an L2 term, {term.constant:.6g} times the kernels, and so has {where}"
    return ""
