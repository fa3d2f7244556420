"""The main job: every scenario in every number type, every framework against scratch."""

import time
from collections import Counter
from collections.abc import Sequence

from attrs import field, frozen

from parity import claims
from parity.diagnosis import Bug, plant
from parity.diagnosis.blind import blind
from parity.errors import ParityError
from parity.frameworks.plan import values_per_step
from parity.judge import THRESHOLD
from parity.oracles.noise import MEMBERS
from parity.results import (
    SCHEMA_VERSION,
    Claim,
    Comparison,
    Implementation,
    Results,
    Run,
    ScenarioResult,
    Verdict,
)
from parity.results.verdicts import of_scenario, overall
from parity.scenarios import Problem, Scenario, build
from parity.scenarios.catalogue import SHIPPED
from parity.suite.blame import blame
from parity.suite.calibration import calibration
from parity.suite.contender import Contender
from parity.suite.environment import describe_environment
from parity.suite.feeder import Feeder
from parity.suite.stored_power import stored_power
from parity.suite.summary import (
    describe_loss,
    describe_network,
    describe_optimizer,
    parameters,
    seed_of,
)
from parity.suite.trial import Bench, Trial
from parity.suite.watching import Silent, Stopwatch, Watcher

FRAMEWORKS = ("torch", "keras")
DTYPES = ("float64", "float32")
SMALL = 20_000
"""Values a step up to which a hundred mistakes are tried out in a second or two."""


@frozen
class Settings:
    """What to run against, and how strictly to judge.

    Attributes:
        against: frameworks to compare with; with none, scratch runs alone.
        dtypes: number types.
        seed: takes the place of every scenario's own seeds; None keeps them.
        threshold: noise units above which a comparison is broken.
        members: size of the noise ensemble.
        left_out: scenarios that have nothing to say about these frameworks; the report names them.
        plant: a mistake that is put into the network by hand first; claims are not checked then.
        truth: measure how far everybody is from the exact mathematics.
    """

    against: Sequence[str] = FRAMEWORKS
    dtypes: Sequence[str] = DTYPES
    seed: int | None = None
    threshold: float = THRESHOLD
    members: int = MEMBERS
    left_out: Sequence[str] = ()
    plant: Bug | None = None
    truth: bool = True


@frozen
class _Found:
    """What has been found out so far: complete at any time, so that nothing is lost when a run is cut short."""

    runs: dict[str, list[Run]] = field(factory=dict)
    claims: dict[str, list[Claim]] = field(factory=dict)
    comparisons: list[Comparison] = field(factory=list)


def run_scenarios(
    scenarios: Sequence[Scenario], settings: Settings | None = None, watcher: Watcher | None = None
) -> Results:
    """Run scenarios and judge everything.

    Args:
        scenarios: valid ones, as :func:`parity.scenarios.load` returns them.
        settings: what to run them against, and how strictly to judge.
        watcher: hears how it gets on.

    Returns:
        The results. After Ctrl-C those found so far, marked as partial. A framework that is missing, crashes or
        hangs is a row in them, never an exception.

    Raises:
        ParityError: a weights file cannot be read or does not fit, or two scenarios have one name.
    """
    _check_names(scenarios)
    settings, watcher = settings or Settings(), watcher or Silent()
    begun = time.perf_counter()
    problems = [build(s, dtype, settings.seed) for s in scenarios for dtype in settings.dtypes]
    feeders = [
        Feeder(name, [p for p in problems if name in _against(p.scenario, settings)])
        for name in settings.against
    ]
    found, watch, partial = _Found(), Stopwatch(), ""
    try:
        for feeder in feeders:
            feeder.start()
        for number, problem in enumerate(problems):
            watcher.begin(problem, number, len(problems))
            run = _run_problem(problem, feeders, settings, watcher, watch, found)
            watcher.end(problem, run)
            if problem.dtype == settings.dtypes[-1] and not settings.plant:
                with watch("claims"):
                    _check_claims(problem.scenario, settings, found)
    except KeyboardInterrupt:
        partial = f"stopped by Ctrl-C after {sum(map(len, found.runs.values()))} of {len(problems)} runs"
    finally:
        for feeder in feeders:
            feeder.stop()
    imports = {f"importing {f.framework}": f.worker.seconds_importing for f in feeders}
    return Results(
        SCHEMA_VERSION,
        overall(results := _scenario_results(problems, found), partial),
        describe_environment({f.framework: f.about for f in feeders}),
        _describe(settings),
        results,
        found.comparisons,
        {**imports, **watch.seconds, "all": time.perf_counter() - begun},
        partial,
        calibration(),
        stored_power(),
    )


