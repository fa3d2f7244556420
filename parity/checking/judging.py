"""The verdict of a network that was examined: every part beside its witnesses, in noise units."""

from collections.abc import Sequence

import numpy as np
from attrs import evolve, field, frozen

from parity.checking import naming, penalties, reported, updates
from parity.checking.examining import Examination
from parity.checking.experiments import Experiment, Noisy, noisy, outcome
from parity.checking.findings import Outcome, Part
from parity.checking.losses import ALIKE, Kind, fit, kinds
from parity.checking.naming import Named
from parity.checking.network import Weights
from parity.checking.planting import Place, planted
from parity.checking.reported import Reported
from parity.checking.updates import Update
from parity.checking.witnesses import Witnesses, complex_step
from parity.judge import THRESHOLD

HAND = "the network by hand"
COMPLEX = "complex step"
LOST = (
    "no parameter has the gradient of a known loss, and no known mistake gives these numbers: either the backward pass "
    "is wrong throughout, or how it is called was misunderstood. An adapter makes sure of the second"
)
BATCH_GAP = 1e-9
EPS = float(np.finfo(float).eps)
DIGITS = 1e-12
"""Largest relative distance of a right gradient from the complex step."""


@frozen(eq=False)
class Judgement:
    """What is said of a network.

    Attributes:
        outcome: the verdict.
        parts: what was judged.
        named: mistakes, all that give the user's numbers.
        kind: of the loss whose gradient it is, or nearly is.
        reported: the loss that is reported, where one was recognized.
        update: what the update is; None where it was not looked at.
        unfinished: why a part could not be judged; lines.
        evidence: of a mistake without a name; lines.
    """

    outcome: Outcome
    parts: tuple[Part, ...]
    named: tuple[Named, ...] = ()
    kind: Kind | None = None
    reported: Reported | None = None
    update: Update | None = None
    unfinished: tuple[str, ...] = ()
    evidence: tuple[str, ...] = field(factory=tuple)


def judge(
    found: Examination, witnesses: Witnesses | None, loops: Sequence[Examination] = ()
) -> Judgement:
    """Return the verdict of a network whose gradient is right, or wrong.

    Args:
        found: the network.
        witnesses: frameworks to compare with.
        loops: the same network, trained by other calls.
    """
    return _right(found, witnesses, loops) if found.right else _wrong(found, witnesses)


def _right(found: Examination, witnesses: Witnesses | None, loops: Sequence[Examination]) -> Judgement:
    assert found.kind is not None
    update = updates.judge(found, loops)
    losses = next(filter(None, (_losses(one) for one in (found, *loops))), [])
    report = losses[0] if losses else None
    constant = _of_ours(found)
    parts = [*_forward(found), *_gradients(found, found.kind, constant, witnesses, right=True)]
    verdict = _named_outcome(found, report)
    unfinished: list[str] = []
    if report is not None:
        parts.append(Part("reported loss", verdict, None, (), f"{report.where} is the {report.name}"))
    if update.unclear and not found.update_wrong:
        parts.append(Part("update", Outcome.UNCLEAR, None, (HAND,), update.words))
        verdict = Outcome.UNCLEAR if verdict.right else verdict
    elif update.wrong or found.update_wrong:
        parts.append(Part("update", Outcome.UPDATE_WRONG, None, (HAND,), update.words))
        verdict = Outcome.UPDATE_WRONG
    elif update.known:
        parts.append(Part("update", Outcome.EXACT, None, (HAND,), update.words))
        if update.momentum:
            parts.append(Part("optimizer state", Outcome.EXACT, None, (HAND,), update.words))
    else:
        unfinished.append(f"update: {update.words}")
    penalty = penalties.judge(found)
    if penalty is not None:
        bad = Outcome.WRONG if penalty.on else Outcome.WRONG_OPTION
        parts.append(Part("regularization", Outcome.EXACT if penalty.right else bad, None, (), penalty.words))
    off = [p.outcome for p in parts if p.outcome.mistaken]
    if off and verdict.right:
        verdict = Outcome.WRONG if Outcome.WRONG in off else off[0]
    return Judgement(verdict, tuple(parts), update.named, found.kind, report, update, tuple(unfinished))


