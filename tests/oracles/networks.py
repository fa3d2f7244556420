"""Random networks with an honest hand-written gradient, for the gradient check to judge."""

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import frozen

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
from scratch.tree import Tree, cast

HIDDEN: dict[str, Layer] = {"linear": Linear(), "relu": ReLU(), "sigmoid": Sigmoid(), "tanh": Tanh()}

ENDINGS: dict[str, tuple[Layer, Loss]] = {
    "mean squared error": (Linear(), MeanSquaredError()),
    "half squared error": (Tanh(), HalfSquaredError()),
    "binary cross-entropy": (Sigmoid(), BinaryCrossEntropy()),
    "binary cross-entropy from logits": (Linear(), BinaryCrossEntropyFromLogits()),
    "categorical cross-entropy": (Softmax(), CategoricalCrossEntropy()),
    "categorical cross-entropy from logits": (Linear(), CategoricalCrossEntropyFromLogits()),
}
"""What stands behind the last dense layer, by the loss."""


@frozen(eq=False)
class Subject:
    """A loss, its parameters, and their gradient."""

    loss: Callable[[Any], Any]
    params: Tree
    grads: Tree


def subject(
    widths: list[int],
    hidden: list[str],
    ending: str = "mean squared error",
    batch: int = 8,
    seed: int = 0,
    dtype: str = "float64",
    scale: float = 1.0,
) -> Subject:
    """Return a network of ``widths``, inputs first, on random data; weights of a large ``scale`` saturate it."""
    rng = np.random.default_rng(seed)
    last, loss = ENDINGS[ending]
    layers: list[Layer] = []
    for units, name in zip(widths[1:], [*hidden, None], strict=True):
        layers += [Dense(units), HIDDEN[name] if name else last]
    network = Network(tuple(layers))
    params = {
        layer: {
            name: scale * rng.normal(size=shape) / max(shape[0], 2) ** 0.5 for name, shape in shapes.items()
        }
        for layer, shapes in network.shapes(widths[0]).items()
    }
    x = rng.normal(size=(batch, widths[0])).astype(dtype)
    if ending.startswith("categorical"):
        y = np.eye(widths[-1])[rng.integers(widths[-1], size=batch)].astype(dtype)
    else:
        y = rng.integers(2, size=(batch, widths[-1])).astype(dtype)
    params = cast(params, dtype)

    def forward(params: Tree) -> Any:
        return loss.forward(network.forward(params, x)[0], y)[0]

    prediction, caches = network.forward(params, x)
    _, cache = loss.forward(prediction, y)
    return Subject(forward, params, network.backward(params, caches, loss.backward(cache)))
