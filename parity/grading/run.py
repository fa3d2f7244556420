"""Grading: every file in a process of its own, several at once, and nothing checked twice."""

import os
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing, nullcontext
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from attrs import frozen

from parity.checking.findings import WORST_FIRST, Check, Outcome
from parity.errors import ParityError
from parity.grading.feedback import write_feedback
from parity.grading.files import find, short_names
from parity.grading.journal import Journal
from parity.grading.lock import locked
from parity.grading.page import write_page
from parity.grading.rows import Row, could_not
from parity.grading.table import write_table

FEEDBACK = ("none", "hint", "full")
PACKAGES = {"torch": ("torch",), "keras": ("keras", "tensorflow")}

Tell = Callable[[Row, int, int], None]


@frozen
class Grades:
    """What became of all files, those that need attention first.

    Attributes:
        rows: one for each file.
        csv: the table.
        page: the same to be read.
    """

    rows: tuple[Row, ...]
    csv: Path
    page: Path

    @property
    def exit_code(self) -> int:
        """Return 0 if all could be graded, whatever the verdicts; 3 if some could not be run."""
        return 0 if all(row.ran for row in self.rows) else 3

    @property
    def counts(self) -> Counter[Outcome]:
        """How many files there are of each verdict."""
        return Counter(row.check.outcome for row in self.rows)


def grade(
    patterns: Sequence[str],
    *,
    out: str | Path = "grades.csv",
    jobs: int | None = None,
    feedback: str = "none",
    fresh: bool = False,
    tell: Tell = lambda row, number, total: None,
    **options: Any,
) -> Grades:
    """Check many files, and write a table, a page, and feedback.

    A file that was checked before with the same options, and has not changed, is not checked again.

    Args:
        patterns: files, or patterns like ``submissions/**/*.py``.
        out: the table; the page is written beside it.
        jobs: how many files are checked at once; by default as many as there are processors.
        feedback: ``hint`` or ``full`` writes ``feedback/NAME.txt`` beside the table for each file.
        fresh: forget earlier runs.
        tell: called with each row as it comes in, its number, and how many there are.
        options: those of :func:`parity.check`.

    Raises:
        ParityError: there is nothing to grade, the table cannot be written, or another run is writing it.
        KeyboardInterrupt: the table holds what was known by then.
    """
    table = _table(Path(out))
    files = find(patterns)
    try:
        table.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ParityError(f"{table.parent} cannot be made: {error.strerror}", exit_code=3) from error
    rows: list[Row] = []
    with locked(table.with_suffix(".lock")):
        journal = Journal(table.with_suffix(".journal.jsonl"), options | _versions(options), fresh=fresh)
        try:
            # closed before the journal, whatever happens: checks that go on would write to it
            coming = _checked(files, journal, options, jobs or os.cpu_count() or 1)
            with closing(journal), closing(coming):
                for row in coming:
                    rows.append(row)
                    tell(row, len(rows), len(files))
        finally:
            grades = _written(rows, table, len(files), feedback, short_names(files))
    return grades


def _table(out: Path) -> Path:
    if out.is_dir() or out.suffix != ".csv":
        meant = out / "grades.csv" if out.is_dir() or not out.suffix else out.with_suffix(".csv")
        kind = "a folder" if out.is_dir() else "no table"
        raise ParityError(f"--out is {out}, {kind}, but should be a file like {meant}")
    return out


def _versions(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions that a verdict depends on."""
    against = options.get("against")
    frameworks = PACKAGES if against is None else [name for name in PACKAGES if name in against]
    packages = ["backprop-parity", "numpy", *(p for name in frameworks for p in PACKAGES[name])]
    return {f"version of {package}": _version(package) for package in packages}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _checked(
    files: Sequence[Path], journal: Journal, options: Mapping[str, Any], jobs: int
) -> Generator[Row, None, None]:
    """Yield a row for each file, in the order in which they become known."""
    todo: dict[Path, str] = {}
    for file in files:
        try:
            key = journal.key(file, file.read_bytes())
        except OSError as error:
            yield Row(file, could_not(file, f"the file cannot be read: {error.strerror}"))
            continue
        known = journal.known(key)
        if known is None:
            todo[file] = key
        else:
            yield Row(file, known, again=True)
    if todo:
        yield from _side_by_side(todo, journal, options, jobs)


def _side_by_side(
    todo: Mapping[Path, str], journal: Journal, options: Mapping[str, Any], jobs: int
) -> Iterator[Row]:
    against = options.get("against")
    with _witnesses(tuple(PACKAGES) if against is None else against) as witnesses:
        one = partial(_check, journal=journal, options={**options, "witnesses": witnesses})
        pool = ThreadPoolExecutor(min(jobs, len(todo)))  # threads: each check has a process of its own
        futures: dict[Future[Check], Path] = {pool.submit(one, file, key): file for file, key in todo.items()}
        try:
            for future in as_completed(futures):
                yield Row(futures[future], future.result())
        finally:
            pool.shutdown(cancel_futures=True)


def _witnesses(frameworks: Sequence[str]) -> Any:
    """Return worker processes that all checks share: starting a framework for each file would take longer than it."""
    if not frameworks:
        return nullcontext()
    from parity.checking.witnesses import Witnesses

    return Witnesses(frameworks)


def _check(file: Path, key: str, *, journal: Journal, options: Mapping[str, Any]) -> Check:
    """Return the check of one file; whatever goes wrong stays with this file."""
    from parity.checking.api import check

    try:
        found: Check = check(file, **options)
    except ParityError as error:
        return could_not(file, "; ".join(error.problems), following=error.hint)
    except Exception as error:  # noqa: BLE001 - a mistake of ours must not cost the whole class its grades
        return could_not(file, f"parity itself failed, please report this: {type(error).__name__}: {error}")
    if found.outcome is not Outcome.FAILED:
        journal.write(key, found)
    return found


def _written(
    rows: Sequence[Row], table: Path, total: int, feedback: str, names: Mapping[Path, str]
) -> Grades:
    """Write all that people read."""
    order = {file: place for place, file in enumerate(names)}
    ranked = sorted(rows, key=lambda row: (WORST_FIRST.index(row.check.outcome), order[row.file]))
    write_table(sorted(rows, key=lambda row: order[row.file]), table)
    if feedback != "none":
        for row in rows:
            write_feedback(row, feedback, table.parent / "feedback" / f"{names[row.file]}.txt")
    grades = Grades(tuple(ranked), table, table.with_suffix(".html"))
    write_page(ranked, total, grades.page)
    return grades
