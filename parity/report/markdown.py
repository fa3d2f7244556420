"""``report.md``: the same in short, for pull requests and the summary page of a workflow."""

import re
from collections.abc import Iterable, Iterator, Sequence

from parity.report import power, truth, views, wording
from parity.report.divergence import cause, first_differs, others, relation, worst_entry
from parity.results import Claim, Results, ScenarioResult, Verdict, against_expectation

SHOWN = 20
SIGNS = {Verdict.HOLDS: "✅", Verdict.BROKEN: "❌", Verdict.FAILED: "⚠️", Verdict.UNCLEAR: "❔"}


def markdown(results: Results) -> str:
    """Return the report as Markdown, as GitHub shows it."""
    parts = [
        f"# {SIGNS[results.verdict]} {escape(views.headline(results))}",
        escape(" · ".join(views.facts(results))),
        *_warnings(results),
        *_matrix(results),
        *_truth(results),
        *_power(results),
        *_failures(results),
        *_claims(results),
        *_environment(results),
    ]
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """Return text that Markdown shows as it is: names come from people's files."""
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#~@!])", r"\\\1", text)


def code(text: str) -> str:
    """Return text as code; with a fence that is longer than any in the text."""
    text = " ".join(text.split()).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{edge}{text}{edge}{fence}" if text else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: int = 0, left: int = 99) -> str:
    """Return a table; columns from ``right`` on, 0 for none, and up to ``left`` are set to the right."""
    rule = ["--:" if right and right <= i < left else "---" for i in range(len(head))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, rule, *rows])


def plain_table(given: power.Table) -> str:
    """Return a table that has no looks of its own, below the sentence that says what it is."""
    rows = [[_cell(cell) for cell in row] for row in given.rows]
    return f"{escape(given.about)}\n\n{table(given.head, rows, given.right, given.left)}"


def _cell(cell: power.Cell) -> str:
    if cell.kind == "code":
        return code(cell.text)
    return f"**{escape(cell.text)}**" if cell.kind == "strong" else escape(cell.text)


def _warnings(results: Results) -> list[str]:
    said = []
    if planted := views.on_purpose(results):
        said.append(f"> [!NOTE]\n> A mistake was {escape(planted)}")
    if results.partial:
        said.append(f"> [!WARNING]\n> **This report is not complete.** {escape(results.partial)}")
    for (framework, reason, hint), count in views.unavailable(results).items():
        what = f"**{escape(framework)} could not run** in {wording.plural(count, 'run')}: {escape(reason)}"
        said.append(f"> [!WARNING]\n> {what}" + (f"\n> Next: {code(hint)}" if hint else ""))
    return said


def _matrix(results: Results) -> list[str]:
    if not results.scenarios:
        return []
    columns = [column for group in views.columns(results).values() for column in group]
    head = ["scenario", "outcome", *(escape(f"{c.framework} {c.dtype}") for c in columns)]
    names = views.anchors(results)
    rows = []
    for scenario in views.ordered(results):
        cells = [views.cell(results, names, scenario, column) for column in columns]
        texts = [f"**{c.text}**" if c.kind in ("hot", "failed") else c.text for c in cells]
        outcome = f"{SIGNS[against_expectation(scenario)]} {views.outcome(scenario)}"
        rows.append([code(scenario.name), outcome, *texts])
    limit = f"{views.threshold(results):g}"
    about = f"Worst noise units before the horizon: 1 is rounding, up to {limit} counts as rounding."
    return ["## All at a glance", about, table(head, rows, right=2)]


