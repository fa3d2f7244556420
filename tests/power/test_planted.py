"""Planting is counted as it is: what is missed shows as missed."""

import numpy as np
import pytest

from parity.diagnosis import CATALOGUE
from parity.power.planted import Found, Planting, measure, scenarios, shortened, units
from parity.results import Divergence, Implementation, Verdict
from parity.scenarios import build, load


def planting(code: str, scenario: str, caught: bool = True, named: str = "", size: float = 1e5) -> Planting:
    return Planting(code, scenario, "float64", "torch", size, caught, named.split())


def test_a_row_counts_what_was_caught_named_and_told_apart() -> None:
    found = Found(
        [
            planting("G101", "a", named="G101"),
            planting("G101", "b", named="G101 G106", size=70.0),
            planting("G101", "c", caught=False, size=3.0),
            planting("G102", "a"),
        ],
        {"G101": ["d"]},
    )
    rows = {row.code: row for row in found.rows()}
    assert list(rows) == list(CATALOGUE)
    one = rows["G101"]
    assert (one.planted, one.caught, one.named) == (3, 2, 2)
    assert (one.scenarios, one.alone, one.masked, one.least) == (["a", "b", "c"], ["a"], ["d"], 70.0)
    assert (rows["G102"].planted, rows["G102"].named) == (1, 0)
    assert (rows["G103"].planted, rows["G103"].least) == (0, None)


def test_only_scenarios_that_hold_without_a_mistake_are_used() -> None:
    names = {scenario.name for scenario in scenarios()}
    assert {"xor-sigmoid", "mistakes-relu"} < names
    assert not {"xor-zeros", "xor-rate-copied", "lesson-neuron"} & names


@pytest.mark.parametrize(
    ("name", "steps"), [("xor-sigmoid", 12), ("sensor-mini-batches", 16), ("mistakes-sigmoid", 12)]
)
def test_a_scenario_is_shortened_to_what_shows_every_mistake(name: str, steps: int) -> None:
    short = build(shortened(load(name)))
    assert short.steps == steps
    assert short.steps >= min(12, short.steps_per_epoch + 1)


def divergence(size: float) -> Divergence:
    return Divergence(0, "gradient", "dense_1/kernel", size, [0], 1.0, 2.0, 1.0, 1.0, uniform=False)


def test_the_units_of_a_run_are_the_most_of_any_array() -> None:
    first, later = divergence(20.0), divergence(500.0)
    broken = Implementation(
        "torch", Verdict.BROKEN, worst=3.0, first_divergence=first, divergences=[later, first]
    )
    assert units(broken) == 500.0
    assert units(Implementation("torch", Verdict.HOLDS, worst=0.7)) == 0.7
    assert np.isinf(units(Implementation("torch", Verdict.BROKEN, first_divergence=divergence(np.inf))))


@pytest.mark.parity
@pytest.mark.slow
def test_every_mistake_in_a_scenario_is_caught() -> None:
    found = measure([load("xor-one-neuron")], ["torch"])
    rows = [row for row in found.rows() if row.planted]
    assert len(rows) > 30
    assert all(row.caught == row.planted == 2 for row in rows)
    assert all(row.named for row in rows)
    assert "xor-one-neuron" in found.masked["G105"], "it has one output"
    assert "xor-one-neuron" not in found.masked["G314"], "it has no ReLU"
