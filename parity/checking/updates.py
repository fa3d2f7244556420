"""Is the update right? It is judged by the calls that show the gradient, and by those that only change the weights."""

from collections.abc import Sequence

import numpy as np
from attrs import evolve

from parity.checking.adaptive import UPHILL
from parity.checking.beside import layer_of
from parity.checking.entering import MIXED, STILL, is_mixed
from parity.checking.examining import Examination
from parity.checking.experiments import Experiment, experiment, outcome
from parity.checking.losses import fit
from parity.checking.naming import Named
from parity.checking.steps import ALIKE, MOMENTUM, adaptive, constant_of, of_rule, recognized
from parity.checking.update import STEPS, Make, Update
from parity.diagnosis import CATALOGUE
from parity.subject.failure import SubjectFailure

RATE = 0.5
MOST_CLASSES = 10
SAMPLES = 7

POWERS = {2: "G501", 0: "G502"}
"""What it is called if the step grows with another power of the learning rate than the first."""


def judge(found: Examination, loops: Sequence[Examination] = ()) -> Update:
    """Return what the update does in several steps, for a network whose gradient is right.

    Args:
        found: the network, by the calls that show its gradient best.
        loops: the same network by calls that train for several epochs at once: what they keep from one epoch to the
            next is seen nowhere else.
    """
    # Who asks for the output beside the targets may have been handed them the wrong way round.
    sure = [
        found,
        *(one for one in loops if one.network.training and not one.network.training["hands output"]),
    ]
    if (climbing := next(filter(is_uphill, sure), None)) is not None:
        assert found.kind is not None
        named = Named((CATALOGUE["G503"],), found.kind, -1.0, (None,), ("",), UPHILL)
        return Update(True, wrong=True, words=UPHILL, named=(named,), done=climbing.experiments[-1])
    for one in (found, *loops):
        if (code := POWERS.get(one.network.rate_power)) is not None:
            assert found.kind is not None
            rate = one.network.training["rate"] if one.network.training else ""
            words = f"twice {rate} makes {'four times the' if one.network.rate_power else 'the same'} step"
            named = Named((CATALOGUE[code],), found.kind, 1.0, (None,), ("",), words)
            return Update(True, wrong=True, words=words, named=(named,), done=one.experiments[-1])
    # A loop may begin anew whenever it is called: what it remembers is seen from epoch to epoch.
    epoch = _in_epochs(found)
    update, remark = epoch or _in_steps(found), ""
    loop_known = epoch is not None and epoch.known
    for loop in loops:
        if update.wrong or update.unclear:
            break
        again = _of_borrowed(loop, found) if loop.borrowed else _in_epochs(loop)
        if again is None and not update.known:
            again = _in_steps(loop)
        if again is not None and _has_epochs(loop):
            loop_known = loop_known or again.known
            remark = again.words if again.beyond_reach else remark
        if again is not None and (again.wrong or again.unclear or not update.known):
            update = again
    if loop_known or not update.known:
        return update
    return evolve(update, remark=remark or _not_followed([found, *loops]))


def _not_followed(some: Sequence[Examination]) -> str:
    """Say which functions train by the calls that were judged, and were not judged themselves; else nothing."""
    outer = dict.fromkeys(name for one in some for name in one.network.outer())
    return f"{', '.join(outer)} trains by these steps, and could not be followed" if outer else ""


def _has_epochs(found: Examination) -> bool:
    return bool(found.network.training and found.network.training["epochs"])


def is_uphill(found: Examination) -> bool:
    """Return whether weights change along the gradient: a gradient that is only seen may well have its sign turned."""
    constant = found.constant
    return found.source == "change" and constant is not None and constant.number < 0


def _in_steps(found: Examination) -> Update:
    network = found.network
    if not any(e.moved for e in found.experiments):
        unreached = network.unreached()
        return Update(False, words=_only_gradients(unreached), beyond_reach=bool(unreached))
    every_class = max(STEPS, min(network.sizes[-1], MOST_CLASSES))
    count = found.many.samples if found.many is not None else every_class if network.single else 1
    passes = 1 if network.single and count > 1 else STEPS
    try:
        make = _maker(found, count, passes, epochs=False)
        return recognized(found, make, passes)
    except SubjectFailure as failure:
        return Update(False, words=f"a second step could not be made: {failure.message}")