def is_reported(found: Examination) -> bool:
    """Return whether a loss was recognized in what the network reports."""
    return bool(_losses(found))


def _losses(found: Examination) -> list[Reported]:
    """Return the losses that are reported: of several steps in turn nobody knows at which weights."""
    some = [e for e in found.experiments if e.samples == 1 or not found.in_turn]
    return reported.recognized(some, found.kind, found.constant)


def _named_outcome(found: Examination, report: Reported | None) -> Outcome:
    """Return what a right gradient is called, given the loss that is reported."""
    constant = found.constant
    uphill = constant is not None and constant.number < 0 and found.source == "change"
    if uphill:
        return Outcome.WRONG
    if report is not None and found.kind is not None:
        if report.kind.name != found.kind.name and report.kind.total != found.kind.total:
            return Outcome.OTHER_LOSS
        if not _same_constant(found, report):
            return Outcome.CONSTANT
        return Outcome.EXACT
    if constant is None:
        return Outcome.EXACT if not found.network.sets_rate else Outcome.CONSTANT
    return Outcome.EXACT if _usual(found) else Outcome.CONSTANT


def _same_constant(found: Examination, report: Reported) -> bool:
    """Return whether the gradient is that of the reported loss, factor and all, at every batch that was seen."""
    outputs = found.network.sizes[-1]
    return all(
        np.isclose(report.constant.value(n, outputs), factor, rtol=1e-6) for n, factor in found.factors.items()
    )


def _usual(found: Examination) -> bool:
    """Return whether a factor is one that nobody needs to be told of: the sum or a mean over samples."""
    constant = found.constant
    assert constant is not None
    assert found.kind is not None
    number = 0.5 if found.kind.ours_halves else 1.0
    usual = constant.number in (number, 1.0) and constant.power in (0, -1) and constant.outputs in (0, -1)
    return usual or (constant.number == 2 and constant.power == -1)  # noqa: PLR2004


def _of_ours(found: Examination) -> dict[int, float]:
    """Return the factor of our loss's gradient by number of samples."""
    assert found.kind is not None
    outputs = found.network.sizes[-1]
    return {n: f * found.kind.sum_over_ours(n, outputs) for n, f in found.factors.items()}


def _forward(found: Examination) -> list[Part]:
    parts = [_one_by_one(found)]
    done = found.many or found.one
    if not found.network.told["single"] or done is None:
        return parts
    rng = np.random.default_rng(70)
    x = rng.normal(size=(5, found.network.sizes[0]))
    batch, used = found.network.batched(done.weights, x)
    if batch is None or not used:
        return parts
    alone = found.network.forward(done.weights, x)
    gap = np.abs(batch - alone).max(initial=0) / np.abs(alone).max(initial=1e-300)
    if not gap <= BATCH_GAP:
        message = f"a batch of 5 has other outputs than its samples one by one, by up to {gap:.1%}"
        parts.append(Part("forward of a batch", Outcome.WRONG, float(gap / EPS), (HAND,), message))
    return parts


def _one_by_one(found: Examination) -> Part:
    gap = float(found.network.told["gap"])
    units = gap / np.finfo(float).eps
    message = f"matches an independent network to {max(units, 1):.1g} ulp" if units < 1e3 else (  # noqa: PLR2004
        "matches an independent network to the digits of float32"
    )
    return Part("forward", Outcome.EXACT, round(units, 2) if units < 1e3 else None, (HAND,), message)  # noqa: PLR2004


