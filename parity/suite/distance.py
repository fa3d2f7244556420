"""How far everybody is from the truth: their numbers are collected while they train, and measured at the end."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

import numpy as np
from attrs import evolve, field, frozen

from parity.frameworks.plan import log_selection
from parity.frameworks.protocol import Chunk
from parity.judge import Reference
from parity.judge.reference import past_horizon
from parity.oracles import truth
from parity.oracles.known import BALLS, Known, ulp
from parity.oracles.truth import Truth
from parity.results import Distance, DistanceToTruth
from parity.scenarios.problem import Problem
from scratch.tree import Array

PER_DECADE = 5
CAREFUL = 10.0
"""How many times larger than estimated the error of wider floats may be."""

NEAR = 0.1
"""Ulps that wider floats may be from the balls in any case."""

GRADIENT = "gradient/"


@frozen(eq=False)
class Seen:
    """What one implementation computed: losses before the update by step, first gradients by parameter."""

    losses: dict[int, Array] = field(factory=dict)
    gradients: dict[str, Array] = field(factory=dict)


@frozen
class Mark:
    """How far one array is from the truth, in ulps, and who knows it how well."""

    ulps: float
    step: int
    parameter: str
    oracle: str
    own_error: float


class Distances:
    """Collects losses at a selection of steps and the first gradients, and measures them at the end."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._steps = log_selection(problem.steps, PER_DECADE)
        self._seen: dict[str | Reference, Seen] = {}

    def add(self, who: str | Reference, chunk: Chunk) -> None:
        """Take the numbers of a framework, or of scratch as it judges, in a stretch of training."""
        seen = self._seen.setdefault(who, Seen())
        for step in self._steps:
            if 0 <= (there := step - chunk.first) < len(chunk.losses):
                seen.losses[step] = chunk.losses[there]
        if len(chunk.steps) and chunk.steps[0] == 0:
            for path, array in chunk.arrays.items():
                if path.startswith(GRADIENT):
                    seen.gradients[path.removeprefix(GRADIENT)] = array[0]

    def measure(
        self, written: Reference, references: Mapping[str, Reference], predictions: Mapping[str, Array]
    ) -> DistanceToTruth:
        """Return the distances of everybody who got to the end.

        Args:
            written: scratch, with the settings of the scenario.
            references: scratch as each framework is judged by it: with the settings that it really used.
            predictions: of all training rows, (N, O), by framework; of those that got to the end.
        """
        rulers = {written: Ruler(written, self._of(written))}
        distances = rulers[written].measure("scratch", self._of(written), rulers[written].prediction)
        notes = []
        for name, prediction in predictions.items():
            if name in self._problem.scenario.overrides:
                notes.append(f"{name} does something else on purpose, and is not measured")
                continue
            reference = references[name]
            if reference not in rulers:
                rulers[reference] = Ruler(reference, self._of(reference))
            distances += rulers[reference].measure(name, self._of(name), prediction)
            notes += self._other_settings(name, reference)
        truth = rulers[written].truth
        return DistanceToTruth(
            truth.proved,
            truth.oracle,
            max(ruler.share for ruler in rulers.values()),
            list(dict.fromkeys([*(n for ruler in rulers.values() for n in ruler.notes), *notes])),
            distances,
        )

    def _of(self, who: str | Reference) -> Seen:
        return self._seen.get(who, Seen())

    def _other_settings(self, name: str, reference: Reference) -> Iterator[str]:
        """Yield a sentence for each setting of which a convention made another number."""
        written, used = self._problem.scenario.training, reference.problem.scenario.training
        for setting in ("learning_rate", "momentum") if written and used else ():
            was, is_now = getattr(written, setting), getattr(used, setting)
            if was != is_now:
                what = setting.replace("_", " ")
                yield f"{name} is measured from the exact run with the {what} that it really uses, {is_now!r}"