def _truth(results: Results) -> list[str]:
    """Return who is how often closest to the truth, and behind a click everybody's distances."""
    found, names = truth.standings(results), truth.contestants(results)
    if not found:
        return []
    counted = [
        [s.label, *(f"{s.closest.get(n, 0)} ({wording.units(s.typical.get(n))})" for n in names), str(s.runs)]
        for s in found
    ]
    about = (
        "How often nobody was closer to the exact mathematics (ties count for all), "
        "and the median distance in ulps: units in the last place of the largest true entry."
    )
    head = ["", *map(escape, names), "runs"]
    everything = [row for scenario in views.ordered(results) for row in _distances(scenario, names)]
    rows = table(["scenario", "", *map(escape, names), "oracle"], everything, right=2)
    details = (
        f"<details><summary>Every distance, in ulps; the closest in bold</summary>\n\n{rows}\n\n</details>"
    )
    return ["## Distance to the truth", about, table(head, counted, right=1), details]


def _distances(scenario: ScenarioResult, names: Sequence[str]) -> Iterator[list[str]]:
    for run in scenario.runs:
        for line in truth.lines(run):
            marks = dict(zip(truth.names(run), line.marks, strict=True))
            texts = [_mark(marks[name]) if name in marks else "" for name in names]
            yield [f"{code(scenario.name)} {run.dtype}", line.label, *texts, line.oracles]


def _power(results: Results) -> list[str]:
    """Return what the checks are worth, the long table behind a click."""
    found = results.power
    if found is None:
        return []
    said = [*power.totals(found), power.separation(found, views.threshold(results))]
    tables = [plain_table(t) for t in (power.honest_table(found), power.sensitivity_table(found)) if t.rows]
    every = power.planted_table(found)
    about = "Every mistake: where it was planted, and how often it was caught and named"
    details = f"<details><summary>{about}</summary>\n\n{plain_table(every)}\n\n</details>"
    return [
        "## What these checks are worth",
        escape(" ".join(text for text in said if text)),
        *tables,
        *[details] * bool(every.rows),
    ]


def _mark(mark: truth.Mark) -> str:
    return f"**{mark.text}**" if mark.closest else mark.text


def _failures(results: Results) -> list[str]:
    found = views.failures(results)
    if not found:
        return []
    items = [_failure(failure) for failure in found[:SHOWN]]
    more = [f"… and {len(found) - SHOWN} more in `index.html`"] if len(found) > SHOWN else []
    return ["## What did not come out as expected", "\n".join(items), *more]


def _failure(failure: views.Failure) -> str:
    i = failure.implementation
    what = escape(f"{i.framework} {failure.run.dtype}: {failure.outcome}")
    lines = [f"- {code(failure.scenario.name)} **{what}**" + (f". {escape(i.reason)}" if i.reason else "")]
    if d := i.first_divergence:
        lines.append(f"  - {escape(first_differs(d))}")
        said = [worst_entry(d, i.framework), relation(d, i.framework)]
        lines += [f"  - {escape(text)}" for text in said if text]
        lines += [f"  - also {escape(other)}" for other in others(i)]
    if known := cause(i):
        lines += [f"  - cause: {escape(known)}", f"  - fix: {escape(i.causes[0].fix)}"]
    elif i.hint:
        lines.append(f"  - next: {code(i.hint)}")
    return "\n".join(lines)


def _claims(results: Results) -> list[str]:
    wrong = [(s, c) for s in results.scenarios for c in s.claims if c.outcome == "does not hold"]
    if not wrong:
        return []
    head = ["claim", "scenario", "claimed", "measured", "why"]
    return ["## Claims that do not hold", table(head, [_claim(scenario, claim) for scenario, claim in wrong])]


def _claim(scenario: ScenarioResult, claim: Claim) -> list[str]:
    text = f"{escape(claim.id)} {escape(claim.text)}"
    return [text, code(scenario.name), code(claim.claimed), code(claim.measured), escape(claim.reason)]


def _environment(results: Results) -> list[str]:
    everything = {**results.environment, **results.settings}
    if not everything:
        return []
    lines = table(["", ""], [[escape(key), escape(value)] for key, value in sorted(everything.items())])
    return [f"<details><summary>Environment and settings</summary>\n\n{lines}\n\n</details>"]
