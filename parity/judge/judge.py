"""One framework against scratch, on one problem: every comparison, and the verdict of them all."""

import numpy as np
from attrs import frozen

from parity.frameworks.plan import log_selection
from parity.frameworks.protocol import Chunk
from parity.judge.classes import Classified, compare_classes
from parity.judge.reference import Stretch
from parity.judge.series import Series
from parity.results import Comparison, Divergence, NoiseSeries, Verdict
from parity.scenarios.problem import Problem
from scratch.tree import Array, flatten

THRESHOLD = 10.0
"""Noise units above which two implementations differ by more than rounding."""

KEPT_PER_DECADE = 5
MOST_NAMED = 4
SHOWN_PER_DECADE = 40


class IncomparableError(Exception):
    """A framework's numbers are not numbers of the same things as scratch's."""


@frozen
class Finding:
    """The verdict of all comparisons of one framework together."""

    verdict: Verdict
    reason: str
    worst: float | None
    compared: int
    nothing_learned: int
    beyond_horizon: int
    worst_by_quantity: dict[str, float]
    first_divergence: Divergence | None
    divergences: list[Divergence]


class Judge:
    """Takes a framework's numbers as they come, and says at the end what they are worth."""

    def __init__(self, problem: Problem, framework: str, threshold: float = THRESHOLD) -> None:
        self._problem = problem
        self._framework = framework
        self._threshold = threshold
        self._series: dict[tuple[str, str], Series] = {}
        self._selection = np.array([*(log_selection(problem.steps, KEPT_PER_DECADE) or [0]), problem.steps])
        self._buckets = np.array(log_selection(problem.steps, SHOWN_PER_DECADE) or [0])
        self._classes: list[Comparison] = []

    def begin(self, weights: dict[str, Array]) -> None:
        """Judge the weights read back before the first step: they must be the same, bit for bit."""
        true = flatten(self._problem.params)
        if weights.keys() != true.keys():
            raise IncomparableError(f"{self._framework} has parameters {sorted(weights)}, not {sorted(true)}")
        for path, array in true.items():
            series = self._of("initial weight", path, threshold=0.0)
            series.add(np.zeros(1, dtype=int), array[None], weights[path][None], _one_rounding(array))

    def add(self, stretch: Stretch, chunk: Chunk) -> None:
        """Judge a stretch of training."""
        truth, noise = stretch.truth, stretch.noise
        self._check_same_steps(truth, chunk)
        self._check_number_types(truth, chunk)

        def add(paths: list[str]) -> None:
            for path in paths:
                quantity, parameter = path.split("/", 1)
                series = self._of(quantity, parameter)
                series.add(truth.steps, truth.arrays[path], chunk.arrays[path], noise.arrays[path])

        # In the order in which they are computed: that decides what came first.
        outputs = [path for path in truth.arrays if path.startswith("output/")]
        add(outputs)
        if len(truth.losses):
            steps = np.arange(truth.first, truth.first + len(truth.losses))
            self._of("loss", "all").add(steps, truth.losses, chunk.losses, noise.losses)
        add([path for path in truth.arrays if path not in outputs])

    def _check_same_steps(self, truth: Chunk, chunk: Chunk) -> None:
        """Check that both speak of the same: what is left out would otherwise pass unseen."""
        if truth.arrays.keys() != chunk.arrays.keys():
            odd = sorted(truth.arrays.keys() ^ chunk.arrays.keys())
            raise IncomparableError(f"{self._framework} and scratch do not both have {odd}")
        mine, theirs = ((c.first, len(c.losses), c.steps.tolist()) for c in (truth, chunk))
        if mine != theirs:
            raise IncomparableError(
                f"{self._framework} handed out other steps than scratch: {len(chunk.losses)} losses from step "
                f"{chunk.first} on, not {len(truth.losses)} from step {truth.first} on"
            )

    def _check_number_types(self, truth: Chunk, chunk: Chunk) -> None:
        """Check that both compute in the type they are asked for: in a wider one they are right by accident."""
        for name, given in (("scratch", truth), (self._framework, chunk)):
            for path, array in {"loss": given.losses, **given.arrays}.items():
                if array.size and array.dtype != self._problem.dtype:
                    raise IncomparableError(
                        f"{path} of {name} is {array.dtype}, but should be {self._problem.dtype}"
                    )

    def predictions(self, rows: str, truth: Array, other: Array, noise: Array) -> None:
        """Judge final predictions (N, O) and the classes they stand for; ``noise`` is (N, O) too."""
        step = np.array([self._problem.steps])
        self._of("prediction", rows).add(step, truth[None], other[None], np.array([noise.max(initial=0)]))
        if self._problem.task != "regression" and truth.shape == other.shape:
            self._class(rows, compare_classes(truth, other, self._threshold * noise, self._problem.cut))

    def findings(self) -> Finding:
        """Return the verdict."""
        series = list(self._series.values())
        broken_classes = [c for c in self._classes if c.verdict is Verdict.BROKEN]
        gradients = [s for s in series if s.quantity == "gradient"]
        unseen = [s for s in gradients if not s.compared]
        by_quantity: dict[str, float] = {}
        for s in series:
            if s.worst is not None:
                worst = max(by_quantity.get(s.quantity, 0.0), s.worst.noise_units)
                by_quantity[s.quantity] = worst
        compared = sum(s.compared for s in series)
        # Series stand in the order in which they are computed: of one step, the first is the earliest.
        divergences = [s.divergence for s in series if s.divergence is not None]
        verdict, reason = Verdict.HOLDS, ""
        if any(s.broken for s in series) or broken_classes:
            verdict = Verdict.BROKEN
        elif not compared:
            verdict, reason = Verdict.UNCLEAR, "nothing was compared"
        elif self._problem.steps and not gradients:
            verdict, reason = Verdict.UNCLEAR, "no gradient was compared"
        elif unseen:
            verdict, reason = Verdict.UNCLEAR, _why_unseen(unseen, len(gradients))
        return Finding(
            verdict,
            reason,
            max(by_quantity.values(), default=None),
            compared + len(self._classes),
            sum(s.nothing_learned for s in series),
            sum(s.beyond_horizon for s in series),
            by_quantity,
            min(divergences, key=lambda d: (d.quantity != "initial weight", d.step), default=None),
            sorted(divergences, key=lambda d: -d.noise_units),
        )

    def comparisons(self) -> list[Comparison]:
        """Return the selection of comparisons that goes into the results."""
        scenario, dtype = self._problem.scenario.name, self._problem.dtype
        rows = [
            Comparison(
                scenario,
                dtype,
                self._framework,
                s.quantity,
                s.parameter,
                r.step,
                r.max_abs_diff,
                r.noise,
                r.noise_units,
                r.verdict,
                r.reason,
            )
            for s in self._series.values()
            for r in s.rows()
        ]
        return rows + self._classes

    def thinned(self) -> list[NoiseSeries]:
        """Return gradients and loss over training, for figures."""
        shown = (s for s in self._series.values() if s.quantity in ("gradient", "loss"))
        return [s.thinned(self._framework) for s in shown]

    def _of(self, quantity: str, parameter: str, threshold: float | None = None) -> Series:
        key = (quantity, parameter)
        if key not in self._series:
            self._series[key] = Series(
                quantity,
                parameter,
                self._threshold if threshold is None else threshold,
                self._selection,
                self._buckets,
                self._problem.scenario.expect_nonfinite,
            )
        return self._series[key]

    def _class(self, rows: str, found: Classified) -> None:
        verdict = Verdict.BROKEN if found.different else Verdict.UNCLEAR if found.tied else Verdict.HOLDS
        self._classes.append(
            Comparison(
                self._problem.scenario.name,
                self._problem.dtype,
                self._framework,
                "class",
                rows,
                self._problem.steps,
                float(found.different + found.tied),
                float(found.tied),
                float("inf") if found.different else 0.0,
                verdict,
                "a tie within rounding" if verdict is Verdict.UNCLEAR else "",
            )
        )


def _why_unseen(unseen: list[Series], gradients: int) -> str:
    """Say why some gradients were never compared: what was not seen, nobody may call right."""
    which = ", ".join(series.parameter for series in unseen[:MOST_NAMED])
    if len(unseen) > MOST_NAMED:
        which += f" and {len(unseen) - MOST_NAMED} more"
    which = "every gradient" if len(unseen) == gradients else f"the gradient of {which}"
    if all(series.nothing_learned for series in unseen):
        return f"nothing learned: {which} is exactly zero, in every step"
    return f"rounding decides from the first step on: {which} cannot be compared"


def _one_rounding(array: Array) -> Array:
    magnitude = float(np.abs(array).max(initial=0))
    return np.array([max(np.finfo(array.dtype).eps * magnitude, float(np.finfo(array.dtype).tiny))])
