"""The distance of two arrays: NaN never passes for a number, and nothing is broadcast."""

import numpy as np
import pytest

from parity.judge.measure import distance, entry_distance
from scratch.tree import Array

NAN, INF = np.nan, np.inf
FLOAT = np.finfo(float)

ENTRIES = [
    (1.0, 1.0, 0.0),
    (1.0, -2.0, 3.0),
    (0.0, -0.0, 0.0),
    (INF, INF, 0.0),
    (-INF, -INF, 0.0),
    (INF, -INF, INF),
    (INF, 1.0, INF),
    (1.0, -INF, INF),
    (NAN, NAN, 0.0),
    (NAN, 1.0, INF),
    (1.0, NAN, INF),
    (NAN, INF, INF),
    (INF, NAN, INF),
    (FLOAT.max, -FLOAT.max, INF),
    (FLOAT.tiny, 0.0, FLOAT.tiny),
]


@pytest.mark.parametrize(("truth", "other", "expected"), ENTRIES)
def test_entry_distance(truth: float, other: float, expected: float) -> None:
    assert entry_distance(np.array([truth]), np.array([other])) == [expected]


@pytest.mark.parametrize(("truth", "other", "expected"), ENTRIES)
def test_distance_is_that_of_the_worst_entry(truth: float, other: float, expected: float) -> None:
    mixed = distance(np.array([[2.0, truth, 3.0]]), np.array([[2.0, other, 3.0]]))
    assert mixed.largest == [expected]
    assert mixed.finite == [bool(np.isfinite([truth, other]).all())]


@pytest.mark.parametrize(
    ("truth", "other", "magnitude"),
    [
        ([1.0, -3.0], [1.0, -2.0], 3.0),
        ([1e-17, 0.0], [0.5, 0.0], 0.5),  # of either side: a number is not noise because scratch's own is
        ([INF, 2.0], [INF, 2.0], 2.0),
        ([NAN, 1.0], [4.0, 1.0], 4.0),
        ([NAN, NAN], [NAN, NAN], 0.0),
    ],
)
def test_magnitude_is_the_largest_number_on_either_side(
    truth: list[float], other: list[float], magnitude: float
) -> None:
    assert distance(np.array([truth]), np.array([other])).magnitude == [magnitude]


@pytest.mark.parametrize(
    ("truth", "other", "zero"),
    [
        ([0.0, -0.0], [0.0, 0.0], True),
        ([0.0, 0.0], [0.0, 1e-320], False),
        ([0.0, 1e-320], [0.0, 0.0], False),
        ([1.0, 0.0], [1.0, 0.0], False),
        ([NAN, 0.0], [NAN, 0.0], False),
        ([INF, 0.0], [INF, 0.0], False),
    ],
)
def test_zero_means_exactly_zero_on_both_sides(truth: list[float], other: list[float], zero: bool) -> None:
    assert distance(np.array([truth]), np.array([other])).zero == [zero]


def test_each_step_is_measured_by_itself() -> None:
    truth = np.array([[[1.0, 2.0]], [[3.0, NAN]], [[0.0, 0.0]]])
    apart = distance(truth, truth + np.array([0.5, 0.25, 0.0])[:, None, None])
    assert apart.largest.tolist() == [0.5, 0.25, 0.0]
    assert apart.finite.tolist() == [True, False, True]
    assert apart.zero.tolist() == [False, False, True]


@pytest.mark.parametrize(
    "shape", [(2, 4, 1), (2, 1, 3), (2, 3, 4), (2, 12), (2, 1), (2,), (1, 4, 3), (3, 4, 3), (2, 4, 3, 1)]
)
def test_different_shapes_are_infinitely_far_apart(shape: tuple[int, ...]) -> None:
    """All ones: wherever broadcasting let one of them pass, the distance would be 0."""
    apart = distance(np.ones((2, 4, 3)), np.ones(shape))
    assert apart.largest.tolist() == [INF, INF]
    assert apart.finite.all()
    assert not apart.zero.any()


@pytest.mark.parametrize("shape", [(0, 3, 2), (3, 0), (2, 0, 4)])
def test_empty_arrays_are_no_distance_apart(shape: tuple[int, ...]) -> None:
    apart = distance(np.zeros(shape), np.zeros(shape))
    assert apart.largest.tolist() == [0.0] * shape[0]
    assert apart.magnitude.shape == apart.finite.shape == apart.zero.shape == (shape[0],)


@pytest.mark.parametrize("numbers", [np.array([0.5, 1.5]), np.array([[0.5], [1.5]])])
def test_one_number_a_step(numbers: Array) -> None:
    assert distance(numbers, numbers + 1).largest.tolist() == [1.0, 1.0]


def test_float32_is_subtracted_without_rounding_again() -> None:
    truth, other = np.float32([[1.0]]), np.nextafter(np.float32([[1.0]]), np.float32(2))
    assert distance(truth, other).largest == [2.0**-23]
    large = np.float32([[3e38]])
    assert np.isfinite(distance(large, -large).largest).all()
