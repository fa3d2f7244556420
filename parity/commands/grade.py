"""``parity grade 'submissions/*.py'``: many networks, a table, and what to tell each student."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parity.commands.options import Asked, about_the_network

if TYPE_CHECKING:
    from parity.grading import Grades
    from parity.grading.rows import Row

MOST_CAUSES = 5


@click.command()
@click.argument("patterns", nargs=-1, required=True, metavar="PATTERN...")
@about_the_network
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("grades.csv"),
    show_default=True,
    help="The table; a page of the same name is written beside it.",
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Files at once.  [default: processors]")
@click.option(
    "--feedback",
    type=click.Choice(["none", "hint", "full"]),
    default="none",
    show_default=True,
    help="Also write feedback/NAME.txt for each file: where to look, or everything.",
)
@click.option("--fresh", is_flag=True, help="Check everything again, also what has not changed.")
@click.option("-q", "--quiet", is_flag=True, help="No progress; only the summary.")
def grade(
    patterns: tuple[str, ...],
    out: Path,
    jobs: int | None,
    feedback: str,
    fresh: bool,
    quiet: bool,
    **about: Any,
) -> None:
    """Check many networks side by side, each in a process of its own, and write a table.

    A PATTERN is a file, or stands for several: 'submissions/**/*.py'. What was checked before and has not changed is
    not checked again, so that a run that was stopped goes on where it was.

    Exit codes: 0 all could be graded, whatever the verdicts, 2 wrong usage or input, 3 some could not be run.
    """
    asked = Asked(**about).checked()
    from parity.grading import grade as grade_files

    grades = grade_files(
        patterns,
        out=out,
        jobs=jobs,
        feedback=feedback,
        fresh=fresh,
        tell=_silent if quiet else _tell,
        **asked._asdict(),
    )
    _summarise(grades, feedback)
    sys.exit(grades.exit_code)


def _silent(row: "Row", number: int, total: int) -> None:
    pass


def _tell(row: "Row", number: int, total: int) -> None:
    from parity.checking.wording import printable

    causes = "  " + ", ".join(row.codes) if row.codes else ""
    again = "  (not changed)" if row.again else ""
    words = f"{printable(str(row.file))}  {row.check.outcome}{printable(causes)}{again}"
    click.echo(f"[{number:>{len(str(total))}}/{total}] {words}", err=True)


def _summarise(grades: "Grades", feedback: str) -> None:
    from parity.checking.wording import printable
    from parity.grading.page import causes

    width = len(str(len(grades.rows)))
    for outcome, count in sorted(grades.counts.items(), key=lambda item: -item[1]):
        click.echo(f"{count:{width}}  {outcome}")
    if found := causes(grades.rows):
        click.echo("\nwhat goes wrong most")
    for cause in found[:MOST_CAUSES]:
        click.echo(f"{cause.files:{width}}  {printable(f'{cause.code} {cause.name}'.strip())}")
    click.echo(f"\ntable  {grades.csv}\npage   {grades.page}")
    if feedback != "none":
        click.echo(f"feedback in {grades.csv.parent / 'feedback'}")
