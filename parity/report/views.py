"""What every kind of report shows, worked out once: order, headline, failures, the table of everything."""

import math
import re

from attrs import frozen

from parity.report import wording
from parity.results import Implementation, Results, Run, ScenarioResult, Verdict, against_expectation
from parity.results.verdicts import PRIORITY

DEFAULT_THRESHOLD = 10.0
SECTIONS = {
    "how",
    "matrix",
    "truth",
    "claims",
    "distribution",
    "calibration",
    "power",
    "scenarios",
    "timings",
    "environment",
    "settings",
}
HOTTEST = 16  # powers of ten: the deepest colour


@frozen
class Column:
    """One framework in one number type."""

    framework: str
    dtype: str


@frozen
class Cell:
    """One framework in one number type in one scenario.

    Attributes:
        text: noise units, or a word where there are none.
        kind: ``calm``, ``hot``, ``unclear``, ``failed``, or ``none``: how it is coloured.
        heat: how deep the colour is, 0 to 100.
        anchor: where to read more; empty where there is nothing.
        title: the same in a sentence.
    """

    text: str
    kind: str
    heat: int = 0
    anchor: str = ""
    title: str = ""


@frozen
class Failure:
    """A framework that did not do what the scenario expects."""

    scenario: ScenarioResult
    run: Run
    implementation: Implementation

    @property
    def outcome(self) -> str:
        """The verdict in words, and what would have been right where that is not parity."""
        word, expected = wording.WORDS[self.implementation.verdict], self.scenario.expected
        return word if expected is Verdict.HOLDS else f"{word}, but expected: {expected}"


def threshold(results: Results) -> float:
    """Return the noise units above which a difference is no longer rounding; of merged results, the last."""
    given = results.settings.get("threshold", "").split("|")[-1]
    try:
        value = float(given)
    except ValueError:
        return DEFAULT_THRESHOLD
    return value if math.isfinite(value) and value > 0 else DEFAULT_THRESHOLD


def columns(results: Results) -> dict[str, list[Column]]:
    """Return every framework and its number types, in the order in which they were asked for."""
    runs = [run for scenario in results.scenarios for run in scenario.runs]
    frameworks = dict.fromkeys(i.framework for run in runs for i in run.implementations)
    dtypes = dict.fromkeys(run.dtype for run in runs)
    return {framework: [Column(framework, dtype) for dtype in dtypes] for framework in frameworks}


def ordered(results: Results) -> list[ScenarioResult]:
    """Return scenarios with what needs attention first."""
    return sorted(results.scenarios, key=lambda s: PRIORITY.index(against_expectation(s)))


def needs_attention(scenario: ScenarioResult) -> bool:
    """Tell whether somebody should look at a scenario."""
    return against_expectation(scenario) is not Verdict.HOLDS


def on_purpose(results: Results) -> str:
    """Return what was planted, or nothing."""
    planted = results.settings.get("planted", "")
    return f"planted on purpose: {planted}" if planted else ""


def failures(results: Results) -> list[Failure]:
    """Return all that did not come out as expected, the farthest off first."""
    found = [
        Failure(scenario, run, implementation)
        for scenario in ordered(results)
        if needs_attention(scenario)
        for run in scenario.runs
        for implementation in run.implementations
        if implementation.verdict is not scenario.expected
    ]
    return sorted(
        found, key=lambda f: (PRIORITY.index(f.implementation.verdict), -_size(f.implementation.worst))
    )


def _size(worst: float | None) -> float:
    return 0.0 if worst is None else math.inf if math.isnan(worst) else worst


def unavailable(results: Results) -> dict[tuple[str, str, str], int]:
    """Return frameworks that could not run, why, and what to do, and how many runs each is missing from."""
    counts: dict[tuple[str, str, str], int] = {}
    for i in (i for s in results.scenarios for run in s.runs for i in run.implementations):
        if i.verdict is Verdict.FAILED:
            key = i.framework, i.reason, i.hint
            counts[key] = counts.get(key, 0) + 1
    return counts


def worst(results: Results) -> float | None:
    """Return the most noise units where parity is expected and holds: how far honest code goes."""
    values = [
        i.worst
        for s in results.scenarios
        for run in s.runs
        for i in run.implementations
        if i.verdict is Verdict.HOLDS and i.worst is not None
    ]
    return max(values, default=None)


