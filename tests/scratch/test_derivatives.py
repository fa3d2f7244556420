"""Every ``backward`` against the complex step of its own ``forward``, entry by entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from scratch import Network
from scratch.layers import Dense, Layer, Linear, ReLU, Sigmoid, Softmax, Tanh
from scratch.losses import (
    BinaryCrossEntropy,
    BinaryCrossEntropyFromLogits,
    CategoricalCrossEntropy,
    CategoricalCrossEntropyFromLogits,
    HalfSquaredError,
    Loss,
    MeanSquaredError,
)
from scratch.tree import Array, Tree
from tests.scratch.cases import (
    LAYERS,
    LOSSES,
    MEMBERS,
    LayerCase,
    LossCase,
    layer_numbers,
    loss_numbers,
    name_of,
)
from tests.scratch.oracles import complex_step

ENSEMBLES = [(), (MEMBERS,)]


def assert_derivative(got: Array, want: Array) -> None:
    """Both sides are float64 and a handful of operations long: 16 eps of the largest entry is generous."""
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, rtol=0, atol=16 * np.finfo(float).eps * np.abs(want).max())


def check_layer(case: LayerCase, ensemble: tuple[int, ...] = ()) -> None:
    params, x, dy = layer_numbers(case, ensemble=ensemble)

    def scalar(params: Mapping[str, Array], x: Array) -> complex:
        return (dy * case.layer.forward(params, x)[0]).sum()

    _, cache = case.layer.forward(params, x)
    dx, grads = case.layer.backward(params, cache, dy)
    assert_derivative(dx, complex_step(lambda z: scalar(params, z), x))
    assert list(grads) == list(params)
    for name, array in params.items():
        assert_derivative(
            grads[name], complex_step(lambda z, name=name: scalar(params | {name: z}, x), array)
        )


def check_loss(case: LossCase, ensemble: tuple[int, ...] = ()) -> None:
    prediction, target = loss_numbers(case, ensemble=ensemble)
    value, cache = case.loss.forward(prediction, target)
    assert np.shape(value) == ensemble
    derivative = complex_step(lambda z: case.loss.forward(z, target)[0].sum(), prediction)
    assert_derivative(case.loss.backward(cache), derivative)


@pytest.mark.parametrize("ensemble", ENSEMBLES, ids=["one", "ensemble"])
@pytest.mark.parametrize("case", LAYERS, ids=name_of)
def test_layer(case: LayerCase, ensemble: tuple[int, ...]) -> None:
    check_layer(case, ensemble)


@pytest.mark.parametrize("case", LAYERS, ids=name_of)
def test_gradients_alone_are_those_of_backward(case: LayerCase) -> None:
    params, x, dy = layer_numbers(case)
    _, cache = case.layer.forward(params, x)
    _, grads = case.layer.backward(params, cache, dy)
    np.testing.assert_equal(case.layer.gradients(params, cache, dy), grads)


@pytest.mark.parametrize("ensemble", ENSEMBLES, ids=["one", "ensemble"])
@pytest.mark.parametrize("case", LOSSES, ids=name_of)
def test_loss(case: LossCase, ensemble: tuple[int, ...]) -> None:
    check_loss(case, ensemble)


NETWORKS = {
    "one-layer": (Dense(4),),
    "activation-first": (Tanh(), Dense(4)),
    "two-activations": (Dense(5), Tanh(), Sigmoid(), Dense(4)),
    "deep": (Dense(5), ReLU(), Dense(2, bias=False), Linear(), Dense(6), Tanh(), Dense(4), Softmax()),
}


@pytest.mark.parametrize("case", LOSSES, ids=name_of)
@pytest.mark.parametrize("layers", NETWORKS.values(), ids=NETWORKS)
def test_network(layers: tuple[Layer, ...], case: LossCase) -> None:
    network = Network((*layers, Sigmoid()) if case.probabilities else layers)
    rng = np.random.RandomState(1)
    params: Tree = {
        layer: {name: rng.uniform(-1, 1, shape) for name, shape in own.items()}
        for layer, own in network.shapes(3).items()
    }
    x, target = rng.uniform(-2, 2, (5, 3)), loss_numbers(case)[1]

    def loss(params: Tree) -> complex:
        return case.loss.forward(network.forward(params, x)[0], target)[0]

    prediction, caches = network.forward(params, x)
    grads = network.backward(params, caches, case.loss.backward(case.loss.forward(prediction, target)[1]))
    assert {layer: list(own) for layer, own in grads.items()} == {
        layer: list(own) for layer, own in params.items()
    }
    for layer, own in params.items():
        for name, array in own.items():

            def nudged(z: Array, layer: str = layer, name: str = name) -> complex:
                return loss(params | {layer: params[layer] | {name: z}})

            assert_derivative(grads[layer][name], complex_step(nudged, array))


# What the two checks are worth: each of these mistakes has been made in earnest somewhere.


class SigmoidTwice(Sigmoid):
    def backward(self, params: Mapping[str, Array], y: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        again = Sigmoid().forward({}, y)[0]
        return dy * again * (1 - again), {}


class TanhNotSquared(Tanh):
    def backward(self, params: Mapping[str, Array], y: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        return dy * (1 - y), {}


class SoftmaxDiagonal(Softmax):
    def backward(self, params: Mapping[str, Array], y: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        return dy * y * (1 - y), {}


class ReLUBySignOfError(ReLU):
    def backward(self, params: Mapping[str, Array], on: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        return np.maximum(dy, 0), {}


class LinearHalf(Linear):
    def backward(self, params: Mapping[str, Array], cache: None, dy: Array) -> tuple[Array, dict[str, Array]]:
        return dy / 2, {}


@dataclass(frozen=True)
class WrongDense(Dense):
    mistake: str = ""

    def backward(self, params: Mapping[str, Array], x: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        dx, grads = Dense(self.units).backward(params, x, dy)
        match self.mistake:
            case "bias-mean":
                grads["bias"] = dy.mean(axis=-2)
            case "bias-forgotten":
                del grads["bias"]
            case "bias-over-everything":
                grads["bias"] = grads["bias"] * 0 + dy.sum()
            case "kernel-transposed":
                grads["kernel"] = grads["kernel"].mT
            case "kernel-mean":
                grads["kernel"] = grads["kernel"] / x.shape[-2]
            case "kernel-last-sample":
                grads["kernel"] = x[..., -1:, :].mT @ dy[..., -1:, :]
            case "dx-sign":
                dx = -dx
        return dx, grads


DENSE_MISTAKES = (
    "bias-mean", "bias-forgotten", "bias-over-everything", "kernel-transposed", "kernel-mean",
    "kernel-last-sample", "dx-sign",
)  # fmt: skip
WRONG_LAYERS = [
    LayerCase(wrong.__name__, wrong(), lambda p, x: x)
    for wrong in (SigmoidTwice, TanhNotSquared, SoftmaxDiagonal, ReLUBySignOfError, LinearHalf)
] + [LayerCase(mistake, WrongDense(4, mistake=mistake), lambda p, x: x) for mistake in DENSE_MISTAKES]


@pytest.mark.parametrize("ensemble", ENSEMBLES, ids=["one", "ensemble"])
@pytest.mark.parametrize("wrong", WRONG_LAYERS, ids=name_of)
def test_wrong_layer_is_caught(wrong: LayerCase, ensemble: tuple[int, ...]) -> None:
    with pytest.raises(AssertionError):
        check_layer(wrong, ensemble)


@dataclass(frozen=True)
class Scaled:
    """A loss whose derivative misses a factor."""

    right: Loss
    factor: float

    def forward(self, prediction: Array, target: Array) -> tuple[Array, Any]:
        return self.right.forward(prediction, target)

    def backward(self, cache: Any) -> Array:
        return self.right.backward(cache) * self.factor


class TargetsTakenToSumToOne(CategoricalCrossEntropyFromLogits):
    def backward(self, cache: tuple[Array, Array]) -> Array:
        p, y = cache
        return (p - y) / p.shape[-2]


class ErrorAsDerivative(BinaryCrossEntropy):
    def backward(self, cache: tuple[Array, Array]) -> Array:
        p, y = cache
        return (p - y) / p[..., 0].size


class OtherLabelForgotten(BinaryCrossEntropy):
    def backward(self, cache: tuple[Array, Array]) -> Array:
        p, y = cache
        return -y / p / (p.shape[-2] * p.shape[-1])


WRONG_LOSSES = [
    LossCase("factor-2", Scaled(MeanSquaredError(), 1 / 2), lambda p, y: p),
    LossCase("mean-over-outputs", Scaled(HalfSquaredError(), 1 / 4), lambda p, y: p),
    LossCase("sum-over-samples", Scaled(BinaryCrossEntropyFromLogits(), 5), lambda p, y: p),
    LossCase("sign", Scaled(CategoricalCrossEntropy(), -1), lambda p, y: p, True),
    LossCase("one-percent", Scaled(MeanSquaredError(), 1.01), lambda p, y: p),
    LossCase("targets-sum-to-one", TargetsTakenToSumToOne(), lambda p, y: p),
    LossCase("error-as-derivative", ErrorAsDerivative(), lambda p, y: p, True),
    LossCase("other-label-forgotten", OtherLabelForgotten(), lambda p, y: p, True),
]


@pytest.mark.parametrize("wrong", WRONG_LOSSES, ids=name_of)
def test_wrong_loss_is_caught(wrong: LossCase) -> None:
    with pytest.raises(AssertionError):
        check_loss(wrong)


def test_one_wrong_entry_is_caught() -> None:
    got = np.linspace(0.5, 1, 12).reshape(3, 4)
    one_off = got.copy()
    one_off[2, 1] *= 1 + 1e-13
    assert_derivative(got, got)
    with pytest.raises(AssertionError):
        assert_derivative(one_off, got)


def test_nan_is_caught() -> None:
    got = np.array([1.0, np.nan])
    with pytest.raises(AssertionError):
        assert_derivative(got, np.ones(2))


def test_wrong_shape_is_caught_although_it_would_broadcast() -> None:
    with pytest.raises(AssertionError):
        assert_derivative(np.ones((1, 3)), np.ones((2, 3)))
