"""Losses worked out by hand, their scale above all, and what they do where a probability is 0 or 1."""

import numpy as np
import pytest

from scratch.losses import (
    BinaryCrossEntropy,
    BinaryCrossEntropyFromLogits,
    CategoricalCrossEntropy,
    CategoricalCrossEntropyFromLogits,
    HalfSquaredError,
    Loss,
    MeanSquaredError,
)

ERRORS = np.array([[1.0, 2.0, 0.0], [-1.0, 0.0, 4.0]])  # squares: 22 in all, 6 entries, 2 rows
HALVES = np.full((2, 2), 0.5)
SURE = np.array([[1.0, 0.0], [0.0, 1.0]])


@pytest.mark.parametrize(
    ("loss", "prediction", "target", "by_hand"),
    [
        (MeanSquaredError(), ERRORS, 0 * ERRORS, 22 / 6),  # a mean over everything
        (HalfSquaredError(), ERRORS, 0 * ERRORS, 22 / 2 / 2),  # a sum over outputs, a mean over rows
        (BinaryCrossEntropy(), HALVES, SURE, np.log(2)),  # log 2 for each entry, a mean over everything
        (BinaryCrossEntropyFromLogits(), 0 * HALVES, SURE, np.log(2)),
        (CategoricalCrossEntropy(), HALVES, SURE, np.log(2)),  # log 2 for each row, a mean over rows
        (CategoricalCrossEntropyFromLogits(), 0 * HALVES, SURE, np.log(2)),
        (CategoricalCrossEntropyFromLogits(), 0 * HALVES, 2 * SURE, 2 * np.log(2)),  # targets are weights
    ],
    ids=lambda value: type(value).__name__ if hasattr(value, "forward") else "",
)
def test_by_hand(loss: Loss, prediction: np.ndarray, target: np.ndarray, by_hand: float) -> None:
    np.testing.assert_allclose(loss.forward(prediction, target)[0], by_hand, rtol=1e-15)


@pytest.mark.parametrize("z", [20.0, 30.0, 100.0])
def test_confident_logits_keep_the_digits_of_a_tiny_loss(z: float) -> None:
    """softplus(z) - z, computed in this order, is exactly 0 from z = 37 on; the loss is exp(-z)."""
    for score, label in ((z, 1.0), (-z, 0.0)):
        value, _ = BinaryCrossEntropyFromLogits().forward(np.array([[score]]), np.array([[label]]))
        np.testing.assert_allclose(value, np.log1p(np.exp(-z)), rtol=1e-15)


@pytest.mark.parametrize("loss", [BinaryCrossEntropy(), CategoricalCrossEntropy()])
def test_to_be_certain_and_right_costs_nothing(loss: Loss) -> None:
    """0 log 0 and 0 / 0 are taken as their limits, quietly."""
    p = np.array([[0.0, 1.0]])
    with np.errstate(all="raise"):
        value, cache = loss.forward(p, p)
        derivative = loss.backward(cache)
    assert value == 0
    assert np.isfinite(derivative).all()


@pytest.mark.parametrize("loss", [BinaryCrossEntropy(), CategoricalCrossEntropy()])
def test_to_be_certain_and_wrong_costs_infinity(loss: Loss) -> None:
    """Nothing is clipped."""
    with np.errstate(divide="ignore"):
        assert np.isposinf(loss.forward(np.array([[0.0]]), np.array([[1.0]]))[0])
        assert 744 < loss.forward(np.array([[5e-324]]), np.array([[1.0]]))[0] < np.inf


@pytest.mark.parametrize("loss", [BinaryCrossEntropy(), CategoricalCrossEntropy()])
def test_nan_is_not_taken_for_certainty(loss: Loss) -> None:
    value, cache = loss.forward(np.array([[np.nan, 0.5]]), np.array([[0.0, 1.0]]))
    assert np.isnan(value)
    assert np.isnan(loss.backward(cache)[0, 0])