def _gradients(
    found: Examination,
    kind: Kind,
    constants: dict[int, float],
    witnesses: Witnesses | None,
    *,
    right: bool,
    mistakes: Named | None = None,
) -> list[Part]:
    """Return a part for each parameter, judged where it shows most: on several samples where that is possible."""
    in_turn = found.in_turn
    done = found.many if found.many is not None and (in_turn or found.many.samples in constants) else found.one
    if not right and found.one is not None and _shows(found.one, kind, found.source):
        done = found.one
    assert done is not None
    samples = 1 if in_turn or done.samples not in constants else done.samples
    constant = constants.get(samples, next(iter(constants.values()), 1.0))
    change = found.source == "change"
    if mistakes is not None:
        done, constant = found.experiments[0], mistakes.constant
    ours = done.ours(kind.ours, constant if change else 1.0, in_turn=in_turn)
    if mistakes is not None:
        ours = planted(ours, [Place(bug, size) for bug, size in zip(mistakes.bugs, mistakes.sizes, strict=True)])
        witnesses = None
    reference = noisy(ours, done.narrow)
    names, far = _others(done, kind, ours, reference, witnesses, constant, change)
    parts = []
    for path in reference.outcome.gradients:
        units = _units(done, reference, path, constant, change)
        own = max([units, *(f[path] for f in far)], default=units)
        message = "" if own <= THRESHOLD else _evidence(done, reference, path, constant, change)
        verdict = Outcome.EXACT if own <= THRESHOLD else Outcome.WRONG
        parts.append(Part(f"gradient of {_layer(path)}", verdict, float(f"{own:.3g}"), (HAND, *names), message))
    return parts


def _shows(one: Experiment, kind: Kind, source: str) -> bool:
    """Return whether one sample is enough to see a mistake: then no other step lies between it and what is shown."""
    base = outcome(one.ours(kind.ours, 1e-9)).gradients
    return fit(one.done.gradients if source == "gradients" else one.change, base).worst > ALIKE


def _layer(path: str) -> str:
    return path.replace("dense_", "layer_")


def _units(done: Experiment, reference: Noisy, path: str, constant: float, change: bool) -> float:
    """Return how far one parameter's gradient, or what became of the weight, is from ours."""
    if change:
        gap = np.abs(done.done.after[path] - reference.outcome.after[path]).max(initial=0)
        noise = reference.weights[path]
        # The user's rounding of a change is that of the weights, and of the samples' sum.
        return float(gap / noise)
    gap = np.abs(done.done.gradients[path] - constant * reference.outcome.gradients[path]).max(initial=0)
    return float(gap / (abs(constant) * reference.gradients[path]))


def _others(
    done: Experiment,
    kind: Kind,
    ours: object,
    reference: Noisy,
    witnesses: Witnesses | None,
    constant: float,
    change: bool,
) -> tuple[tuple[str, ...], list[dict[str, float]]]:
    """Return the names of the other witnesses, and how far the user's numbers are from each, by path."""
    names: list[str] = []
    far: list[dict[str, float]] = []
    own = done.ours(kind.ours, 1.0)
    distance = complex_step(done, kind, noisy(own).outcome.gradients)
    if distance is not None and distance <= DIGITS:
        names.append(COMPLEX)
    for one in witnesses.testify(ours) if witnesses is not None else ():  # type: ignore[arg-type]
        names.append(one.name)
        far.append(_far(done, reference, one.after, one.gradients, constant, change))
    return tuple(names), far


def _far(
    done: Experiment, reference: Noisy, after: Weights, gradients: Weights, constant: float, change: bool
) -> dict[str, float]:
    if change:
        return {
            p: float(np.abs(done.done.after[p] - after[p]).max(initial=0) / reference.weights[p]) for p in after
        }
    return {
        p: float(
            np.abs(done.done.gradients[p] - constant * gradients[p]).max(initial=0)
            / (abs(constant) * reference.gradients[p])
        )
        for p in gradients
    }


