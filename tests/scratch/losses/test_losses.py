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


def test_probabilities_of_zero_and_one() -> None:
    """Nothing is clipped: a certain mistake costs infinity, and 0 · log 0 is NaN, not a silent 0."""
    zero, one = np.array([[0.0]]), np.array([[1.0]])
    with np.errstate(divide="ignore", invalid="ignore"):
        assert BinaryCrossEntropy().forward(np.array([[5e-324]]), one)[0] > 744
        assert np.isnan(BinaryCrossEntropy().forward(zero, zero)[0])
        assert np.isposinf(CategoricalCrossEntropy().forward(zero, one)[0])
        assert np.isnan(CategoricalCrossEntropy().forward(zero, zero)[0])
