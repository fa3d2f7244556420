"""What is said of an array that leaves scratch."""

import math

import numpy as np
import pytest

from parity.judge.divergence import diverges
from parity.judge.reference import past_horizon
from parity.report.divergence import first_differs
from parity.results import Divergence
from scratch.tree import Array

S = np.array([[1.0, -2.0], [0.5, 4.0]])


def described(other: Array, truth: Array = S, units: float = 100.0) -> Divergence:
    return diverges("gradient", "dense_1/kernel", 3, truth, other, units, allowed=1e-14)


@pytest.mark.parametrize("factor", [2.0, 0.5, -1.0, 32.0, 1 / 3])
def test_a_constant_factor_is_read_off(factor: float) -> None:
    found = described(S / factor)
    assert found.ratio == pytest.approx(factor, rel=1e-14)
    assert found.cosine == pytest.approx(math.copysign(1, factor), rel=1e-14)
    assert found.uniform


@pytest.mark.parametrize("size", [1e-9, 1e9])
def test_a_constant_factor_is_read_off_numbers_of_any_size(size: float) -> None:
    found = diverges("gradient", "dense_1/kernel", 3, S * size, S * size / 4, 100.0, allowed=1e-14 * size)
    assert found.ratio == pytest.approx(4, rel=1e-14)
    assert found.uniform


def test_a_factor_that_fits_exactly_needs_no_noise() -> None:
    found = diverges("loss", "all", 3, np.array(1.0), np.array(2.0), np.inf, allowed=0.0)
    assert (found.ratio, found.uniform) == (0.5, True)


@pytest.mark.parametrize(("factor", "apart", "uniform"), [(1, 0.9, True), (1, 1.5, False), (4, 3.5, True)])
def test_the_same_everywhere_means_to_rounding(factor: float, apart: float, uniform: bool) -> None:
    """What the factor leaves may be as large as the noise, or the noise times the factor where that is larger."""
    allowed = 1e-3
    left = np.array([apart, -apart]) * allowed
    found = diverges(
        "gradient", "dense_1/bias", 3, np.full(2, float(factor)) + left, np.ones(2), 100.0, allowed
    )
    assert found.ratio == pytest.approx(factor, rel=1e-5)
    assert found.uniform is uniform


def test_one_wrong_entry_is_no_constant_factor() -> None:
    found = described(S + np.array([[0, 0], [0, 1e-6]]))
    assert not found.uniform
    assert (found.index, found.scratch, found.framework) == ([1, 1], 4.0, 4.0 + 1e-6)


def test_another_direction_shows_in_the_cosine() -> None:
    assert described(np.array([[2.0, 1.0], [4.0, -0.5]])).cosine == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("size", [0.0, np.nan, np.inf, 1e200], ids=str)  # the square of 1e200 is infinite
def test_where_there_is_no_direction_none_is_named(size: float) -> None:
    nowhere = np.full((2, 2), size)
    for found in (described(nowhere, units=np.inf), described(S, truth=nowhere, units=np.inf)):
        assert math.isnan(found.cosine)
        assert math.isnan(found.ratio)
        assert not found.uniform


def test_other_shapes_have_no_worst_entry() -> None:
    found = described(np.zeros(4))
    assert (found.step, found.quantity, found.parameter) == (3, "gradient", "dense_1/kernel")
    assert found.index == []
    assert np.isnan([found.framework, found.scratch, found.cosine, found.ratio]).all()
    assert found.uniform is False


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_below_the_smallest_normal_one_are_no_evidence(dtype: type) -> None:
    """A wrong gradient of that size could be anything: frameworks may flush it to zero."""
    tiny = float(np.finfo(dtype).tiny)
    assert past_horizon(np.array([tiny]), np.array([tiny / 10])).all()
    assert not past_horizon(np.array([tiny]), np.array([tiny * 100])).any()
    assert not past_horizon(np.array([tiny]), np.zeros(1)).any()


def test_a_tenth_is_not_yet_beyond_the_horizon() -> None:
    assert not past_horizon(np.array([0.1]), np.array([1.0])).any()
    assert past_horizon(np.array([np.nextafter(0.1, 1)]), np.array([1.0])).all()


def test_both_infinite_is_said_as_such() -> None:
    found = diverges("loss", "all", 51, np.array(np.inf), np.array(np.inf), np.inf, allowed=0.0)
    assert "is inf in both from step 51 on" in first_differs(found)
    one = diverges("loss", "all", 51, np.array(1.0), np.array(np.inf), np.inf, allowed=0.0)
    assert "first differs at step 51" in first_differs(one)
