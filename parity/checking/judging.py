"""The verdict of a network that was examined: every part beside its witnesses, in noise units."""

from collections.abc import Sequence

import numpy as np
from attrs import evolve, field, frozen

from parity.checking import naming, penalties, reported, updates
from parity.checking.beside import HAND, forward_parts, gradient_parts, layer_of
from parity.checking.examining import Examination, is_of_some_loss
from parity.checking.findings import Outcome, Part
from parity.checking.losses import Kind, kinds
from parity.checking.naming import Named
from parity.checking.own_loss import OwnLoss, own_loss
from parity.checking.reported import Reported
from parity.checking.updates import Update
from parity.checking.witnesses import Witnesses

DIFFERENCES = "differences of its own loss"
ONLY_ONE = "with one sample at a time it is right: what is wrong is how several samples are taken together"
SOME_LOSS = (
    "every sample's gradient is right up to a factor of its own: the backward pass is right for some loss, but for "
    "none that is known, and none that it reports. Where it returns its loss, that is compared too"
)
LOST = (
    "no parameter has the gradient of a known loss, and no known mistake gives these numbers: either the backward pass "
    "is wrong throughout, or how it is called was misunderstood. An adapter makes sure of the second"
)


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


def judge(found: Examination, witnesses: Witnesses | None, loops: Sequence[Examination] = ()) -> Judgement:
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
    report = reported.asked(found) or (losses[0] if losses else None)
    constant = _of_ours(found)
    parts = [*forward_parts(found), *gradient_parts(found, found.kind, constant, witnesses, right=True)]
    verdict = _named_outcome(found, report)
    unfinished: list[str] = []
    if report is not None:
        parts.append(Part("reported loss", verdict, None, (), f"{report.where} is {report.article}"))
    if update.adaptive:
        unfinished.append(f"update: {update.words}")
    elif update.unclear or (found.update_wrong and not update.known):
        parts.append(Part("update", Outcome.UNCLEAR, None, (HAND,), update.words))
        verdict = Outcome.UNCLEAR if verdict.right else verdict
    elif update.wrong:
        parts.append(Part("update", Outcome.UPDATE_WRONG, None, (HAND,), update.words))
        verdict = Outcome.UPDATE_WRONG
    elif update.known:
        parts.append(Part("update", Outcome.EXACT, None, (HAND,), update.words))
        if update.momentum:
            parts.append(Part("optimizer state", Outcome.EXACT, None, (HAND,), update.words))
    else:
        unfinished.append(f"update: {update.words}")
    penalty = penalties.judge(found, report)
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
        if not reported.is_same_constant(found, report):
            return Outcome.CONSTANT
        return Outcome.EXACT
    if constant is None:
        return Outcome.EXACT if not found.network.sets_rate else Outcome.CONSTANT
    return Outcome.EXACT if _usual(found) else Outcome.CONSTANT


def _usual(found: Examination) -> bool:
    """Return whether a factor is one that nobody needs to be told of: the sum or a mean over samples."""
    constant = found.constant
    assert constant is not None
    assert found.kind is not None
    number = 0.5 if found.kind.ours_halves else 1.0
    usual = constant.number in (number, 1.0) and constant.power in (0, -1) and constant.outputs in (0, -1)
    return usual or (constant.number == 2 and constant.power == -1)


def _of_ours(found: Examination) -> dict[int, float]:
    """Return the factor of our loss's gradient by number of samples."""
    assert found.kind is not None
    outputs = found.network.sizes[-1]
    return {n: f * found.kind.sum_over_ours(n, outputs) for n, f in found.factors.items()}


def _wrong(found: Examination, witnesses: Witnesses | None) -> Judgement:
    network = found.network
    in_turn = found.in_turn or network.single
    some = kinds(network)
    if (own := own_loss(found)) is not None:
        return _of_own_loss(found, own, some)
    named = naming.causes(found.experiments, some, found.source, in_turn)
    if named and (reason := penalties.explained(found, named[0])):
        return _penalized(found, named[0], reason, witnesses)
    if named and (reason := _absolute(found, named[0])):
        return _penalized(found, named[0], reason, witnesses)
    kind = named[0].kind if named else _nearest(found, some)
    constant = named[0].constant if named else _likely(found, kind)
    seen = Examination(network, found.one, found.many, None, {}, in_turn, found.source, found.closest)
    constants = {e.samples: constant for e in found.experiments}
    if named and found.many is not None and found.one is not None and not in_turn:
        constants = {found.many.samples: constant}
    parts = [*forward_parts(found), *gradient_parts(seen, kind, constants, witnesses, right=False)]
    evidence = _unknown(found, kind) if not named else ()
    if found.only_one:
        evidence = (*evidence, ONLY_ONE)
    one_by_one = bool(found.only_one) and network.single and network.sizes[-1] == 1
    if not named and (one_by_one or is_of_some_loss(found)):
        return Judgement(Outcome.UNCLEAR, tuple(forward_parts(found)), (), kind, None, None, (), (SOME_LOSS,))
    if not named and not found.partly_right and not found.only_one:
        parts = [evolve(p, outcome=Outcome.UNCLEAR if p.outcome.mistaken else p.outcome) for p in parts]
        return Judgement(Outcome.UNCLEAR, tuple(parts), (), kind, None, None, (), (*evidence, LOST))
    return Judgement(Outcome.WRONG, tuple(parts), tuple(named), kind, None, None, (), evidence)


def _of_own_loss(found: Examination, own: OwnLoss, some: Sequence[Kind]) -> Judgement:
    """Return the verdict of a gradient that is the derivative of what the network itself reports."""
    usual = own.constant is not None and own.constant.number == 1 and not own.constant.power
    outcome = Outcome.EXACT if usual else Outcome.CONSTANT
    factor = "" if usual else f", times {own.constant}" if own.constant is not None else ", up to a factor"
    words = f"the derivative of {own.where}{factor}, to the nine digits that differences have"
    paths = (found.many or found.experiments[0]).weights
    parts = [Part(f"gradient of {layer_of(path)}", outcome, None, (DIFFERENCES,), words) for path in paths]
    rest = "update: not judged, for its loss is none that we know"
    return Judgement(outcome, (*forward_parts(found), *parts), (), some[0], None, None, (rest,))


def _absolute(found: Examination, named: Named) -> str:
    """Return in words that the absolute error is reported, whose derivative is the sign; empty where it is not."""
    if [bug.code for bug in named.bugs] != ["G213"]:
        return ""
    losses = reported.recognized(found.experiments, reported.ABSOLUTE, None)
    return next((f"{r.where} is {r.article}" for r in losses if r.kind is reported.ABSOLUTE), "")


def _penalized(found: Examination, named: Named, words: str, witnesses: Witnesses | None) -> Judgement:
    """Return the verdict of a gradient whose L2 term is also in the loss that is reported."""
    parts = [
        *forward_parts(found),
        *gradient_parts(found, named.kind, {}, witnesses, right=False, mistakes=named),
    ]
    parts.append(Part("reported loss", Outcome.EXACT, None, (), words))
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
        right = [layer_of(p) for p in closest.right]
        lines.append(f"right up to one factor: {', '.join(right) or 'no parameter'}")
        wrong = [
            f"{layer_of(p)} (off by {left:.1%})"
            for p, (_, left) in closest.alone.items()
            if p not in closest.right
        ]
        lines.append(f"not: {', '.join(wrong)}")
    return tuple(lines)
