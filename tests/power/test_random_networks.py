"""Right networks drawn at random: the same each time, of every kind, and an alarm is counted as one."""

import pytest

from parity.power.random_networks import (
    ENDS,
    HIDDEN,
    MOST_DENSE,
    MOST_ROWS,
    MOST_UNITS,
    Judged,
    draw,
    measure,
    rows,
)
from parity.results import Implementation, Verdict
from parity.scenarios import build
from tests.frameworks.problems import problem


def test_a_number_stands_for_one_network() -> None:
    assert draw(7) == draw(7) != draw(8)


def test_networks_are_of_every_kind() -> None:
    drawn = [draw(number) for number in range(400)]
    trainings = [scenario.training for scenario in drawn if scenario.training]
    assert {t.loss for t in trainings} == {loss for loss, _ in ENDS}
    assert {layer.activation for scenario in drawn for layer in scenario.layers[:-1]} == set(HIDDEN)
    assert {len(scenario.layers) for scenario in drawn} == set(range(1, MOST_DENSE + 1))
    assert {bool(t.momentum) for t in trainings} == {t.nesterov for t in trainings} == {True, False}
    widths = {layer.units for scenario in drawn for layer in scenario.layers}
    assert {1, MOST_UNITS} <= widths <= set(range(1, MOST_UNITS + 1))
    batches = {len(scenario.data.inputs or []) for scenario in drawn}
    assert 1 in batches
    assert MOST_ROWS * 0.9 < max(batches) <= MOST_ROWS


def test_every_one_can_be_built() -> None:
    for number in range(100):
        assert build(draw(number), "float32").steps == 3


def judged(verdict: Verdict, worst: float, dtype: str = "float64") -> Judged:
    return Judged(problem(dtype=dtype), Implementation("torch", verdict, worst=worst, compared=10))


def test_an_alarm_is_counted_and_so_is_what_could_not_run() -> None:
    wide, narrow = rows(
        [
            judged(Verdict.HOLDS, 0.5),
            judged(Verdict.BROKEN, 123.4),
            judged(Verdict.FAILED, 0.0),
            judged(Verdict.UNCLEAR, 0.7),
            judged(Verdict.HOLDS, 0.9, "float32"),
        ]
    )
    assert (wide.networks, wide.comparisons, wide.alarms, wide.unclear, wide.worst) == (4, 40, 2, 1, 123.0)
    assert (narrow.dtype, narrow.networks, narrow.alarms, narrow.worst) == ("float32", 1, 0, 0.9)


@pytest.mark.parity
def test_right_networks_are_not_called_broken() -> None:
    found = rows(measure(5, ["torch"]))
    assert [(row.dtype, row.networks, row.alarms) for row in found] == [("float64", 5, 0), ("float32", 5, 0)]
    assert all(row.comparisons > 100 for row in found)
