"""Huge scores, infinities and NaN: what is claimed to be quiet is quiet, and what is broken stays visible."""

import warnings

import numpy as np
import pytest

from scratch import Network
from scratch.layers import Dense, ReLU, Sigmoid, Softmax, Tanh
from scratch.losses import (
    BinaryCrossEntropyFromLogits,
    CategoricalCrossEntropyFromLogits,
    MeanSquaredError,
)
from tests.scratch.cases import LAYERS, LOSSES, LayerCase, LossCase, layer_numbers, loss_numbers, name_of

FLOATS = [np.float16, np.float32, np.float64, np.longdouble]
TYPES = [*FLOATS, np.complex128]
SCORES = np.array([[-1e4, -90.0, 0.0], [1e4, 40.0, -1.0], [720.0, 9_999.0, 1e4]])
HARD = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])


def loud() -> np.errstate:
    """Turn every floating-point flag into an error, underflow apart.

    exp(-10000) is smaller than any number and becomes 0, which is right to the last digit: an
    underflow here is what "stable" looks like.
    """
    return np.errstate(all="raise", under="ignore")


@pytest.mark.parametrize("dtype", TYPES, ids=lambda t: np.dtype(t).name)
@pytest.mark.parametrize("layer", [Sigmoid(), Softmax(), Tanh(), ReLU()], ids=lambda c: type(c).__name__)
def test_layers_are_quiet(layer: Sigmoid, dtype: type) -> None:
    with loud():
        y, cache = layer.forward({}, SCORES.astype(dtype))
        dx, _ = layer.backward({}, cache, np.ones_like(y))
    assert np.isfinite(y).all()
    assert np.isfinite(dx).all()


@pytest.mark.parametrize("dtype", TYPES, ids=lambda t: np.dtype(t).name)
@pytest.mark.parametrize(
    "loss",
    [BinaryCrossEntropyFromLogits(), CategoricalCrossEntropyFromLogits()],
    ids=lambda c: type(c).__name__,
)
def test_losses_from_logits_are_quiet(loss: BinaryCrossEntropyFromLogits, dtype: type) -> None:
    """Also in float16, as long as the sum over the batch stays below its largest number, 65504."""
    with loud():
        value, cache = loss.forward(SCORES.astype(dtype), HARD.astype(dtype))
        dz = loss.backward(cache)
    assert np.isfinite(value)
    assert np.isfinite(dz).all()


def test_values_at_the_ends() -> None:
    x = np.array([[-1e4, 0.0, 1e4]])
    np.testing.assert_array_equal(Sigmoid().forward({}, x)[0], [[0, 0.5, 1]])
    np.testing.assert_array_equal(Tanh().forward({}, x)[0], [[-1, 0, 1]])
    np.testing.assert_array_equal(Softmax().forward({}, x)[0], [[0, 0, 1]])


def test_naive_sigmoid_would_be_loud() -> None:
    """The check sees the bug that it is for: 1 / (1 + exp(-x)) overflows, and NumPy says so."""
    with loud(), pytest.raises(FloatingPointError, match="overflow"):
        1 / (1 + np.exp(-SCORES))
    with loud(), pytest.raises(FloatingPointError, match="overflow"):
        np.exp(SCORES) / np.exp(SCORES).sum(axis=-1, keepdims=True)
    with loud(), pytest.raises(FloatingPointError, match="divide by zero"):
        np.log(Sigmoid().forward({}, SCORES)[0])


# NaN. A bug that turns up as NaN must not be lost on its way to the loss.


@pytest.mark.parametrize("dtype", FLOATS, ids=lambda t: np.dtype(t).name)
@pytest.mark.parametrize("case", LAYERS, ids=name_of)
def test_nan_goes_through_layers(case: LayerCase, dtype: type) -> None:
    params, x, dy = layer_numbers(case)
    own = {name: array.astype(dtype) for name, array in params.items()}
    sick_x, sick_dy = x.astype(dtype), dy.astype(dtype)
    sick_x[1, 2] = sick_dy[3, 0] = np.nan
    y, _ = case.layer.forward(own, sick_x)
    _, cache = case.layer.forward(own, x.astype(dtype))
    dx, grads = case.layer.backward(own, cache, sick_dy)
    assert np.isnan(y[1]).any()
    assert not np.isnan(np.delete(y, 1, axis=0)).any()
    assert np.isnan(dx[3]).any()
    assert all(np.isnan(grad).any() for grad in grads.values())


@pytest.mark.parametrize("dtype", FLOATS, ids=lambda t: np.dtype(t).name)
@pytest.mark.parametrize("sick", ["prediction", "target"])
@pytest.mark.parametrize("case", LOSSES, ids=name_of)
def test_nan_goes_through_losses(case: LossCase, sick: str, dtype: type) -> None:
    prediction, target = (array.astype(dtype) for array in loss_numbers(case))
    (prediction if sick == "prediction" else target)[1, 2] = np.nan
    with np.errstate(invalid="ignore"):
        value, cache = case.loss.forward(prediction, target)
        derivative = case.loss.backward(cache)
    assert np.isnan(value)
    assert np.isnan(derivative[1, 2])
    assert not np.isnan(np.delete(derivative, 1, axis=0)).any()


@pytest.mark.parametrize("place", ["input", "weight"])
def test_nan_reaches_every_gradient(place: str) -> None:
    network = Network((Dense(4), ReLU(), Dense(3), Tanh(), Dense(2), Sigmoid()))
    rng = np.random.RandomState(0)
    params = {
        layer: {name: rng.uniform(-1, 1, shape) for name, shape in own.items()}
        for layer, own in network.shapes(2).items()
    }
    x = rng.uniform(-1, 1, (3, 2))
    (x if place == "input" else params["dense_1"]["kernel"])[0, 0] = np.nan
    prediction, caches = network.forward(params, x)
    value, cache = MeanSquaredError().forward(prediction, np.zeros((3, 2)))
    grads = network.backward(params, caches, MeanSquaredError().backward(cache))
    assert np.isnan(value)
    assert all(np.isnan(grad).any() for own in grads.values() for grad in own.values())


def test_no_warning_where_nothing_is_wrong() -> None:
    """Ordinary numbers are quiet in every layer and loss, underflow included."""
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for layer_case in LAYERS:
            params, x, dy = layer_numbers(layer_case)
            layer_case.layer.backward(params, layer_case.layer.forward(params, x)[1], dy)
        for loss_case in LOSSES:
            prediction, target = loss_numbers(loss_case)
            loss_case.loss.backward(loss_case.loss.forward(prediction, target)[1])