def _evidence(done: Experiment, reference: Noisy, path: str, constant: float, change: bool) -> str:
    """Return where a parameter is off most, and what its entries have in common."""
    rate = (done.rate or 1.0) if change else 1.0
    want = (
        (done.weights[path] - reference.outcome.after[path]) / rate
        if change
        else constant * reference.outcome.gradients[path]
    )
    got = (done.change if change else done.done.gradients)[path]
    worst = np.unravel_index(int(np.abs(got - want).argmax()), got.shape)
    norm = float(np.linalg.norm(got) * np.linalg.norm(want))
    cosine = f"cosine {float((got * want).sum()) / norm:.6f}" if norm else "exactly zero"
    with np.errstate(all="ignore"):
        ratio = got / want
    spread = float(np.ptp(ratio)) if np.isfinite(ratio).all() else np.inf
    same = f", ratio {float(ratio.mean()):.6g} everywhere" if spread <= 1e-6 * abs(float(ratio.mean())) else ""
    return f"worst at {[int(i) for i in worst]}: got {got[worst]:.4g}, want {want[worst]:.4g}; {cosine}{same}"


def _wrong(found: Examination, witnesses: Witnesses | None) -> Judgement:
    network = found.network
    in_turn = found.in_turn or network.single
    some = kinds(network)
    named = naming.causes(found.experiments, some, found.source, in_turn)
    if named and (reason := penalties.explained(found, named[0])):
        return _penalized(found, named[0], reason, witnesses)
    kind = named[0].kind if named else _nearest(found, some)
    constant = named[0].constant if named else _likely(found, kind)
    seen = Examination(network, found.one, found.many, None, {}, in_turn, found.source, found.closest)
    constants = {e.samples: constant for e in found.experiments}
    if named and found.many is not None and found.one is not None and not in_turn:
        constants = {found.many.samples: constant}
    parts = [*_forward(found), *_gradients(seen, kind, constants, witnesses, right=False)]
    evidence = _unknown(found, kind) if not named else ()
    if not named and not found.partly_right:
        parts = [evolve(p, outcome=Outcome.UNCLEAR if p.outcome.mistaken else p.outcome) for p in parts]
        return Judgement(Outcome.UNCLEAR, tuple(parts), (), kind, None, None, (), (*evidence, LOST))
    return Judgement(Outcome.WRONG, tuple(parts), tuple(named), kind, None, None, (), evidence)


def _penalized(found: Examination, named: Named, words: str, witnesses: Witnesses | None) -> Judgement:
    """Return the verdict of a gradient whose L2 term is also in the loss that is reported."""
    parts = [*_forward(found), *_gradients(found, named.kind, {}, witnesses, right=False, mistakes=named)]
    parts.append(Part("regularization", Outcome.EXACT, None, (), words))
    wrong = any(part.outcome.mistaken for part in parts)
    return Judgement(Outcome.WRONG if wrong else Outcome.EXACT, tuple(parts), (), named.kind)


def _nearest(found: Examination, some: Sequence[Kind]) -> Kind:
    """Return the kind of loss whose gradient most parameters have, or that is nearest."""
    def doubt(kind: Kind) -> tuple[int, float]:
        closest = found.closest.get(kind.name)
        return (-len(closest.right), closest.worst) if closest is not None else (0, np.inf)

    return min(some, key=doubt)


def _likely(found: Examination, kind: Kind) -> float:
    closest = found.closest.get(kind.name)
    if closest is None:
        return 1.0
    right = list(closest.right.values())
    return right[0] if right else closest.constant


def _unknown(found: Examination, kind: Kind) -> tuple[str, ...]:
    """Return what is known of a mistake that the catalogue has not."""
    closest = found.closest.get(kind.name)
    lines = [f"compared with the gradient of the {kind.total}, at its nearest factor"]
    if closest is not None:
        right = [_layer(p) for p in closest.right]
        lines.append(f"right up to one factor: {', '.join(right) or 'no parameter'}")
        wrong = [f"{_layer(p)} (off by {left:.1%})" for p, (_, left) in closest.alone.items() if p not in closest.right]
        lines.append(f"not: {', '.join(wrong)}")
    return tuple(lines)
