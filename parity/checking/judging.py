"""The verdict of a network that was examined: every part beside its witnesses, in noise units."""

from collections.abc import Sequence

from parity.checking import minibatches, penalties, reported, updates
from parity.checking.beside import HAND, forward_parts, gradient_parts
from parity.checking.examining import Examination
from parity.checking.findings import Outcome, Part
from parity.checking.judgement import Judgement
from parity.checking.mistaken import judge_wrong
from parity.checking.reported import Reported
from parity.checking.update import Update
from parity.checking.witnesses import Witnesses


def judge(found: Examination, witnesses: Witnesses | None, loops: Sequence[Examination] = ()) -> Judgement:
    """Return the verdict of a network whose gradient is right, or wrong.

    Args:
        found: the network.
        witnesses: frameworks to compare with.
        loops: the same network, trained by other calls.
    """
    return _right(found, witnesses, loops) if found.right else judge_wrong(found, witnesses)


def _right(found: Examination, witnesses: Witnesses | None, loops: Sequence[Examination]) -> Judgement:
    assert found.kind is not None
    update = updates.judge(found, loops)
    losses = next(filter(None, (reported.losses_of(one) for one in (found, *loops))), [])
    report = reported.asked(found) or (losses[0] if losses else None)
    constant = _of_ours(found)
    parts = [*forward_parts(found), *gradient_parts(found, found.kind, constant, witnesses, right=True)]
    verdict = _named_outcome(found, report)
    unfinished: list[str] = []
    if report is not None:
        parts.append(Part("reported loss", verdict, None, (), f"{report.where} is {report.article}"))
    more, rest = _of_update(found, update)
    parts += more
    unfinished += rest
    verdict = _after_update(verdict, found, update)
    penalty = penalties.judge(found, report, loops)
    if penalty is not None:
        bad = Outcome.WRONG if penalty.on else Outcome.WRONG_OPTION
        parts.append(Part("regularization", Outcome.EXACT if penalty.right else bad, None, (), penalty.words))
    batches = minibatches.judge(found, loops)
    if batches is not None:
        said = _of_batches(batches)
        parts.append(Part("mini-batches", said, None, (HAND,), batches.words))
        verdict = Outcome.CONSTANT if verdict is Outcome.EXACT and said is Outcome.CONSTANT else verdict
    off = [p.outcome for p in parts if p.outcome.mistaken]
    if off and (verdict.right or verdict is Outcome.UNCLEAR):  # what is proven is said, whatever is not known
        verdict = Outcome.WRONG if Outcome.WRONG in off else off[0]
    return Judgement(verdict, tuple(parts), update.named, found.kind, report, update, tuple(unfinished))


def _of_batches(batches: minibatches.MiniBatches) -> Outcome:
    if batches.usual:
        return Outcome.EXACT
    if batches.unclear:
        return Outcome.UNCLEAR
    return Outcome.WRONG if batches.wrong else Outcome.CONSTANT


def _of_update(found: Examination, update: Update) -> tuple[list[Part], list[str]]:
    """Return the parts that the update is, and what was not judged of it; lines."""
    if (update.adaptive and not update.known) or update.beyond_reach:
        return [Part("update", Outcome.UNCLEAR, None, (), update.words)], []
    if update.unclear or (found.update_wrong and not update.known):
        return [Part("update", Outcome.UNCLEAR, None, (HAND,), update.words)], []
    if update.wrong:
        return [Part("update", Outcome.UPDATE_WRONG, None, (HAND,), update.words)], []
    if not update.known:
        return [], [f"update: {update.words}"]
    parts = [Part("update", Outcome.EXACT, None, (HAND,), update.words)]
    if update.momentum or update.adaptive:
        parts.append(Part("optimizer state", Outcome.EXACT, None, (HAND,), update.words))
    if update.remark:
        parts.append(Part("training loop", Outcome.UNCLEAR, None, (), update.remark))
    return parts, []


def _after_update(verdict: Outcome, found: Examination, update: Update) -> Outcome:
    """Return the verdict of a right gradient, given what the update is."""
    if update.wrong:
        return Outcome.WRONG if updates.is_uphill(found) else Outcome.UPDATE_WRONG
    unclear = update.unclear or (found.update_wrong and not update.known)
    return Outcome.UNCLEAR if unclear and not update.beyond_reach and verdict.right else verdict


def _named_outcome(found: Examination, report: Reported | None) -> Outcome:
    """Return what a right gradient is called, given the loss that is reported."""
    constant = found.constant
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
