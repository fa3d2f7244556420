"""The comparisons as a table."""

from typing import TYPE_CHECKING

import attrs

from parity.results.model import Comparison, Results
from parity.results.storage import place

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = [field.name for field in attrs.fields(Comparison)]


def frame(results: Results) -> "pd.DataFrame":
    """Return all comparisons as a table, sorted, one column for each field of :class:`Comparison`."""
    import pandas as pd  # takes half a second, and not everyone who reads results wants a table

    rows = sorted(results.comparisons, key=place)
    columns: dict[str, list[object]] = {name: [getattr(row, name) for row in rows] for name in COLUMNS}
    columns["verdict"] = [row.verdict.value for row in rows]
    table = pd.DataFrame(columns, columns=COLUMNS)
    return table.astype({"step": "int64", "max_abs_diff": float, "noise": float, "noise_units": float})


def csv(results: Results) -> str:
    """Return ``comparisons.csv``: all digits; not a number is ``NaN``, infinity is ``inf``."""
    text: str = frame(results).to_csv(index=False, na_rep="NaN", lineterminator="\n")
    return text
