"""One problem: scratch, its noise and every framework train in step, and are judged."""

from attrs import frozen

from parity.frameworks.plan import recorded_steps, spans
from parity.frameworks.protocol import Chunk
from parity.judge import Reference
from parity.results import Comparison, DistanceToTruth, Implementation, Landscape, Run
from parity.scenarios import Problem
from parity.suite.advice import advise
from parity.suite.contender import Contender
from parity.suite.curves import Curves
from parity.suite.distance import Distances
from parity.suite.landscape import landscape, places
from parity.suite.summary import predictions
from parity.suite.watching import Stopwatch, Watcher
from scratch.tree import Array

TRAINING, WAITING, JUDGING = "training by hand", "waiting for frameworks", "judging"
PROVING = "finding the truth"


@frozen
class Trial:
    """What came out of one problem."""

    run: Run
    comparisons: list[Comparison]


class Bench:
    """Everyone who takes part in a trial."""

    def __init__(
        self,
        problem: Problem,
        contenders: list[Contender],
        members: int,
        seed: int,
        watcher: Watcher,
        watch: Stopwatch,
        truth: bool = True,
    ) -> None:
        """Bring the contenders together.

        Args:
            problem: what to train.
            contenders: the frameworks.
            members: size of the noise ensemble.
            seed: of the noise.
            watcher: hears how it gets on.
            watch: takes the time.
            truth: measure how far everybody is from it.
        """
        self._problem = problem
        self._contenders = contenders
        self._noise = (members, seed)
        self._watcher = watcher
        self._watch = watch
        self._written = Reference(problem, members, seed)
        self._references = {c.framework: self._written for c in contenders}
        self._distances = Distances(problem) if truth else None

    def run(self) -> Trial:
        """Train, judge, and say what came out."""
        self._begin()
        curves = None
        if self._problem.steps:
            curves = self._train()
        else:
            self._forward()
        with self._watch(WAITING):
            finals = {c.framework: c.take_final() for c in self._contenders}
        with self._watch(JUDGING):
            final = {name: predicted for name, predicted in finals.items() if predicted}
            for c in self._contenders:
                c.judge_final(self._written, self._references[c.framework])
        with self._watch(PROVING):
            truth = self._truth(final)
        with self._watch(JUDGING):
            run = Run(
                self._problem.dtype,
                self._problem.steps,
                len(recorded_steps(self._problem)),
                self._written.horizon,
                self._implementations(),
                curves.result() if curves else None,
                [series for c in self._contenders for series in c.thinned()],
                predictions(self._problem, self._written, final),
                self._landscape(final),
                truth,
            )
            return Trial(run, [row for c in self._contenders for row in c.comparisons()])

    def _begin(self) -> None:
        """Judge initial weights; where a convention changes a number, scratch also runs with that number."""
        with self._watch(WAITING):
            changes = {c.framework: c.begin() for c in self._contenders}
        adjusted: dict[tuple[tuple[str, float], ...], Reference] = {}
        for framework, changed in changes.items():
            key = tuple(changed.items())
            if changed and key not in adjusted:
                adjusted[key] = Reference(self._problem.with_training(**changed), *self._noise)
            if changed:
                self._references[framework] = adjusted[key]

    def _train(self) -> Curves:
        """Train everybody in step, one stretch after the other, and judge each stretch."""
        everyone = set(self._references.values()) | {self._written}
        curves = Curves(self._problem.steps, [c.framework for c in self._contenders])
        for first, stop, recorded in spans(self._problem):
            with self._watch(TRAINING):
                stretches = {r: r.advance(first, stop, recorded) for r in everyone}
            written = stretches[self._written]
            curves.add_truth(written)
            for reference, stretch in stretches.items():
                self._collect(reference, stretch.truth)
            for c in self._contenders:
                with self._watch(WAITING):
                    chunk = c.take()
                if chunk is not None:
                    with self._watch(JUDGING):
                        c.judge(written, stretches[self._references[c.framework]], chunk)
                        if c.runs:
                            curves.add(c.framework, written, chunk.losses)
                            self._collect(c.framework, chunk)
            self._watcher.advance(stop - first)
        return curves

    def _forward(self) -> None:
        """Compare what each layer computes, where nothing is trained."""
        stretch = self._written.outputs()
        for c in self._contenders:
            with self._watch(WAITING):
                chunk = c.take()
            if chunk is not None:
                c.judge(stretch, stretch, chunk)

    def _collect(self, who: str | Reference, chunk: Chunk) -> None:
        if self._distances is not None:
            self._distances.add(who, chunk)

    def _truth(self, final: dict[str, dict[str, Array]]) -> DistanceToTruth | None:
        """Return how far everybody is from the truth."""
        if self._distances is None:
            return None
        said = {
            c.framework: final[c.framework]["train"]
            for c in self._contenders
            if c.framework in final and c.runs
        }
        return self._distances.measure(self._written, self._references, said)

    def _implementations(self) -> list[Implementation]:
        """Return the verdicts; where a gap is made on purpose, nobody has to look for its cause."""
        found = [c.implementation() for c in self._contenders]
        return found if self._problem.scenario.overrides else advise(found)

    def _landscape(self, final: dict[str, dict[str, Array]]) -> Landscape | None:
        grid = places(self._problem).get("grid")
        if grid is None:
            return None
        scratch = self._written.predict(grid)[0]
        return landscape(
            self._problem, {"scratch": scratch} | {name: there["grid"] for name, there in final.items()}
        )
