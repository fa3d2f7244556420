"""Several results made one: what ran on different days or machines, side by side.

The rules, from the whole to its parts:

- Scenarios are told apart by name and seed. The same scenario with different seeds stays twice, and then the
  seed is part of the names: ``xor-sigmoid-seed-42``, ``xor-sigmoid-seed-7``.
- A run (a scenario in one number type) that took other steps is another training: the later replaces it.
- Otherwise its frameworks are united; one that both have is taken from the later, with all about it.
- What belongs to no framework (title, curves of scratch, noise, claims of the same id) is the later's.
- Where environment or settings differ, both values stay: ``2.4.5 | 2.4.6``.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce

from attrs import evolve

from parity.errors import ParityError
from parity.results.model import SCHEMA_VERSION, Results, Run, ScenarioResult
from parity.results.uniting import unite_runs
from parity.results.verdicts import of_scenario, overall

Name = tuple[str, int | None]
BETWEEN = " | "


def merge(several: Sequence[Results]) -> Results:
    """Return all results in one; verdicts are drawn anew.

    Args:
        several: earliest first: where they overlap, the later wins.

    Raises:
        ParityError: there is nothing to merge.
    """
    if not several:
        raise ParityError("There are no results to merge.", "Name at least one results.json.")
    if len(several) == 1:
        return several[0]
    names = _names([(s.name, s.seed) for results in several for s in results.scenarios])
    return reduce(_merge_two, [_rename(results, names) for results in several])


def _names(given: Sequence[Name]) -> dict[Name, str]:
    """Return the name that each scenario gets: its own, unless it is there with several seeds."""
    groups = defaultdict(set)
    for name, seed in given:
        groups[_base(name, seed)].add((name, seed))
    final = {}
    for base, members in groups.items():
        seeds = {seed for _, seed in members}
        for name, seed in members:
            with_seed = f"{base}-seed-{seed}" if seed is not None else base
            final[name, seed] = name if len(members) == 1 else base if len(seeds) == 1 else with_seed
    return final


def _base(name: str, seed: int | None) -> str:
    return name.removesuffix(f"-seed-{seed}")


def _rename(results: Results, names: Mapping[Name, str]) -> Results:
    new = {s.name: names[s.name, s.seed] for s in results.scenarios}
    return evolve(
        results,
        scenarios=[evolve(s, name=new[s.name]) for s in results.scenarios],
        comparisons=[evolve(c, scenario=new.get(c.scenario, c.scenario)) for c in results.comparisons],
    )


def _merge_two(old: Results, new: Results) -> Results:
    scenarios = {s.name: s for s in old.scenarios}
    for scenario in new.scenarios:
        known = scenarios.get(scenario.name)
        scenarios[scenario.name] = _merge_scenarios(known, scenario) if known else scenario
    partial = BETWEEN.join(dict.fromkeys(filter(None, [old.partial, new.partial])))
    merged = list(scenarios.values())
    return Results(
        schema_version=SCHEMA_VERSION,
        verdict=overall(merged, partial),
        environment=_both(old.environment, new.environment),
        settings=_both(old.settings, new.settings),
        scenarios=merged,
        comparisons=[c for c in old.comparisons if not _replaced(old, new, c.scenario, c.dtype, c.framework)]
        + new.comparisons,
        timings={k: old.timings.get(k, 0) + new.timings.get(k, 0) for k in old.timings | new.timings},
        partial=partial,
        calibration=new.calibration or old.calibration,
        power=new.power or old.power,
    )


def _replaced(old: Results, new: Results, scenario: str, dtype: str, framework: str) -> bool:
    """Tell whether the new results have something to say about a comparison of the old ones."""
    before, after = _run(old, scenario, dtype), _run(new, scenario, dtype)
    if before is None or after is None:
        return False
    return before.steps != after.steps or framework in {i.framework for i in after.implementations}


def _run(results: Results, scenario: str, dtype: str) -> Run | None:
    runs = (r for s in results.scenarios if s.name == scenario for r in s.runs if r.dtype == dtype)
    return next(runs, None)


def _merge_scenarios(old: ScenarioResult, new: ScenarioResult) -> ScenarioResult:
    runs = {run.dtype: run for run in old.runs}
    for run in new.runs:
        known = runs.get(run.dtype)
        runs[run.dtype] = unite_runs(known, run) if known and known.steps == run.steps else run
    claims = {claim.id: claim for claim in [*old.claims, *new.claims]}
    return evolve(
        new,
        runs=list(runs.values()),
        claims=list(claims.values()),
        verdict=of_scenario(new.expected, (i.verdict for run in runs.values() for i in run.implementations)),
    )


def _both(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Return both values of each key, once where they are the same."""
    return {
        key: BETWEEN.join(
            dict.fromkeys(v for side in (old, new) if key in side for v in side[key].split(BETWEEN))
        )
        for key in [*old, *new]
    }
