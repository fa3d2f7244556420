"""What the judge hands to the results: rows of the table, and lines of the figures."""

from typing import Any

import numpy as np
import pytest

from parity.judge import Judge
from parity.results import Comparison, NoiseSeries, Verdict
from parity.scenarios.problem import Problem
from scratch.tree import Array
from tests.frameworks.problems import problem
from tests.judge.hearing import judge

STEPS = 100
KEPT = [*range(10), 15, 24, 39, 62, 99]
"""Of a hundred steps: the first ten, five for each power of ten, the last."""


@pytest.fixture(scope="module")
def hundred() -> Problem:
    return problem(epochs=STEPS)


def rows(one: Judge, quantity: str, parameter: str) -> list[Comparison]:
    return [row for row in one.comparisons() if (row.quantity, row.parameter) == (quantity, parameter)]


def test_a_row_says_everything(hundred: Problem) -> None:
    path = "gradient/dense_1/kernel"
    row = {r.step: r for r in rows(judge(hundred, {(path, 3): 1e-9}), "gradient", "dense_1/kernel")}[3]
    assert (row.scenario, row.dtype, row.framework) == ("small", "float64", "torch")
    assert row.max_abs_diff == pytest.approx(1e-9, rel=1e-4)
    assert 0 < row.noise < 1e-14
    assert row.noise_units == row.max_abs_diff / row.noise
    assert (row.verdict, row.reason) == (Verdict.BROKEN, "")


def test_a_row_says_why_it_is_no_evidence(hundred: Problem) -> None:
    one = judge(hundred, {("output/dense_1", 5): np.nan})
    assert {row.step: row.reason for row in rows(one, "output", "dense_1")}[5] == "not finite"


def test_a_selection_of_steps_is_kept(hundred: Problem) -> None:
    one = judge(hundred)
    for quantity, parameter in (("output", "tanh_1"), ("loss", "all"), ("weight", "dense_2/bias")):
        assert [row.step for row in rows(one, quantity, parameter)] == KEPT
    assert [row.step for row in rows(one, "initial weight", "dense_1/kernel")] == [0]


def test_noise_of_an_initial_weight_is_one_rounding_of_the_largest(hundred: Problem) -> None:
    one = judge(hundred)
    for layer, own in hundred.params.items():
        for name, array in own.items():
            (row,) = rows(one, "initial weight", f"{layer}/{name}")
            assert row.noise == np.finfo(float).eps * np.abs(array).max()


def test_predictions_stand_behind_the_last_step(hundred: Problem) -> None:
    one = judge(hundred)
    one.predictions("test", np.full((3, 2), 0.5), np.full((3, 2), 0.5), np.full((3, 2), 1e-15))
    assert [row.step for row in rows(one, "prediction", "test")] == [STEPS]


def test_a_scenario_that_expects_nan_has_nan_rows_that_hold() -> None:
    for expected, verdict in ((True, Verdict.HOLDS), (False, Verdict.BROKEN)):
        p = problem("2 linear", learning_rate=1e200, epochs=4, more={"expect_nonfinite": expected})
        assert judge(p).findings().verdict is verdict


# Figures.


def test_gradients_and_loss_are_shown(hundred: Problem) -> None:
    lines = judge(hundred, {("loss/all", 99): 1e-9}).thinned()
    assert [(line.quantity, line.parameter) for line in lines] == [
        ("loss", "all"),
        ("gradient", "dense_2/kernel"),
        ("gradient", "dense_2/bias"),
        ("gradient", "dense_1/kernel"),
        ("gradient", "dense_1/bias"),
    ]
    assert {line.framework for line in lines} == {"torch"}
    loss = lines[0]
    assert isinstance(loss, NoiseSeries)
    assert loss.steps[:12] == list(range(12))
    assert len(loss.steps) == 48  # forty for each power of ten, where there are so many steps
    assert [units > 1 for units in loss.noise_units] == [False] * 47 + [True]


# Classes.


def classified(loss: str, truth: Array, other: Array, noise: float, steps: int = 4) -> list[Comparison]:
    outputs = truth.shape[1]
    p = problem("4 tanh", f"{outputs} linear", outputs=outputs, loss=loss, epochs=steps)
    one = judge(p)
    one.predictions("test", truth, other, np.full(truth.shape, noise))
    return [row for row in one.comparisons() if row.quantity == "class"]


def row_of(verdict: Verdict, differ: float, tied: float, units: float, reason: str = "") -> Comparison:
    return Comparison("small", "float64", "torch", "class", "test", 4, differ, tied, units, verdict, reason)


def column(*numbers: float) -> Any:
    return np.array(numbers)[:, None]


@pytest.mark.parametrize(
    ("truth", "other", "expected"),
    [
        (column(0.3, -0.2), column(0.3, -0.2), row_of(Verdict.HOLDS, 0, 0, 0)),
        (column(0.3, -0.2), column(0.6, -0.2), row_of(Verdict.HOLDS, 0, 0, 0)),  # logits are cut at zero
        (
            column(1e-9, -0.2),
            column(-1e-9, -0.2),
            row_of(Verdict.UNCLEAR, 1, 1, 0, "a tie within rounding"),
        ),
        (column(0.3, 1e-9), column(-0.3, -1e-9), row_of(Verdict.BROKEN, 2, 1, np.inf)),
    ],
    ids=["alike", "logits", "tied", "different"],
)
def test_classes_have_a_row(truth: Array, other: Array, expected: Comparison) -> None:
    found = classified("binary_cross_entropy_from_logits", truth, other, 1e-9)
    assert found == [expected]
    assert type(found[0].max_abs_diff) is type(found[0].noise) is type(found[0].noise_units) is float


def test_regression_has_no_classes() -> None:
    assert classified("mean_squared_error", column(0.3), column(0.9), 1e-9) == []
