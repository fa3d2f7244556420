"""Kinds of loss, and the constants by which a gradient is off."""

import numpy as np
import pytest

from parity.checking.losses import SQUARED, Constant, fit, named
from parity.checking.reported import called

BASE = {"dense_1/kernel": np.array([[1.0, -2.0], [0.5, 3.0]]), "dense_1/bias": np.array([0.25, -1.0])}


def scaled(factor: float) -> dict[str, np.ndarray]:
    return {path: factor * array for path, array in BASE.items()}


@pytest.mark.parametrize("factor", [1.0, -2.0, 0.5, 6.0, 1e-9])
def test_a_multiple_is_found(factor: float) -> None:
    found = fit(scaled(factor), BASE)
    assert found.constant == pytest.approx(factor, rel=1e-12)
    assert found.worst < 1e-12


def test_nothing_is_no_multiple_of_anything() -> None:
    assert fit(scaled(0.0), BASE).worst == np.inf


def test_nan_is_no_multiple() -> None:
    assert not fit(scaled(np.nan), BASE).worst < 1


def test_one_wrong_parameter_is_seen_and_the_others_are_right_by_themselves() -> None:
    found = fit(scaled(2.0) | {"dense_1/bias": np.array([1.0, 1.0])}, BASE)
    assert found.worst > 0.1
    assert found.right == {"dense_1/kernel": pytest.approx(2.0)}


def test_a_single_number_says_nothing_by_itself() -> None:
    one = {"dense_1/bias": np.array([3.0])}
    assert fit({"dense_1/bias": np.array([-7.0])}, one).right == {}


@pytest.mark.parametrize(
    ("values", "outputs", "text"),
    [
        ({1: 1.0, 6: 1.0}, 4, "1"),
        ({1: 0.5, 6: 0.5}, 4, "1/2"),
        ({1: 1.0, 6: 1 / 6}, 4, "1/N"),
        ({1: 1.0, 6: 6.0}, 4, "N"),
        ({1: 0.25, 6: 1 / 24}, 4, "1/(N n_out)"),
        ({1: 0.5, 6: 1 / 12}, 1, "1/(2 N)"),
        ({1: -1.0, 6: -1.0}, 4, "-1"),
    ],
)
def test_constants_are_named_by_what_they_do_at_two_batch_sizes(
    values: dict[int, float], outputs: int, text: str
) -> None:
    assert str(named(values, outputs)) == text


def test_a_constant_without_a_name_has_none() -> None:
    assert named({1: 0.3, 6: 0.3}, 4) is None
    assert named({1: 1.0, 6: 0.37}, 4) is None


@pytest.mark.parametrize(
    ("constant", "text"),
    [
        (Constant(0, 0, 1.0), "sum of squared errors"),
        (Constant(0, 0, 0.5), "half the sum of squared errors"),
        (Constant(-1, 0, 0.5), "half the sum of squared errors, averaged over samples"),
        (Constant(-1, -1, 1.0), "mean squared error"),
    ],
)
def test_losses_are_called_as_people_call_them(constant: Constant, text: str) -> None:
    assert called(SQUARED, constant) == text
