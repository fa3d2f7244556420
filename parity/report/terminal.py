"""Results in the terminal: a table, what went wrong, and the verdict. Readable in 80 columns."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from parity.report import truth, views, wording
from parity.report.divergence import cause, first_differs, others, relation, worst_entry
from parity.results import Results, ScenarioResult, Verdict, against_expectation

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from rich.table import Table

SHOWN = 12
CODES = 6
STYLES = {
    Verdict.HOLDS: "green",
    Verdict.BROKEN: "bold red",
    Verdict.FAILED: "yellow",
    Verdict.UNCLEAR: "yellow",
}
CELLS = {"hot": "red", "failed": "yellow"}


def print_results(
    results: Results, console: "Console | None" = None, path: "str | Path | None" = None
) -> None:
    """Print results for people.

    Args:
        results: any.
        console: of rich; by default standard output, without colours where ``NO_COLOR`` is set.
        path: of the report, named in the last line.
    """
    from rich.console import Console
    from rich.text import Text

    console = console or Console(highlight=False)
    if results.scenarios:
        console.print(_table(results))
        for text, style in _remarks(results):
            console.print(Text(text, style), soft_wrap=True)
    found = views.failures(results)
    for failure in found[:SHOWN]:
        console.print()
        for text, style in _lines(failure, results):
            console.print(Text(text, style), soft_wrap=True)
    if len(found) > SHOWN:
        console.print(f"\nand {len(found) - SHOWN} more in {path or 'the report'}")
    console.print()
    if results.partial:
        console.print(Text(f"Not complete: {results.partial}", "yellow"))
    console.print(Text(verdict_line(results), STYLES[results.verdict]))
    if path:
        console.print(Text(f"report  {path}"), soft_wrap=True)


def verdict_line(results: Results) -> str:
    """Return the verdict of everything, in one line."""
    return f"{wording.SIGNS[results.verdict]} {views.headline(results)}"


def print_claims(results: Results, console: "Console | None" = None) -> None:
    """Print what the articles claim, and what was measured, scenario by scenario.

    Args:
        results: any.
        console: of rich; by default standard output.
    """
    from rich.console import Console
    from rich.text import Text

    console = console or Console(highlight=False)
    for scenario in results.scenarios:
        if scenario.claims:
            console.print(Text(scenario.name, "bold"))
        for claim in scenario.claims:
            style = {"holds": "green", "does not hold": "red"}.get(claim.outcome, "dim")
            numbers = f"claimed {claim.claimed or '–'}, measured {claim.measured or '–'}"
            console.print(Text.assemble(f"  {claim.id}  {claim.text}: ", (claim.outcome, style)))
            console.print(Text(f"      {numbers}" + (f". {claim.reason}" if claim.reason else ""), "dim"))
    console.print()


def _table(results: Results) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("scenario", overflow="fold")
    columns = [column for group in views.columns(results).values() for column in group]
    for column in columns:
        table.add_column(Text(f"{column.framework}\n{column.dtype}"), justify="right", no_wrap=True)
    table.add_column("verdict")
    anchors = views.anchors(results)
    for scenario in views.ordered(results):
        cells = [views.cell(results, anchors, scenario, column) for column in columns]
        style = STYLES[against_expectation(scenario)]
        words = [Text(_short(c), CELLS.get(c.kind, "")) for c in cells]
        table.add_row(Text(scenario.name), *words, Text(_verdict(scenario), style))
    return table


def _remarks(results: Results) -> Iterator[tuple[str, str]]:
    """Yield what is to be said below the table."""
    yield (
        f"worst noise units before the horizon; 1 is rounding, {views.threshold(results):g} the limit",
        "dim",
    )
    if said := truth.summary(results):
        yield said, "dim"
    yield from ((_blind(scenario), "dim") for scenario in results.scenarios if scenario.blind)
    if planted := views.on_purpose(results):
        yield planted, "yellow"


def _blind(scenario: ScenarioResult) -> str:
    codes = [words.split(" ")[0] for words in scenario.blind]
    more = f" and {len(codes) - CODES} more" if len(codes) > CODES else ""
    mistakes = wording.plural(len(codes), "known mistake")
    return f"{scenario.name} could not show {mistakes}: {', '.join(codes[:CODES])}{more}; see the report"


def _short(cell: views.Cell) -> str:
    return "!" if cell.kind == "failed" else "nan" if cell.text == "not finite" else cell.text


def _verdict(scenario: ScenarioResult) -> str:
    sign = wording.SIGNS[against_expectation(scenario)]
    if scenario.expected is Verdict.HOLDS:
        return f"{sign} {scenario.verdict}"
    return f"{sign} as expected" if scenario.as_expected else f"{sign} {scenario.verdict}, unexpectedly"


def _lines(failure: views.Failure, results: Results) -> list[tuple[str, str]]:
    """Return the lines about one failure: what, where and by how much, got and want, what next."""
    i, name = failure.implementation, failure.scenario.name
    version = results.environment.get(i.framework, "")
    framework = f"{i.framework} {version}".strip()
    head = f"{failure.outcome.upper()}  {name}  scratch vs {framework}  {failure.run.dtype}"
    lines = [(head, STYLES[i.verdict])]
    if i.reason:
        lines.append((f"  {i.reason}", ""))
    if d := i.first_divergence:
        lines.append((f"  {first_differs(d)}", ""))
        lines.append((f"  {worst_entry(d, i.framework)}", ""))
        if related := relation(d, i.framework):
            lines.append((f"  {related}", ""))
        lines += [(f"  also   {other}", "") for other in others(i)]
    if said := cause(i):
        lines += [(f"  cause  {said}", ""), (f"  fix    {i.causes[0].fix}", "")]
    elif i.hint:
        lines.append((f"  next   {i.hint}", ""))
    if d:
        explained = "".join(f"parity explain {known.code}  |  " for known in i.causes)
        lines.append((f"  more   {explained}index.html#{views.anchors(results)[name]}", "dim"))
    return lines
