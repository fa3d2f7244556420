"""Final predictions, and the classes they stand for: what breaks a verdict that all of training has earned."""

from typing import Any

import numpy as np
import pytest

from parity.judge import Judge
from parity.results import Verdict
from parity.scenarios.problem import Problem
from scratch.tree import Array
from tests.frameworks.problems import problem
from tests.judge.hearing import judge

HOLDS, BROKEN, UNCLEAR = Verdict.HOLDS, Verdict.BROKEN, Verdict.UNCLEAR


def binary() -> Problem:
    return problem("4 tanh", "1 sigmoid", outputs=1, loss="binary_cross_entropy", epochs=4)


def predicted(truth: Array, other: Array, noise: float | Array) -> Any:
    one = judge(binary())
    one.predictions("train", truth, other, np.broadcast_to(noise, truth.shape))
    return one


def test_predictions_come_last() -> None:
    truth = np.array([[0.8], [0.3]])
    found = predicted(truth, truth + 1e-9, 1e-15).findings()
    assert found.verdict is BROKEN
    assert found.first_divergence is not None
    assert (found.first_divergence.step, found.first_divergence.quantity) == (4, "prediction")


def classes(one: Judge) -> Any:
    (row,) = [row for row in one.comparisons() if row.quantity == "class"]
    return row


def test_another_class_is_broken_and_a_tie_is_not() -> None:
    truth = np.array([[0.5001], [0.3]])
    swapped = np.array([[0.4999], [0.3]])
    one = predicted(truth, swapped, 1e-15)
    assert one.findings().verdict is BROKEN
    assert (classes(one).verdict, classes(one).max_abs_diff) == (BROKEN, 1.0)
    tied = predicted(
        truth, swapped, 4e-5
    )  # five noise units: a prediction within the threshold has no other class
    assert (classes(tied).verdict, classes(tied).reason) == (UNCLEAR, "a tie within rounding")
    assert tied.findings().verdict is HOLDS


def test_another_class_alone_is_broken() -> None:
    """The second row is too certain to change sides; beside the noise of the first its change is nothing."""
    truth, other = np.array([[0.8], [0.5001]]), np.array([[0.8], [0.4999]])
    found = predicted(truth, other, np.array([[1e-3], [1e-15]])).findings()
    assert (found.verdict, found.first_divergence) == (BROKEN, None)


def test_predictions_and_classes_are_counted() -> None:
    truth = np.array([[0.8], [0.3]])
    without, with_them = judge(binary()).findings(), predicted(truth, truth, 1e-15).findings()
    assert with_them.compared == without.compared + 2


def test_no_rows_to_predict_are_no_difference() -> None:
    assert predicted(np.zeros((0, 1)), np.zeros((0, 1)), 1e-15).findings().verdict is HOLDS


@pytest.mark.parametrize("shape", [(1, 1), (3, 1), (2, 2), (2,)])
def test_predictions_of_another_shape_are_broken(shape: tuple[int, ...]) -> None:
    one = predicted(np.full((2, 1), 0.75), np.full(shape, 0.75), 1e-15)
    assert one.findings().verdict is BROKEN
    assert not [row for row in one.comparisons() if row.quantity == "class"]


def test_nan_predictions_are_broken() -> None:
    one = predicted(np.array([[0.5], [0.3]]), np.array([[np.nan], [0.3]]), np.inf)
    assert one.findings().verdict is BROKEN
    assert classes(one).verdict is BROKEN
