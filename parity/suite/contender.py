"""One framework's way through one problem: what it hands out is judged, what goes wrong is noted."""

from typing import Any, Protocol

from attrs import frozen

from parity.frameworks.conventions import Known, known_convention
from parity.frameworks.protocol import Chunk
from parity.frameworks.workers import FrameworkFailure
from parity.judge import IncomparableError, Judge, Reference, Stretch
from parity.results import Cause, Comparison, Convention, Implementation, NoiseSeries, Verdict
from parity.scenarios.problem import Problem
from parity.suite.feeder import Final
from parity.suite.landscape import places
from parity.suite.opening import Opening
from scratch.tree import Array


@frozen
class Deviation:
    """A setting of which the framework made another number, by a convention we know."""

    setting: str
    written: float
    effective: float
    known: Known


class Source(Protocol):
    """Where a framework's numbers come from."""

    framework: str

    def take(self, problem: Problem) -> Any:
        """Return the next message about ``problem``; raise FrameworkFailure once the framework has failed."""


class Contender:
    """A framework, judged against scratch as written and, where a convention changes a number, as effective."""

    def __init__(self, problem: Problem, feeder: Source, threshold: float) -> None:
        self.framework = feeder.framework
        self.deviations: list[Deviation] = []
        self.final: Final | None = None
        self._problem = problem
        self._feeder = feeder
        self._threshold = threshold
        self._judge = Judge(problem, self.framework, threshold)
        self._as_written: Judge | None = None
        self._opening = Opening(problem)
        self._failure: FrameworkFailure | None = None

    @property
    def runs(self) -> bool:
        """Whether it has not failed so far."""
        return self._failure is None

    def begin(self) -> dict[str, float]:
        """Judge the initial weights; return the settings that a convention changed, with their effective numbers."""
        beginning = self.take()
        if beginning is None:
            return {}
        try:
            self._judge.begin(beginning.checkpoint.weights)
        except IncomparableError as error:
            self._failure = FrameworkFailure("incomparable", str(error))
            return {}
        if self.framework not in self._problem.scenario.overrides:
            self._find_deviations(beginning.effective)
        if self.deviations:
            self._as_written = Judge(self._problem, self.framework, self._threshold)
        return {d.setting: d.effective for d in self.deviations}

    def take(self) -> Any:
        """Return the framework's next message, or None once it has failed."""
        if self._failure is not None:
            return None
        try:
            return self._feeder.take(self._problem)
        except FrameworkFailure as failure:
            self._failure = failure
            return None

    def judge(self, written: Stretch, effective: Stretch, chunk: Chunk) -> None:
        """Judge a stretch of training against scratch as written and as effective."""
        self._opening.add(chunk)
        try:
            self._judge.add(effective, chunk)
            if self._as_written is not None:
                self._as_written.add(written, chunk)
        except IncomparableError as error:
            self._failure = FrameworkFailure("incomparable", str(error))

    def take_final(self) -> dict[str, Array]:
        """Take the final predictions and return them by place; none once the framework has failed."""
        self.final = self.take()
        return self.final.predictions if self.final else {}

    def judge_final(self, written: Reference, effective: Reference) -> None:
        """Judge the final predictions on training and test rows."""
        if self.final is None:
            return
        for rows in ("train", "test"):
            if rows in self.final.predictions:
                inputs, other = places(self._problem)[rows], self.final.predictions[rows]
                truth, noise = effective.predict(inputs)
                self._judge.predictions(rows, truth, other, noise)
                if self._as_written is not None:
                    truth, noise = written.predict(inputs)
                    self._as_written.predictions(rows, truth, other, noise)

    def implementation(self) -> Implementation:
        """Return the verdict, for the results."""
        if self._failure is not None:
            failure = self._failure
            return Implementation(
                self.framework, Verdict.FAILED, f"{failure.kind}: {failure.message}", failure.hint
            )
        found = self._judge.findings()
        return Implementation(
            self.framework,
            found.verdict,
            found.reason,
            "",
            found.worst,
            found.compared,
            found.nothing_learned,
            found.beyond_horizon,
            found.worst_by_quantity,
            found.first_divergence,
            found.divergences,
            self._conventions(),
            self.final.seconds if self.final else 0.0,
            self._causes(found.verdict),
        )

    def _causes(self, verdict: Verdict) -> list[Cause]:
        """Return the known mistakes that explain a gap; where it is made on purpose, nobody has to look."""
        if verdict is not Verdict.BROKEN or self._problem.scenario.overrides:
            return []
        effective = {d.setting: d.effective for d in self.deviations}
        problem = self._problem.with_training(**effective) if effective else self._problem
        return self._opening.causes(problem, self.framework)

    def comparisons(self) -> list[Comparison]:
        """Return the comparisons to keep."""
        return self._judge.comparisons() if self.runs else []

    def thinned(self) -> list[NoiseSeries]:
        """Return gradients and loss over training, for figures."""
        return self._judge.thinned() if self.runs else []

    def _find_deviations(self, effective: dict[str, float]) -> None:
        training = self._problem.scenario.training
        for setting, number in effective.items():
            written = float(getattr(training, setting))
            known = known_convention(self.framework, written, number)
            if known is not None and self._problem.dtype == "float64":
                self.deviations.append(Deviation(setting, written, number, known))

    def _conventions(self) -> list[Convention]:
        if self._as_written is None:
            return []
        gap = self._as_written.findings().worst
        closed = self._judge.findings().worst
        return [
            Convention(
                d.known.name,
                d.known.explanation,
                d.setting,
                d.written,
                d.effective,
                float("nan") if gap is None else gap,
                float("nan") if closed is None else closed,
            )
            for d in self.deviations
        ]
