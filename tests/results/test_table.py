"""comparisons.csv and the frame it comes from."""

import io
import math

import pandas as pd

from parity.results import Verdict, csv, frame

from .records import comparison, results

COLUMNS = ["scenario", "dtype", "framework", "quantity", "parameter", "step"]
COLUMNS += ["max_abs_diff", "noise", "noise_units", "verdict", "reason"]


def test_columns_and_types():
    table = frame(results(comparisons=[comparison(step=3, verdict=Verdict.BROKEN), comparison(step=1)]))
    assert list(table.columns) == COLUMNS
    assert list(table["step"]) == [1, 3]
    assert list(table["verdict"]) == ["holds", "broken"]
    assert table["noise_units"].dtype == float


def test_no_comparisons_still_have_columns():
    table = frame(results())
    assert list(table.columns) == COLUMNS
    assert len(table) == 0
    assert csv(results()) == ",".join(COLUMNS) + "\n"


def test_csv_keeps_all_digits_and_special_numbers():
    numbers = [0.1 + 0.2, math.nan, math.inf, -math.inf, 5e-324]
    text = csv(results(comparisons=[comparison(step=i, noise_units=u) for i, u in enumerate(numbers)]))
    back = [float(line.split(",")[8]) for line in text.splitlines()[1:]]
    assert [repr(a) for a in back] == [repr(b) for b in numbers]
    assert len(pd.read_csv(io.StringIO(text))) == len(numbers)
