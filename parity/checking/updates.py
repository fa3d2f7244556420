"""Is the update right? Several steps in a row show momentum, what is kept between steps, and what is not reset."""

from collections.abc import Callable, Sequence

import numpy as np
from attrs import evolve, field, frozen

from parity.checking.adaptive import UPHILL, Adaptive, recognized
from parity.checking.beside import layer_of
from parity.checking.examining import Examination
from parity.checking.experiments import Experiment, experiment, outcome
from parity.checking.losses import Kind, fit
from parity.checking.naming import Named, reproducing
from parity.checking.network import Weights
from parity.diagnosis import CATALOGUE
from parity.subject.failure import SubjectFailure

Make = Callable[..., Experiment]
"""Trains for so many passes, and over so many samples."""

STEPS = 3
RATE = 0.5
MOST_GUESSES = 3
MOST_CLASSES = 10
ALIKE = 1e-6
"""Residual of several steps up to which an update is the one that is planned."""

POWERS = {2: "G501", 0: "G502"}
"""What it is called if the step grows with another power of the learning rate than the first."""

MOMENTUM = 0.9
VARIANTS = {
    "G509": "momentum as a moving average of gradients",
    "G511": "Nesterov's momentum",
    "G607": "a learning rate that decays",
}
"""What the catalogue has as a mistake where plain momentum is meant, and others do on purpose."""

MOMENTA = (0.9, 0.5, 0.1, 0.99, 0.8, 0.95, 0.7, 0.3)


@frozen(eq=False)
class Update:
    """What the update was found to be.

    Attributes:
        known: whether it was recognized.
        wrong: whether it is a mistake.
        momentum: 0 for plain gradient descent.
        words: what is said of it.
        named: the mistakes that give these numbers.
        done: the steps.
        unclear: whether the weights do something that is not known.
        beyond_reach: whether the file has one that could not be called.
        adaptive: whether steps are of one size whatever the gradient is, as Adam's are.
    """

    known: bool
    wrong: bool = False
    momentum: float = 0.0
    words: str = ""
    named: tuple[Named, ...] = field(factory=tuple)
    done: Experiment | None = None
    unclear: bool = False
    beyond_reach: bool = False
    adaptive: bool = False


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
    update = _in_epochs(found) or _in_steps(found)
    for loop in loops:
        if update.wrong or update.unclear:
            break
        again = _of_borrowed(loop) if loop.borrowed else _in_epochs(loop)
        if again is None and not update.known:
            again = _in_steps(loop)
        if again is not None and (again.wrong or again.unclear or not update.known):
            update = again
    return update


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
        return _recognized(found, make, passes)
    except SubjectFailure as failure:
        return Update(False, words=f"a second step could not be made: {failure.message}")


def _only_gradients(unreached: Sequence[str]) -> str:
    """Say why an update is not judged, and where there is one that should be."""
    if not unreached:
        return "nothing that was called changes the weights: only gradients were judged"
    return f"{', '.join(unreached)} changes the weights, but could not be called by itself"


def _in_epochs(found: Examination) -> Update | None:
    """Return what several epochs of a training loop are; None where the loop does not say how many."""
    if not (found.network.training and found.network.training["epochs"]):
        return None
    count = 1 if found.in_turn or found.many is None else found.many.samples
    try:
        return _recognized(found, _maker(found, count, STEPS, epochs=True), STEPS)
    except SubjectFailure:
        return None


def _of_borrowed(found: Examination) -> Update | None:
    """Return what calls do whose change is not their gradient: steps of unequal sizes, or an optimizer that adapts."""
    count = found.many.samples if found.many is not None and not found.in_turn else 1
    epochs = bool(found.network.training and found.network.training["epochs"])
    make = _maker(found, count, STEPS, epochs=epochs)
    try:
        if words := _unequal(found, make(1)):
            return Update(True, wrong=True, words=words)
        rule = _adaptive(found, make)
    except SubjectFailure:
        return None
    if rule is None:
        words = "weights are changed, but how that follows from the gradients is not known"
        return Update(False, words=words, beyond_reach=True)
    return _of_rule(rule)


def _unequal(found: Examination, done: Experiment) -> str:
    """Say by how much of its own gradient each parameter moves in one step, where they do not agree; else nothing.

    Then the calls are understood: no misunderstanding moves each parameter along its own gradient.
    """
    assert found.kind is not None
    constant, rate = _constant(found, done.samples), done.step_size
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


def _of_rule(rule: Adaptive) -> Update:
    words = f"{rule.words}: {rule.mistake}" if rule.mistake else rule.words
    return Update(True, wrong=bool(rule.mistake), words=words, adaptive=True)


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


def _recognized(found: Examination, make: Make, passes: int) -> Update:
    assert found.kind is not None
    done = make(passes)
    if not all(np.isfinite(a).all() for a in done.done.after.values()):
        return Update(False, words="weights are not finite after three steps")
    constant, known = _constant(found, done.samples), "momentum" in done.settings
    guesses = [MOMENTUM] if known else [0.0, *_guessed(found, done, constant, make)]
    for momentum in guesses:
        if _is(found, done, found.kind, constant, momentum):
            words = f"momentum of {momentum:g}" if momentum else "plain gradient descent"
            return Update(True, momentum=momentum, words=words, done=done)
    if (rule := _adaptive(found, make)) is not None:
        return _of_rule(rule)
    if _is_of_one_size(done):
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


def _adaptive(found: Examination, make: Make) -> Adaptive | None:
    """Return which of the optimizers that adapt their step three steps are; None where they are none of these."""
    assert found.kind is not None
    turn = found.in_turn or found.network.single
    gradients, steps = [], []
    runs = [make(passes, 1) if turn else make(passes) for passes in range(1, STEPS + 1)]
    before = runs[0].weights
    for run in runs:
        there = evolve(run, weights=before, passes=1)
        constant = _constant(found, run.samples)
        ours = outcome(there.ours(found.kind.ours, 1e-9)).gradients
        gradients.append({p: constant * g for p, g in ours.items()})
        steps.append({p: before[p] - run.done.after[p] for p in before})
        before = run.done.after
    return recognized(gradients, steps, runs[0].rate if found.network.sets_rate else None)


def _constant(found: Examination, count: int) -> float:
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


def _is_of_one_size(done: Experiment) -> bool:
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
