"""The same network as a problem of ours: what scratch, PyTorch and Keras train beside the user's."""

from collections.abc import Mapping

import numpy as np
from attrs import evolve

from parity.checking.network import Network, Weights
from parity.scenarios.model import Data, LayerSpec, Scenario, Training
from parity.scenarios.problem import LOSSES, Problem
from scratch import layers
from scratch.datasets import Dataset
from scratch.network import Network as HandNetwork
from scratch.tree import Array, unflatten

ACTIVATIONS: Mapping[str, layers.Layer] = {
    "linear": layers.Linear(),
    "sigmoid": layers.Sigmoid(),
    "tanh": layers.Tanh(),
    "relu": layers.ReLU(),
    "softmax": layers.Softmax(),
}


def problem(
    network: Network,
    weights: Weights,
    x: Array,
    y: Array,
    loss: str,
    *,
    rate: float = 1.0,
    momentum: float = 0.0,
    in_turn: bool = False,
    passes: int = 1,
    dtype: str = "float64",
) -> Problem:
    """Return the problem that the user's network was given.

    Args:
        network: what it was understood to be.
        weights: initial ones, by our paths.
        x: samples (N, I).
        y: targets (N, O).
        loss: a loss of :data:`parity.scenarios.problem.LOSSES`.
        rate: learning rate, for gradient descent on exactly that loss.
        momentum: of the optimizer.
        in_turn: one sample after the other, instead of all at once.
        passes: over the data.
        dtype: number type.
    """
    training = Training(loss, rate, passes, momentum, batch_size=1 if in_turn else None)  # type: ignore[arg-type]
    specs = [LayerSpec(layer.outputs, None, layer.has_bias) for layer in network.layers]
    scenario = Scenario("your-network", "Your network", Data(), specs, training=training)
    params = unflatten({path: np.array(value, dtype=dtype) for path, value in weights.items()})
    dataset = Dataset.of(x, y, names("x", x.shape[1]), names("y", y.shape[1]))
    return Problem(scenario, dtype, by_hand(network), params, dataset, x.astype(dtype), y.astype(dtype))


def with_rate(some: Problem, rate: float) -> Problem:
    """Return a problem with another learning rate; the rules planted into it stay."""
    assert some.scenario.training is not None
    return evolve(
        some, scenario=evolve(some.scenario, training=evolve(some.scenario.training, learning_rate=rate))
    )


def names(letter: str, count: int) -> tuple[str, ...]:
    """Return names for columns: ``x1``, ``x2`` and so on."""
    return tuple(f"{letter}{number + 1}" for number in range(count))


def by_hand(network: Network) -> HandNetwork:
    """Return the network by hand that it was understood to be."""
    chain: list[layers.Layer] = []
    for layer in network.layers:
        chain.append(layers.Dense(layer.outputs, bias=layer.has_bias))
        chain += [activation(name) for name in layer.activations if name != "linear"]
    return HandNetwork(tuple(chain))


def activation(name: str) -> layers.Layer:
    """Return an activation by the name that a reading gives it: ``relu``, ``leaky_relu(0.1)``."""
    if name.startswith("leaky_relu"):
        return layers.LeakyReLU(float(name[len("leaky_relu(") : -1]))
    return ACTIVATIONS[name]


def loss_value(loss: str, prediction: Array, target: Array) -> float:
    """Return a loss of ours of an output and targets, both (N, O)."""
    with np.errstate(all="ignore"):
        return float(LOSSES[loss].forward(prediction, target)[0])
