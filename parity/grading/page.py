"""``grades.html``: a page that needs nothing else, no network and no JavaScript."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from parity.checking.sections import sections
from parity.checking.templating import environment
from parity.grading.rows import Row
from parity.grading.writing import write_text

UNNAMED = "without a known cause"


@frozen
class Cause:
    """A mistake, and how many files have it.

    Attributes:
        code: ``G114``; empty where the cause is unknown.
        name: in words.
        files: how many.
        share: of all files with a mistake, in percent.
    """

    code: str
    name: str
    files: int
    share: float


def write_page(rows: Sequence[Row], total: int, path: Path) -> None:
    """Write the page.

    Args:
        rows: those that need attention first.
        total: how many files there are; more than rows if the run was cut short.
        path: of the page.

    Raises:
        ParityError: it cannot be written.
    """
    write_text(path, page(rows, total, f"{path.stem}.csv"))


def page(rows: Sequence[Row], total: int, table: str) -> str:
    """Return the page; ``table`` is the name of the CSV file beside it."""
    from parity.report.templating import style

    return (
        environment("parity.grading")
        .get_template("grades.html")
        .render(
            rows=[(row, sections(row.check)) for row in rows],
            total=total,
            right=sum(row.check.outcome.right for row in rows),
            counts=Counter(row.check.outcome for row in rows),
            causes=causes(rows),
            mistaken=sum(row.check.outcome.mistaken for row in rows),
            titled=False,
            table=table,
            css=style(),
        )
    )


def causes(rows: Sequence[Row]) -> list[Cause]:
    """Return what the files get wrong, the most frequent first; each file counts once for each of its mistakes."""
    mistaken = [row.check for row in rows if row.check.outcome.mistaken]
    found: Counter[tuple[str, str]] = Counter()
    for check in mistaken:
        found.update({(reason.code, reason.name) for reason in check.reasons} or {("", UNNAMED)})
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [Cause(code, name, count, 100 * count / len(mistaken)) for (code, name), count in ranked]
