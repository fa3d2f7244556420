"""Every layer and every loss beside its textbook formula: the one table that the properties run through.

The formulas are written the naive way, for numbers that neither overflow nor round: on power series
of balls at 200 bits they give values and derivatives that share nothing with the code under test.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

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
from scratch.tree import Array

N, I, O = 5, 3, 4  # noqa: E741 - batch, inputs, outputs: all different, so that a transposed axis shows
MEMBERS = 2


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def _softmax(x: Array) -> Array:
    e = np.exp(x)
    return e / e.sum(axis=-1, keepdims=True)


def _binary(p: Array, y: Array) -> Array:
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


@dataclass(frozen=True)
class LayerCase:
    """A layer, and what the textbook says it computes."""

    name: str
    layer: Layer
    textbook: Callable[[Mapping[str, Array], Array], Array]


@dataclass(frozen=True)
class LossCase:
    """A loss, what the textbook says it is, and whether it wants probabilities."""

    name: str
    loss: Loss
    textbook: Callable[[Array, Array], Array]
    probabilities: bool = False


LAYERS = [
    LayerCase("dense", Dense(O), lambda p, x: x @ p["kernel"] + p["bias"][..., None, :]),
    LayerCase("dense-without-bias", Dense(O, bias=False), lambda p, x: x @ p["kernel"]),
    LayerCase("linear", Linear(), lambda p, x: x),
    LayerCase("relu", ReLU(), lambda p, x: (x + np.sqrt(x * x)) / 2),
    LayerCase("sigmoid", Sigmoid(), lambda p, x: _sigmoid(x)),
    LayerCase("softmax", Softmax(), lambda p, x: _softmax(x)),
    LayerCase("tanh", Tanh(), lambda p, x: 1 - 2 / (1 + np.exp(2 * x))),
]

LOSSES = [
    LossCase("mean-squared-error", MeanSquaredError(), lambda p, y: ((p - y) * (p - y)).sum() / (N * O)),
    LossCase("half-squared-error", HalfSquaredError(), lambda p, y: ((p - y) * (p - y)).sum() / 2 / N),
    LossCase("binary-cross-entropy", BinaryCrossEntropy(), lambda p, y: _binary(p, y).sum() / (N * O), True),
    LossCase(
        "binary-cross-entropy-from-logits",
        BinaryCrossEntropyFromLogits(),
        lambda z, y: _binary(_sigmoid(z), y).sum() / (N * O),
    ),
    LossCase(
        "categorical-cross-entropy",
        CategoricalCrossEntropy(),
        lambda p, y: -(y * np.log(p)).sum() / N,
        True,
    ),
    LossCase(
        "categorical-cross-entropy-from-logits",
        CategoricalCrossEntropyFromLogits(),
        lambda z, y: -(y * np.log(_softmax(z))).sum() / N,
    ),
]


def name_of(case: LayerCase | LossCase) -> str:
    """Return the name of a case, for the test's id."""
    return case.name


def layer_numbers(
    case: LayerCase, seed: int = 0, ensemble: tuple[int, ...] = ()
) -> tuple[dict[str, Array], Array, Array]:
    """Return random parameters (biases too), input and ``dy``, exact in float16 and away from 0."""
    rng = np.random.RandomState(seed)
    shapes = case.layer.shapes(I)
    params = {name: _short(rng.uniform(-1, 1, ensemble + shape)) for name, shape in shapes.items()}
    x = rng.choice([-1, 1], (*ensemble, N, I)) * rng.uniform(0.1, 3, (*ensemble, N, I))
    return params, _short(x), _short(rng.uniform(-1, 1, (*ensemble, N, case.layer.outputs(I))))


def loss_numbers(case: LossCase, seed: int = 0, ensemble: tuple[int, ...] = ()) -> tuple[Array, Array]:
    """Return random predictions and soft targets whose rows do not sum to one, exact in float16."""
    rng = np.random.RandomState(seed)
    shape = (*ensemble, N, O)
    prediction = rng.uniform(0.05, 0.95, shape) if case.probabilities else rng.uniform(-3, 3, shape)
    return _short(prediction), _short(rng.uniform(0, 1, shape))


def _short(x: Array) -> Array:
    """Return ``x`` in steps of 1/256, which every number type represents."""
    return np.round(x * 256) / 256