def _check_names(scenarios: Sequence[Scenario]) -> None:
    """Check that results, which go by the names of scenarios, cannot be mixed up."""
    twice = [name for name, count in Counter(s.name for s in scenarios).items() if count > 1]
    if twice:
        raise ParityError(
            [f"scenario {name!r} is given twice, but every name should be there once" for name in twice]
        )


def _run_problem(
    problem: Problem,
    feeders: list[Feeder],
    settings: Settings,
    watcher: Watcher,
    watch: Stopwatch,
    found: _Found,
) -> Run:
    wanted = _against(problem.scenario, settings)
    by_hand = plant(problem, settings.plant) if settings.plant else problem
    contenders = [Contender(by_hand, f, settings.threshold) for f in feeders if f.framework in wanted]
    try:
        noise = settings.members, settings.seed or 0
        trial = Bench(by_hand, contenders, *noise, watcher, watch, settings.truth).run()
    except Exception as error:
        blamed = blame(error)
        if blamed is None:
            raise
        failed = [Implementation(name, Verdict.FAILED, *blamed) for name in wanted]
        trial = Trial(Run(problem.dtype, problem.steps, 0, None, failed), [])
    found.runs.setdefault(problem.scenario.name, []).append(trial.run)
    found.comparisons.extend(trial.comparisons)
    return trial.run


def _check_claims(scenario: Scenario, settings: Settings, found: _Found) -> None:
    runs = found.runs[scenario.name]
    found.claims[scenario.name] = claims.check(scenario, runs, seed=settings.seed)


def _scenario_results(problems: list[Problem], found: _Found) -> list[ScenarioResult]:
    first = {p.scenario.name: p for p in reversed(problems)}
    return [
        _scenario_result(first[name], runs, found.claims.get(name, [])) for name, runs in found.runs.items()
    ]


def _scenario_result(problem: Problem, runs: list[Run], checked: list[Claim]) -> ScenarioResult:
    scenario = problem.scenario
    expected = Verdict(scenario.expect)
    verdicts = [i.verdict for run in runs for i in run.implementations]
    return ScenarioResult(
        scenario.name,
        scenario.title,
        scenario.about.strip(),
        scenario.sources,
        describe_network(problem),
        describe_loss(problem),
        describe_optimizer(problem),
        parameters(problem),
        seed_of(problem),
        expected,
        of_scenario(expected, verdicts),
        runs,
        checked,
        _blind(problem),
    )


def _blind(problem: Problem) -> list[str]:
    """Return the mistakes that a user's own scenario cannot show; the shipped ones together can show each."""
    path = problem.scenario.path
    shipped = path is not None and SHIPPED in path.parents
    if shipped or not problem.steps or values_per_step(problem) > SMALL:
        return []
    return [f"{bug.code} {bug.name}" + (f" ({bug.hidden})" if bug.hidden else "") for bug in blind(problem)]


def _against(scenario: Scenario, settings: Settings) -> list[str]:
    return [name for name in settings.against if not scenario.against or name in scenario.against]


def _describe(settings: Settings) -> dict[str, str]:
    more = {"left out": ", ".join(settings.left_out)} if settings.left_out else {}
    if settings.plant:
        more["planted"] = f"{settings.plant.code} {settings.plant.name}"
    return more | {
        "against": ", ".join(settings.against) or "nothing",
        "dtypes": ", ".join(settings.dtypes),
        "ensemble": str(settings.members),
        "seed": "each scenario's own" if settings.seed is None else str(settings.seed),
        "threshold": f"{settings.threshold:g}",
    }
