"""Which mistake of the catalogue gives the user's own numbers: planted into the network by hand, one or two at once."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from attrs import field, frozen

from parity.checking.experiments import Experiment, outcome
from parity.checking.losses import ALIKE, Kind, fit
from parity.checking.network import Weights
from parity.checking.planting import Place, places, planted
from parity.checking.problems import with_rate
from parity.diagnosis import CATALOGUE, Bug, concerns
from parity.scenarios.problem import Problem

CONSTANTS = {
    "G101",
    "G102",
    "G103",
    "G104",
    "G105",
    "G106",
    "G107",
    "G108",
    "G109",
    "G110",
    "G501",
    "G502",
    "G503",
    "G504",
    "G516",
    "G221",
}
"""Mistakes that only change the size of every gradient: those are constants here, and named as such."""

REPORTED = {"G120", "G215", "G216", "G217", "G218"}
"""Mistakes of the reported loss alone."""

MOST_PAIRS = 600
ORDER = "G114"
"""Shows only at a learning rate that is not small."""


@frozen
class Named:
    """A mistake, or two, and the loss it was made with.

    Attributes:
        bugs: entries of the catalogue.
        kind: of the loss.
        constant: the factor of our loss's gradient with which it gives the user's numbers.
        sizes: how strong each is, where it has a size.
        scopes: which layers have it, in words; empty for all.
        evidence: how it is known, where not by planting it.
        layers: where each gives the numbers of a layer alone, given the error from above: the layer's number.
    """

    bugs: tuple[Bug, ...]
    kind: Kind
    constant: float
    sizes: tuple[float | None, ...] = field(factory=tuple)
    scopes: tuple[str, ...] = field(factory=tuple)
    evidence: str = ""
    layers: tuple[int, ...] = ()


def causes(
    experiments: Sequence[Experiment], kinds: Sequence[Kind], source: str, in_turn: bool
) -> list[Named]:
    """Return the mistakes that reproduce every experiment.

    Args:
        experiments: what the user's network did.
        kinds: losses that it may have been trained for.
        source: ``change`` of the weights, or ``gradients`` as they were seen.
        in_turn: whether it takes one sample after the other.
    """
    for kind in kinds:
        found = list(_single(experiments, kind, source, in_turn))
        if found:
            return found
    for kind in kinds:
        found = list(_pairs(experiments, kind, source, in_turn))
        if found:
            return found
    return []


def singly(experiments: Sequence[Experiment], kinds: Sequence[Kind], source: str, in_turn: bool) -> bool:
    """Return whether a single mistake reproduces every experiment."""
    return any(next(_single(experiments, kind, source, in_turn), None) is not None for kind in kinds)


def reproducing(done: Experiment, kind: Kind, constant: float, in_turn: bool, momentum: float) -> list[Named]:
    """Return the mistakes that reproduce several steps, with a constant that is known."""
    ours = done.ours(kind.ours, constant, in_turn=in_turn, momentum=momentum)
    moved = {p: done.done.after[p] - done.weights[p] for p in done.weights}
    found = []
    for bug in CATALOGUE.values():
        if bug.code in REPORTED or not concerns(bug, ours):
            continue
        for size in bug.sizes or (None,):
            after = outcome(planted(ours, (Place(bug, size),))).after
            result = fit(moved, {p: after[p] - done.weights[p] for p in after})
            if result.worst <= ALIKE and abs(result.constant - 1) <= ALIKE:
                found.append(Named((bug,), kind, constant, (size,)))
                break
    return found


def _single(experiments: Sequence[Experiment], kind: Kind, source: str, in_turn: bool) -> Iterator[Named]:
    for bug in CATALOGUE.values():
        if bug.code in CONSTANTS | REPORTED:
            continue
        for place in places(bug, experiments[0].ours(kind.ours)):
            constant = _reproduces(experiments, kind, source, in_turn, (place,))
            if constant is not None:
                yield Named((bug,), kind, constant, (place.size,), (place.said,))
                break


def _pairs(experiments: Sequence[Experiment], kind: Kind, source: str, in_turn: bool) -> Iterator[Named]:
    """Yield pairs of mistakes, where each alone already makes some parameter right that was not."""
    ours = experiments[0].ours(kind.ours, 1e-9)
    helpful = [
        bug
        for bug in CATALOGUE.values()
        if bug.code not in CONSTANTS | REPORTED and not bug.sizes and concerns(bug, ours)
        if _helps(experiments[-1], kind, source, in_turn, bug)
    ]
    for first, second in list(combinations(helpful, 2))[:MOST_PAIRS]:
        for pair in ((first, second), (second, first)):
            both = tuple(map(Place, pair))
            constant = _reproduces(experiments, kind, source, in_turn, both)
            if constant is not None:
                yield Named((first, second), kind, constant, (None, None))
                return


def _helps(done: Experiment, kind: Kind, source: str, in_turn: bool, bug: Bug) -> bool:
    """Return whether a mistake changes a number, and none of a parameter that is right as it is."""
    del source
    ours = done.ours(kind.ours, 1e-6, in_turn=in_turn)
    honest, wrong = outcome(planted(ours, ())).gradients, outcome(planted(ours, (Place(bug),))).gradients
    right = fit(_found(done, "gradients") or done.change, honest).right
    changed = {p for p in honest if not np.array_equal(honest[p], wrong[p])}
    return bug.code == ORDER or (
        bool(changed) and not any(fit({p: wrong[p]}, {p: honest[p]}).worst > ALIKE for p in right)
    )


def _reproduces(
    experiments: Sequence[Experiment],
    kind: Kind,
    source: str,
    in_turn: bool,
    bugs: Sequence[Place],
) -> float | None:
    """Return the constant with which planted mistakes give what was found in every experiment, or None."""
    constants = []
    for done in experiments:
        if not any(concerns(place.bug, done.ours(kind.ours, 1.0)) for place in bugs):
            return None
        constant, guesses = None, _guesses(done, kind, source)
        for turn in (in_turn,) if in_turn or done.samples == 1 else (False, True):
            ours = done.ours(kind.ours, 1.0, in_turn=turn)
            try:
                constant = _fitted(done, planted(ours, bugs), _found(done, source), source, guesses)
            except (TypeError, ValueError, IndexError):  # two rules that do not fit together
                return None
            if constant is not None:
                break
        if constant is None:
            return None
        constants.append(constant)
    return constants[0] if _consistent(experiments, constants) else None


def _consistent(experiments: Sequence[Experiment], constants: Sequence[float]) -> bool:
    """Return whether constants at different numbers of samples can be one: the same, or by a power of that number."""
    first, one = experiments[0], constants[0]
    for done, constant in zip(experiments[1:], constants[1:], strict=True):
        samples = done.samples / first.samples
        if not any(np.isclose(constant, one * samples**power, rtol=1e-6) for power in (0, 1, -1)):
            return False
    return True


def _guesses(done: Experiment, kind: Kind, source: str) -> list[float]:
    """Return what the constant may be: what makes single parameters right, and what makes all nearly so."""
    near = fit(_found(done, source), outcome(done.ours(kind.ours, 1e-9)).gradients)
    return list(dict.fromkeys([*(round(c, 12) for c in near.right.values()), 1.0, near.constant]))


def _found(done: Experiment, source: str) -> Weights:
    return done.done.gradients if source == "gradients" else done.change


def _fitted(
    done: Experiment, wrong: Problem, found: Weights, source: str, guesses: Sequence[float]
) -> float | None:
    """Return the constant with which a planted problem gives the found numbers to all digits, or None.

    A mistake may depend on the learning rate itself. So the constant is sought with which our rate is the user's.
    """
    rate = done.step_size
    for guess in guesses:
        constant = guess
        for _ in range(3):
            result = outcome(with_rate(wrong, constant * rate))
            mine = (
                {p: g * constant for p, g in result.gradients.items()}
                if source == "gradients"
                else {p: (done.weights[p] - result.after[p]) / rate for p in result.after}
            )
            found_fit = fit(found, mine)
            if not np.isfinite(found_fit.constant) or found_fit.worst > 0.5:
                break
            if found_fit.worst <= ALIKE and abs(found_fit.constant - 1) <= ALIKE:
                return constant
            constant *= found_fit.constant
    return None