class Ruler:
    """The truth about one run, and how far numbers are from it.

    Wider floats err themselves. The same program rounds finer there, by a factor that is known: what scratch is
    off (at the worst so far, an ulp at least) divided by that factor is the estimate, ten times that to be
    careful. Past the horizon errors no longer grow in proportion, and nothing is measured.

    Attributes:
        truth: what the oracles know.
        prediction: what scratch says about all rows.
        notes: what is not known, and why.
        share: of what scratch is off: the error of wider floats is at most that, estimated.
    """

    def __init__(self, reference: Reference, own: Seen) -> None:
        """Find the truth about a reference that was trained to the end; ``own`` are its numbers on the way."""
        problem, horizon = reference.problem, reference.horizon
        self.notes: list[str] = []
        self._dtype, self._last, self._own = problem.dtype, problem.steps, own
        self.prediction, noise = reference.predict(problem.x)
        if horizon is not None:
            self.notes.append(f"from step {horizon:,} on, past the horizon, rounding decides about the loss")
        lost = bool(past_horizon(noise.max(initial=0), np.abs(self.prediction).max(initial=0)))
        if lost:
            self.notes.append("rounding decides about the predictions: no cheap oracle can tell")
        steps = [step for step in own.losses if horizon is None or step < horizon]
        found = _find(problem, steps, not lost)
        self.notes += found.notes
        self._finer = truth.share(found.oracle, self._dtype) if found.oracle else 0.0
        self.share = CAREFUL * self._finer
        self._off = self._so_far(found)
        self.truth = self._trusted(found)

    def measure(self, name: str, seen: Seen, prediction: Array) -> list[Distance]:
        """Return an implementation's distances in all that is known."""
        known = self.truth
        losses = [
            self._mark(array, seen.losses[step], self._off[step], step=step)
            for step, array in sorted(known.losses.items())
            if step in seen.losses
        ]
        # A gradient that is exactly 0 has no ulp: it is measured by the largest of all.
        spare = max((array.largest for array in known.gradients.values()), default=0.0)
        gradients = [
            self._mark(
                array,
                seen.gradients[path],
                self._ulps(array, self._own.gradients[path], spare),
                path,
                spare=spare,
            )
            for path, array in known.gradients.items()
            if path in seen.gradients
        ]
        predictions = []
        if (array := known.prediction) is not None:
            off = self._ulps(array, self.prediction)
            predictions = [self._mark(array, prediction, off, step=self._last)]
        groups = {"loss": losses, "gradient": gradients, "prediction": predictions}
        return [_worst(name, quantity, marks) for quantity, marks in groups.items() if marks]

    def _mark(
        self, known: Known, values: Array, off: float, parameter: str = "", step: int = 0, spare: float = 0.0
    ) -> Mark:
        """Return how far values are from what is known, where scratch is ``off`` ulps."""
        proved = known.oracle == BALLS
        own_error = known.radius / self._unit(known, spare) if proved else self.share * _at_least_one(off)
        return Mark(self._ulps(known, values, spare), step, parameter, known.oracle, own_error)

    def _ulps(self, known: Known, values: Array, spare: float = 0.0) -> float:
        return known.farthest(values) / self._unit(known, spare)

    def _unit(self, known: Known, spare: float = 0.0) -> float:
        return ulp(known.largest or spare or 1.0, self._dtype)

    def _so_far(self, found: Truth) -> dict[int, float]:
        """Return for each step how many ulps scratch's loss has been off so far, at the worst."""
        steps = sorted(found.losses)
        off = [_at_least_one(self._ulps(found.losses[step], self._own.losses[step])) for step in steps]
        return dict(zip(steps, accumulate(off, max), strict=True))

    def _trusted(self, found: Truth) -> Truth:
        """Return the truth without wider floats that are farther from the balls than rounding explains."""
        for step, gap in sorted(found.gaps.items()):
            apart, expected = (
                gap / self._unit(found.losses[step]),
                self._finer * _at_least_one(self._off[step]),
            )
            if not apart <= max(NEAR, CAREFUL * expected):
                where = f"{apart:.2g} ulps apart at step {step:,}"
                self.notes.append(f"{found.oracle} is not trusted: it and the balls are {where}")
                self.share = 0.0
                return _proved(found)
            self.share = max(self.share, apart / expected * self._finer)
        return found


def _at_least_one(ulps: float) -> float:
    """Return ``ulps``, one at least; where scratch is not finite it says nothing about an oracle."""
    return max(ulps, 1.0) if np.isfinite(ulps) else 1.0


def _proved(found: Truth) -> Truth:
    """Return what balls know, and nothing else."""
    prediction = found.prediction
    return evolve(
        found,
        losses={step: known for step, known in found.losses.items() if known.oracle == BALLS},
        gradients={path: known for path, known in found.gradients.items() if known.oracle == BALLS},
        prediction=prediction if prediction and prediction.oracle == BALLS else None,
        oracle="",
    )


def _find(problem: Problem, steps: list[int], predictions: bool) -> Truth:
    """Return the truth; a program that no oracle can run does not take the whole run with it."""
    try:
        return truth.find(problem, steps, predictions)
    except Exception as error:  # noqa: BLE001 - whatever it is, it says nothing about parity
        return Truth(notes=[f"the oracle failed, {type(error).__name__}: {error}"])


def _worst(name: str, quantity: str, marks: Sequence[Mark]) -> Distance:
    """Return the worst of the numbers of one quantity, and the median over steps."""
    worst = max(marks, key=lambda mark: mark.ulps)
    steps = {mark.step for mark in marks}
    return Distance(
        name,
        quantity,
        worst.ulps,
        worst.step,
        worst.parameter,
        worst.oracle,
        worst.own_error,
        float(np.median([mark.ulps for mark in marks])) if len(steps) > 1 else worst.ulps,
        len(steps),
        ", ".join(dict.fromkeys(mark.oracle for mark in marks)),
    )
