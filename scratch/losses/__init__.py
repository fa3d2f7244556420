"""Losses: one a file, the number and directly below it its derivative by the prediction."""

from scratch.losses.binary_cross_entropy import BinaryCrossEntropy
from scratch.losses.binary_cross_entropy_from_logits import BinaryCrossEntropyFromLogits
from scratch.losses.categorical_cross_entropy import CategoricalCrossEntropy
from scratch.losses.categorical_cross_entropy_from_logits import CategoricalCrossEntropyFromLogits
from scratch.losses.half_squared_error import HalfSquaredError
from scratch.losses.loss import Loss
from scratch.losses.mean_squared_error import MeanSquaredError

__all__ = [
    "BinaryCrossEntropy",
    "BinaryCrossEntropyFromLogits",
    "CategoricalCrossEntropy",
    "CategoricalCrossEntropyFromLogits",
    "HalfSquaredError",
    "Loss",
    "MeanSquaredError",
]
