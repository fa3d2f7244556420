"""Classes: who decides alike, what is a tie within rounding, and what has no class."""

from typing import Any

import numpy as np
import pytest

from parity.judge.classes import classify, compare_classes
from scratch.tree import Array

NAN, INF = np.nan, np.inf


def column(*numbers: float) -> Array:
    return np.array(numbers)[:, None]


def test_one_column_is_cut_at_half_for_a_probability_and_at_zero_for_a_logit() -> None:
    assert classify(column(0.0, 0.5, 0.51, 1.0)).tolist() == [0, 0, 1, 1]
    assert classify(column(-0.1, 0.0, 0.1, 0.49), cut=0.0).tolist() == [0, 0, 1, 1]
    assert classify(column(0.0, 1.0)).dtype == int


def test_several_columns_are_decided_by_the_largest() -> None:
    assert classify(np.array([[0.1, 0.7, 0.2], [-5.0, -7.0, -6.0]])).tolist() == [1, 0]


@pytest.mark.parametrize("row", [[NAN, 1.0], [1.0, NAN], [INF, 1.0], [-INF, 1.0], [NAN, NAN]])
def test_a_row_that_is_not_finite_has_no_class(row: list[float]) -> None:
    assert classify(np.array([row, [0.0, 1.0]])).tolist() == [-1, 1]
    assert classify(np.array([[NAN], [INF], [0.7]])).tolist() == [-1, -1, 1]


@pytest.mark.parametrize(
    ("truth", "other", "allowed", "different", "tied"),
    [
        ([0.9], [0.8], 0.01, 0, 0),
        ([0.501], [0.499], 0.01, 0, 1),
        ([0.515], [0.49], 0.01, 1, 0),
        ([0.75], [0.25], 0.25, 0, 1),  # just within reach
        ([0.4, 0.6], [0.6, 0.4], 0.01, 1, 0),
        ([0.49, 0.505], [0.505, 0.49], 0.01, 0, 1),  # two columns move: twice as far
        ([0.49, 0.515], [0.515, 0.49], 0.01, 1, 0),
        ([0.3, 0.3, 0.4], [0.3, 0.4, 0.3], 0.01, 1, 0),
        ([NAN, 0.5], [NAN, 0.5], 0.01, 0, 0),
        ([NAN, 0.5], [0.2, 0.5], 0.01, 1, 0),
        ([0.2, 0.5], [0.2, NAN], 0.01, 1, 0),
        ([0.501], [NAN], 0.01, 1, 0),  # no tie without a number on both sides
        ([0.5, 0.5], [NAN, 0.5], INF, 1, 0),
        ([INF, INF], [0.2, 0.5], 0.01, 1, 0),
    ],
)
def test_a_tie_is_no_difference(truth: Any, other: Any, allowed: float, different: int, tied: int) -> None:
    rows = np.array([truth])
    found = compare_classes(rows, np.array([other]), np.full_like(rows, allowed))
    assert (found.different, found.tied) == (different, tied)


def test_logits_are_compared_at_zero() -> None:
    found = compare_classes(column(0.3, -0.2, -0.3), column(0.2, 0.2, 0.2), np.full((3, 1), 0.01), cut=0.0)
    assert (found.different, found.tied) == (2, 0)
    found = compare_classes(column(0.005), column(-0.005), column(0.01), cut=0.0)
    assert (found.different, found.tied) == (0, 1)


def test_rows_are_counted() -> None:
    truth, other = column(0.9, 0.1, 0.5001, 0.9, 0.1), column(0.1, 0.9, 0.4999, 0.9, 0.1)
    found = compare_classes(truth, other, np.full((5, 1), 1e-3))
    assert (found.different, found.tied) == (2, 1)


def test_each_row_has_its_own_noise() -> None:
    truth, other = column(0.501, 0.501), column(0.499, 0.499)
    found = compare_classes(truth, other, column(0.01, 1e-9))
    assert (found.different, found.tied) == (1, 1)


@pytest.mark.parametrize("sick", ["truth", "other"])
def test_a_row_without_numbers_does_not_forbid_ties_in_others(sick: str) -> None:
    truth, other = column(0.501, 0.2), column(0.499, 0.2)
    (truth if sick == "truth" else other)[1] = NAN
    found = compare_classes(truth, other, column(0.01, 0.01))
    assert (found.different, found.tied) == (1, 1)


def test_no_rows_have_no_classes() -> None:
    found = compare_classes(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros((0, 3)))
    assert (found.different, found.tied) == (0, 0)
