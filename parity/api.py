"""The Python door: ``parity.run(...)`` does what ``parity run`` does."""

from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from parity.diagnosis import Bug
from parity.diagnosis.blind import shows
from parity.diagnosis.explaining import find, shows_in
from parity.errors import ParityError
from parity.results import Results, Verdict
from parity.results.verdicts import exit_code
from parity.scenarios import Scenario, build, check, load_all
from parity.suite.run import DTYPES, FRAMEWORKS, Settings, run_scenarios
from parity.suite.watching import Watcher

LARGEST_SEED = 2**32

if TYPE_CHECKING:
    from pandas import DataFrame


@frozen
class Report:
    """What a run found out.

    Attributes:
        results: the whole of it, as in ``results.json``.
    """

    results: Results

    @property
    def verdict(self) -> Verdict:
        """The verdict of everything."""
        return self.results.verdict

    @property
    def exit_code(self) -> int:
        """What the command would exit with: 0 holds, 1 broken, 3 could not run, 4 could not tell."""
        return exit_code(self.results.verdict)

    @property
    def comparisons(self) -> "DataFrame":
        """The table of ``comparisons.csv``: a row for each comparison that was kept."""
        from parity.results import frame

        return frame(self.results)

    def write(self, directory: str | Path = "reports/latest") -> Path:
        """Write ``index.html``, ``report.md``, ``results.json``, ``comparisons.csv`` and figures; return the page.

        Raises:
            ParityError: the folder cannot be written.
        """
        from parity import report

        return report.write(self.results, Path(directory))

    def __str__(self) -> str:
        """Return the table and the verdict as plain text."""
        from rich.console import Console

        from parity.report.terminal import print_results

        text = StringIO()
        print_results(self.results, Console(file=text, width=100))
        return text.getvalue()

    def _repr_html_(self) -> str:
        """Show the table and the verdict in a notebook."""
        from parity.report.notebook import fragment

        return fragment(self.results)


def run(
    scenarios: str | Path | Scenario | Iterable[str | Path | Scenario] | None = None,
    *,
    against: str | Sequence[str] = FRAMEWORKS,
    dtypes: str | Sequence[str] = DTYPES,
    seed: int | None = None,
    plant: str | None = None,
    watcher: Watcher | None = None,
) -> Report:
    """Train scenarios by hand and in each framework, and judge every number.

    Args:
        scenarios: names of shipped scenarios, paths of TOML files, or :class:`Scenario` objects; one or several.
            None means all that are shipped and have something to say about the frameworks asked for.
        against: frameworks, ``torch`` and ``keras``; empty to run scratch alone.
        dtypes: ``float64``, ``float32`` or both.
        seed: takes the place of every scenario's own seeds.
        plant: code of a mistake that is put into the network by hand first, to see what becomes of it.
        watcher: hears how it gets on.

    Returns:
        The report. A framework that is missing or crashes is said in it; it is not an exception.

    Raises:
        ParityError: a scenario, a framework's name or a number type is not valid; all problems at once.
    """
    against = [against] if isinstance(against, str) else list(against)
    dtypes = [dtypes] if isinstance(dtypes, str) else list(dtypes)
    problems = unknown_names("framework", against, FRAMEWORKS) + unknown_names("number type", dtypes, DTYPES)
    if not dtypes:
        problems.append("no number type is given, but should be float64, float32 or both")
    if seed is not None and not 0 <= seed < LARGEST_SEED:
        problems.append(f"seed is {seed}, but should be a whole number from 0 to {LARGEST_SEED - 1}")
    chosen: list[Scenario] = []
    bug, hint = None, ""
    try:
        chosen = _chosen(scenarios)
        bug = find(plant) if plant is not None else None
    except ParityError as error:
        problems += error.problems
        hint = error.hint
    mute = [s for s in chosen if against and s.against and not set(s.against) & set(against)]
    if scenarios is None:
        chosen = [s for s in chosen if s not in mute]
    else:
        problems += [
            f"{s.name} is about {' and '.join(s.against)}, but should be run against it" for s in mute
        ]
    if problems:
        raise ParityError(problems, hint=hint)
    if bug is not None:
        _check_shows(bug, chosen, seed)
    settings = Settings(tuple(against), tuple(dtypes), seed, left_out=tuple(s.name for s in mute), plant=bug)
    return Report(run_scenarios(chosen, settings, watcher))


def _check_shows(bug: Bug, chosen: Sequence[Scenario], seed: int | None) -> None:
    """Check that a mistake changes a number somewhere: else everything would hold, and mean nothing.

    Raises:
        ParityError: it does not.
    """
    if not any(shows(build(scenario, seed=seed), bug) for scenario in chosen):
        names = ", ".join(scenario.name for scenario in chosen)
        raise ParityError(
            [f"{bug.code} {bug.name} is planted into {names}, but should be where it changes a number"],
            hint=f"parity run {shows_in(bug)[0]} --plant {bug.code}",
        )


def unknown_names(kind: str, given: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return a problem for each name that is not known."""
    return [
        f"{kind} is {name!r}, but should be one of: {', '.join(known)}" for name in given if name not in known
    ]


def _chosen(
    scenarios: str | Path | Scenario | Iterable[str | Path | Scenario] | None,
) -> list[Scenario]:
    """Return the scenarios meant, each once; all of the shipped ones for None."""
    if scenarios is None:
        return load_all()
    items = [scenarios] if isinstance(scenarios, str | Path | Scenario) else list(scenarios)
    named = [item for item in items if not isinstance(item, Scenario)]
    chosen = load_all(named) if named else []
    chosen += [check(item) for item in items if isinstance(item, Scenario)]
    if not chosen:
        raise ParityError(
            "no scenario is given, but should be at least one", "None stands for all that are shipped"
        )
    return chosen
