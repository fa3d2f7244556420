"""The table of grades: ``grades.csv``."""

from collections.abc import Sequence
from pathlib import Path

from parity.checking.wording import printable
from parity.grading.rows import Row
from parity.grading.writing import write_text

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "file",
    "verdict",
    "causes",
    "cause",
    "where",
    "worst_noise_units",
    "understood",
    "seconds",
    "message",
)


def write_table(rows: Sequence[Row], path: Path) -> None:
    """Write the table, all at once.

    Raises:
        ParityError: it cannot be written.
    """
    from pandas import DataFrame

    frame = DataFrame([_cells(row) for row in rows], columns=list(COLUMNS))
    write_text(path, frame.to_csv(index=False, lineterminator="\n"))


def _cells(row: Row) -> tuple[str | float | None, ...]:
    check = row.check
    return (
        harmless(str(row.file)),
        str(check.outcome),
        harmless("; ".join(row.codes)),
        harmless("; ".join(reason.name for reason in check.reasons)),
        harmless("; ".join(reason.where for reason in check.reasons if reason.where)),
        row.noise_units,
        harmless("; ".join(check.understood)),
        round(check.seconds, 2),
        harmless(row.message),
    )


def harmless(text: str) -> str:
    """Return text that a spreadsheet takes for text: names come from students, and ``=1+1.py`` is a formula.

    See https://owasp.org/www-community/attacks/CSV_Injection.
    """
    shown = printable(text).replace("\n", " ")
    return f"'{shown}" if text.startswith(DANGEROUS) or shown.lstrip().startswith(DANGEROUS) else shown
