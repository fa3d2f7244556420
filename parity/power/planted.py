"""Every mistake of the catalogue, planted into every shipped scenario that can show it."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from math import ceil, isfinite
from multiprocessing import get_context

import numpy as np
from attrs import evolve, field, frozen

from parity.diagnosis import CATALOGUE, Bug, concerns, plant
from parity.diagnosis.blind import steps_to_see, visible
from parity.power.replay import Recording, judge, record
from parity.results import Implementation, Verdict
from parity.results.power import PlantedBug
from parity.scenarios import Problem, Scenario, build, load, shipped

DTYPES = ("float64", "float32")
Watch = Callable[[str, int, int], None]


@frozen
class Planting:
    """One mistake in one scenario, number type and framework."""

    code: str
    scenario: str
    dtype: str
    framework: str
    units: float
    caught: bool
    named: list[str]


@frozen
class Found:
    """All plantings, and the scenarios where a mistake changes nothing."""

    plantings: list[Planting] = field(factory=list)
    masked: dict[str, list[str]] = field(factory=dict)

    def rows(self) -> list[PlantedBug]:
        """Return a row for each mistake."""
        return [self._row(bug) for bug in CATALOGUE.values()]

    def _row(self, bug: Bug) -> PlantedBug:
        mine = [p for p in self.plantings if p.code == bug.code]
        places = list(dict.fromkeys(p.scenario for p in mine))
        return PlantedBug(
            bug.code,
            bug.name,
            places,
            self.masked.get(bug.code, []),
            len(mine),
            sum(p.caught for p in mine),
            sum(bug.code in p.named for p in mine),
            [s for s in places if any(p.scenario == s and p.named == [bug.code] for p in mine)],
            min((p.units for p in mine if p.caught), default=None),
        )


def scenarios() -> list[Scenario]:
    """Return the shipped scenarios that train, and that hold without a mistake."""
    return [s for s in map(load, shipped()) if s.training and s.expect == "holds"]


def measure(chosen: list[Scenario], frameworks: list[str], watch: Watch = lambda *_: None) -> Found:
    """Plant every mistake into every scenario, in both number types, and judge it against every framework."""
    found = Found()
    short = [shortened(scenario) for scenario in chosen]
    problems = [build(scenario, dtype) for scenario in short for dtype in DTYPES]
    recordings = record(problems, frameworks)
    shows = {scenario.name: [bug.code for bug in visible(build(scenario))] for scenario in short}
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(_plantings, shows[problem.scenario.name], problem, recorded)
            for problem, recorded in zip(problems, recordings, strict=True)
        ]
        for number, (job, problem) in enumerate(zip(jobs, problems, strict=True), start=1):
            found.plantings.extend(job.result())
            watch(f"{problem.scenario.name} {problem.dtype}", number, len(problems))
    for code, bug in CATALOGUE.items():
        used = [s.name for s in short if concerns(bug, build(s))]
        found.masked[code] = [name for name in used if code not in shows[name]]
    return found


def shortened(scenario: Scenario) -> Scenario:
    """Return the scenario with as many epochs as show every mistake: a few steps, or one epoch and a step."""
    assert scenario.training is not None
    problem = build(scenario)
    epochs = ceil(steps_to_see(problem) / problem.steps_per_epoch)
    return evolve(scenario, training=evolve(scenario.training, epochs=epochs))


def _plantings(codes: list[str], problem: Problem, recorded: list[Recording]) -> list[Planting]:
    with np.errstate(all="ignore"):
        judged = [(code, i) for code in codes for i in judge(plant(problem, CATALOGUE[code]), recorded)]
    return [
        Planting(
            code,
            problem.scenario.name,
            problem.dtype,
            i.framework,
            units(i),
            i.verdict is Verdict.BROKEN,
            [cause.code for cause in i.causes if cause.whose == "scratch"],
        )
        for code, i in judged
    ]


def units(implementation: Implementation) -> float:
    """Return the most noise units of a run; infinite where numbers are not finite."""
    first = implementation.first_divergence
    worst = [implementation.worst or 0.0, *(d.noise_units for d in implementation.divergences)]
    return float("inf") if first and not isfinite(first.noise_units) else max(worst)