def headline(results: Results) -> str:
    """Return the verdict of everything in one line."""
    total = len(results.scenarios)
    if not total:
        return "Nothing was compared, so one cannot tell."
    wrong = [against_expectation(s) for s in results.scenarios]
    of_all = f"of {wording.plural(total, 'scenario')}"
    if results.verdict is Verdict.BROKEN:
        missing = sum(s.expected is Verdict.BROKEN and s.verdict is Verdict.HOLDS for s in results.scenarios)
        broken = wrong.count(Verdict.BROKEN) - missing
        said = [f"broken in {broken}"] * bool(broken) + [f"unexpectedly fine in {missing}"] * bool(missing)
        return f"Parity is {' and '.join(said)} {of_all}."
    if results.verdict is Verdict.FAILED:
        return f"Could not run {wrong.count(Verdict.FAILED)} {of_all}."
    if results.verdict is Verdict.UNCLEAR:
        unclear = wrong.count(Verdict.UNCLEAR)
        return (
            f"Could not tell in {unclear} {of_all}." if unclear else "Could not tell: not everything was run."
        )
    if any(s.expected is not Verdict.HOLDS for s in results.scenarios):
        return f"Parity holds: {'all ' if total > 1 else ''}{wording.plural(total, 'scenario')} came out as expected."
    return f"Parity holds in {'all ' if total > 1 else ''}{wording.plural(total, 'scenario')}."


def outcome(scenario: ScenarioResult) -> str:
    """Return the verdict of a scenario in words, and whether it is the right one."""
    word = wording.WORDS[scenario.verdict]
    if scenario.expected is Verdict.HOLDS:
        return word
    return f"{word}, as expected" if scenario.as_expected else f"{word}, but expected: {scenario.expected}"


def cell(results: Results, anchors: dict[str, str], scenario: ScenarioResult, column: Column) -> Cell:
    """Return one cell of the table of everything."""
    for run in scenario.runs:
        for i in run.implementations:
            if (run.dtype, i.framework) == (column.dtype, column.framework):
                anchor = f"{anchors[scenario.name]}-{slug(run.dtype)}-{slug(i.framework)}"
                return _cell(i, threshold(results), anchor, f"{scenario.name}, {i.framework}, {run.dtype}")
    return Cell("", "none")


def _cell(i: Implementation, limit: float, anchor: str, where: str) -> Cell:
    if i.verdict is Verdict.FAILED:
        return Cell("could not run", "failed", 0, anchor, f"{where}: {i.reason}")
    text = wording.units(i.worst)
    title = f"{where}: {text} noise units, {wording.WORDS[i.verdict]}"
    if i.verdict is Verdict.UNCLEAR:
        return Cell(text, "unclear", 0, anchor, title)
    size = _size(i.worst)
    if i.verdict is Verdict.HOLDS:
        return Cell(text, "calm", round(100 * min(size / limit, 1.0)), anchor, title)
    powers = HOTTEST if math.isinf(size) else math.log10(max(size / limit, 1.0))
    return Cell(text, "hot", round(100 * min(powers / HOTTEST, 1.0)), anchor, title)


def slug(name: str) -> str:
    """Return a name that can stand in an address and in a file's name: letters, digits and ``-_.``."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "unnamed"


def anchors(results: Results) -> dict[str, str]:
    """Return for each scenario a name that can stand in addresses and files, different for each."""
    taken = set(SECTIONS)
    found = {}
    for scenario in results.scenarios:
        base = name = slug(scenario.name)[:60]
        number = 1
        while name.lower() in taken:  # file systems of some machines do not tell A from a
            number += 1
            name = f"{base}-{number}"
        taken.add(name.lower())
        found[scenario.name] = name
    return found


def facts(results: Results) -> list[str]:
    """Return what ran, in a few words each."""
    dtypes = dict.fromkeys(run.dtype for s in results.scenarios for run in s.runs)
    said = [wording.plural(len(results.scenarios), "scenario")]
    other = [s.expected for s in results.scenarios if s.expected is not Verdict.HOLDS]
    if other:
        said.append(f"in {len(other)} of them parity is not expected")
    said.append(", ".join(dtypes))
    said.append(", ".join(f"{f} {results.environment.get(f, '')}".strip() for f in columns(results)))
    compared = sum(i.compared for s in results.scenarios for run in s.runs for i in run.implementations)
    said.append(wording.plural(compared, "comparison"))
    if (most := worst(results)) is not None:
        limit = threshold(results)
        said.append(f"where parity holds, at most {wording.units(most)} noise units (threshold {limit:g})")
    return [text for text in said if text]
