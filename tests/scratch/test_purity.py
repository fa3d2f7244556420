"""Nothing is modified, nothing is remembered: read-only arrays go in, and two calls say the same."""

from collections.abc import Callable

import numpy as np
import pytest

from scratch import Network, begin, train_step
from scratch.layers import Dense, ReLU, Softmax, Tanh
from scratch.losses import CategoricalCrossEntropy
from scratch.optimizers import SGD
from scratch.tree import Array, Tree, map_tree
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


def locked(array: Array) -> Array:
    array.setflags(write=False)
    return array


def check_pure(function: Callable[..., object], *arguments: object) -> None:
    """Call twice: writing into a locked array raises ValueError, and both results must be the same bits."""
    np.testing.assert_equal(function(*arguments), function(*arguments))


@pytest.mark.parametrize("ensemble", [(), (MEMBERS,)], ids=["one", "ensemble"])
@pytest.mark.parametrize("case", LAYERS, ids=name_of)
def test_layers(case: LayerCase, ensemble: tuple[int, ...]) -> None:
    params, x, dy = layer_numbers(case, ensemble=ensemble)
    params = {name: locked(array) for name, array in params.items()}
    _, cache = case.layer.forward(params, locked(x))
    check_pure(case.layer.forward, params, x)
    check_pure(case.layer.backward, params, locked(cache) if cache is not None else None, locked(dy))


@pytest.mark.parametrize("case", LOSSES, ids=name_of)
def test_losses(case: LossCase) -> None:
    prediction, target = loss_numbers(case)
    check_pure(case.loss.forward, locked(prediction), locked(target))
    _, cache = case.loss.forward(prediction, target)
    for array in cache if isinstance(cache, tuple) else (cache,):
        locked(array)
    check_pure(case.loss.backward, cache)


@pytest.mark.parametrize("optimizer", [SGD(0.1), SGD(0.1, 0.9), SGD(0.1, 0.9, nesterov=True)], ids=str)
def test_training_step(optimizer: SGD) -> None:
    network = Network((Dense(4), Tanh(), Dense(5), ReLU(), Dense(3), Softmax()))
    rng = np.random.RandomState(0)
    params: Tree = {
        layer: {name: rng.uniform(-1, 1, shape) for name, shape in own.items()}
        for layer, own in network.shapes(2).items()
    }
    x, y = locked(rng.uniform(-1, 1, (6, 2))), locked(rng.uniform(0, 1, (6, 3)))
    state = begin(optimizer, params)
    for _ in range(3):  # the velocity is not zero any more
        state, _ = train_step(network, CategoricalCrossEntropy(), optimizer, state, x, y)
    map_tree(locked, state.params)
    if state.velocity:
        map_tree(locked, state.velocity)
    check_pure(lambda: train_step(network, CategoricalCrossEntropy(), optimizer, state, x, y))


@pytest.mark.parametrize(
    "thing", [*(case.layer for case in LAYERS), *(case.loss for case in LOSSES), SGD(0.1)], ids=repr
)
def test_nothing_can_be_remembered(thing: object) -> None:
    with pytest.raises((AttributeError, TypeError)):
        thing.memory = 1


# What the check is worth.


def test_writing_into_an_argument_is_caught() -> None:
    def in_place(x: Array) -> Array:
        x *= 2
        return x

    with pytest.raises(ValueError, match="read-only"):
        check_pure(in_place, locked(np.ones(3)))


def test_memory_is_caught() -> None:
    calls: list[int] = []

    def counting(x: Array) -> Array:
        calls.append(1)
        return x * len(calls)

    with pytest.raises(AssertionError):
        check_pure(counting, locked(np.ones(3)))