def _only_gradients(unreached: Sequence[str]) -> str:
    """Say why an update is not judged, and where there is one that should be."""
    if not unreached:
        return "nothing that was called changes the weights: only gradients were judged"
    return f"{', '.join(unreached)} changes the weights, but could not be called by itself"


def _in_epochs(found: Examination) -> Update | None:
    """Return what several epochs of a training loop are; None where the loop does not say how many."""
    if not _has_epochs(found):
        return None
    count = 1 if found.in_turn or found.many is None else found.many.samples
    try:
        return recognized(found, _maker(found, count, STEPS, epochs=True), STEPS)
    except SubjectFailure:
        return None


def _of_borrowed(found: Examination, right: Examination) -> Update | None:
    """Return what calls do whose change is not their gradient: steps of unequal sizes, or an optimizer that adapts."""
    try:
        make = maker(found)
        if _pairing(found) == _pairing(right) and _is_mixed(found, count=SAMPLES):
            return Update(True, wrong=True, words=f"in a training loop {MIXED}: are they shuffled alike?")
        if words := _unequal(found, make(1)):
            return Update(True, wrong=True, words=words)
        rule = adaptive(found, make)
    except SubjectFailure:
        return None
    if rule is None:
        words = "weights are changed, but how that follows from the gradients is not known"
        return Update(False, words=words, beyond_reach=True)
    return of_rule(rule)


def _pairing(found: Examination) -> str:
    """Return how samples and targets are handed over: laid otherwise, they may be paired otherwise by us."""
    return str(found.network.training and found.network.training["pairing"])


def _is_mixed(found: Examination, count: int) -> bool:
    assert found.kind is not None
    if not found.network.sets_rate or found.network.rate_power != 1 or found.network.single:
        return False
    epochs = _has_epochs(found)
    return is_mixed(experiment(found.network, 40, count, STILL, 1, epochs), found.kind)


def _unequal(found: Examination, done: Experiment) -> str:
    """Say by how much of its own gradient each parameter moves in one step, where they do not agree; else nothing.

    Then the calls are understood: no misunderstanding moves each parameter along its own gradient.
    """
    assert found.kind is not None
    constant, rate = constant_of(found, done.samples), done.step_size
    gradient = outcome(done.ours(found.kind.ours, 1e-9)).gradients
    went = {p: done.done.before[p] - done.done.after[p] for p in gradient}
    factors = {}
    for path, g in gradient.items():
        result = fit({path: went[path]}, {path: rate * constant * g})
        if went[path].any() and result.worst > ALIKE:
            return ""
        factors[path] = round(result.constant, 6) if went[path].any() else 0.0
    if len(set(factors.values())) < 2 or not any(factors.values()):
        return ""
    usual = max(factors.values(), key=list(factors.values()).count)
    others = [f"{layer_of(path)} by {factor:g}" for path, factor in factors.items() if factor != usual]
    return f"one step moves {', '.join(others)} times learning rate times gradient, the others by {usual:g}"


def maker(found: Examination) -> Make:
    """Return what trains for so many passes: from epoch to epoch, where the network counts them.

    Raises:
        SubjectFailure: its code raises.
    """
    count = found.many.samples if found.many is not None and not found.in_turn else 1
    return _maker(found, count, STEPS, epochs=_has_epochs(found))


def _maker(found: Examination, count: int, passes: int, *, epochs: bool) -> Make:
    """Return what trains for so many passes over so many samples."""
    settings = _momentum(found, count, passes, epochs=epochs)

    def make(passes: int, count: int = count) -> Experiment:
        return experiment(found.network, 40, count, RATE, passes, epochs, settings=settings)

    return make


def _momentum(found: Examination, count: int, passes: int, *, epochs: bool) -> dict[str, float]:
    """Return the momentum to set, where there is one.

    An argument of that name is meant to do something. An attribute or a variable may be anybody's: it has to.
    """
    training = found.network.training
    if not training or not training["momentum"]:
        return {}
    if not training["momentum argument"]:
        without, with_it = (
            experiment(found.network, 40, count, RATE, passes, epochs, settings={"momentum": momentum})
            for momentum in (0.0, MOMENTUM)
        )
        if all(np.array_equal(without.done.after[p], a) for p, a in with_it.done.after.items()):
            return {}
    return {"momentum": MOMENTUM}
