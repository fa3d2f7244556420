"""A stack of networks trained in one call is the same networks trained one by one.

Not nearly: bit for bit. ``matmul`` is a generalised ufunc that walks over the leading axis and hands
one member's matrices at a time to BLAS, choosing its routine (gemm, gemv, dot) by the shape and the
strides of those matrices alone; a stack of C-ordered arrays has the strides of its members, so each
product is the same call with the same numbers. Element-wise functions round every entry on its own,
and a sum over (batch, outputs) runs over the same contiguous stretch of each member in the same order.
What would break it is folding the members into one larger product (``einsum`` with ``optimize``,
reshaping to (I, members · O)): other blocks, another order of additions, other last digits.
"""

import numpy as np
import pytest

from scratch import Network, State, begin, train_step
from scratch.datasets import bump, sensor, xor
from scratch.initializers import initialize, normal
from scratch.layers import Dense, ReLU, Sigmoid, Softmax, Tanh
from scratch.losses import (
    BinaryCrossEntropyFromLogits,
    CategoricalCrossEntropy,
    CategoricalCrossEntropyFromLogits,
    HalfSquaredError,
    Loss,
    MeanSquaredError,
)
from scratch.optimizers import SGD
from scratch.tree import Array, Tree, cast, flatten, map_tree

MEMBERS = 50
RATES = np.linspace(0.05, 0.5, MEMBERS)
MOMENTA = np.linspace(0, 0.9, MEMBERS)

PROBLEMS = {  # layers, loss, dataset, steps
    "xor": ((Dense(4), Sigmoid(), Dense(1), Sigmoid()), MeanSquaredError(), xor, 300),
    "xor-logits": ((Dense(5), Tanh(), Dense(1)), BinaryCrossEntropyFromLogits(), xor, 100),
    "bump-one-unit": ((Dense(1), Sigmoid(), Dense(1)), HalfSquaredError(), bump, 300),
    "sensor": ((Dense(16), ReLU(), Dense(3)), CategoricalCrossEntropyFromLogits(), sensor, 60),
    "sensor-softmax": ((Dense(7), Tanh(), Dense(3), Softmax()), CategoricalCrossEntropy(), sensor, 60),
}


def train(
    network: Network, loss: Loss, optimizer: SGD, params: Tree, data: tuple[Array, Array], steps: int
) -> tuple[State, Array]:
    state, losses = begin(optimizer, params), []
    for _ in range(steps):
        state, value = train_step(network, loss, optimizer, state, *data)
        losses.append(value)
    return state, np.array(losses)


def members_of(network: Network, inputs: int, dtype: type) -> list[Tree]:
    """Return one set of parameters for each seed, random biases too."""
    return [
        cast(
            initialize(network.shapes(inputs), normal(), np.random.RandomState(seed), random_biases=True),
            dtype,
        )
        for seed in range(MEMBERS)
    ]


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
def test_members_are_the_single_runs_bit_for_bit(problem: tuple, dtype: type) -> None:
    layers, loss, dataset, steps = problem
    network, rows = Network(layers), dataset(np.random.RandomState(42))
    data = rows.inputs.astype(dtype), rows.targets.astype(dtype)
    trees = members_of(network, data[0].shape[1], dtype)
    together, losses = train(
        network, loss, SGD(RATES, MOMENTA), map_tree(lambda *a: np.stack(a), *trees), data, steps
    )
    assert losses.dtype == dtype
    for k in range(MEMBERS):
        optimizer = SGD(float(RATES[k]), float(MOMENTA[k]))
        alone, own_losses = train(network, loss, optimizer, trees[k], data, steps)
        np.testing.assert_array_equal(losses[:, k], own_losses)
        for path, array in flatten(alone.params).items():
            stacked = flatten(together.params)[path]
            assert stacked.dtype == array.dtype == dtype
            np.testing.assert_array_equal(stacked[k], array, err_msg=f"{path} of member {k}")


def test_members_may_have_batches_of_their_own() -> None:
    network, optimizer = Network((Dense(4), Tanh(), Dense(2))), SGD(0.1)
    rng = np.random.RandomState(0)
    x, y = rng.randn(MEMBERS, 8, 3), rng.randn(MEMBERS, 8, 2)
    trees = members_of(network, 3, np.float64)
    stack = map_tree(lambda *a: np.stack(a), *trees)
    together, losses = train(network, MeanSquaredError(), optimizer, stack, (x, y), 20)
    for k in (0, 17, MEMBERS - 1):
        alone, own = train(network, MeanSquaredError(), optimizer, trees[k], (x[k], y[k]), 20)
        np.testing.assert_array_equal(losses[:, k], own)
        np.testing.assert_array_equal(
            together.params["dense_2"]["kernel"][k], alone.params["dense_2"]["kernel"]
        )


def test_two_leading_axes() -> None:
    """Seeds by learning rates, say: any number of axes may stand in front."""
    network = Network((Dense(4), Sigmoid(), Dense(1), Sigmoid()))
    rates = np.array([[0.5, 1.0, 2.0]] * 2)
    rows = xor(np.random.RandomState(0))
    trees = members_of(network, 2, np.float64)[:2]
    grid = map_tree(lambda *a: np.stack([np.stack([member] * 3) for member in a]), *trees)
    _, losses = train(network, MeanSquaredError(), SGD(rates), grid, (rows.inputs, rows.targets), 50)
    assert losses.shape == (50, 2, 3)
    for seed, column in np.ndindex(2, 3):
        optimizer = SGD(float(rates[seed, column]))
        _, own = train(network, MeanSquaredError(), optimizer, trees[seed], (rows.inputs, rows.targets), 50)
        np.testing.assert_array_equal(losses[:, seed, column], own)


def test_members_do_not_touch_each_other() -> None:
    """A planted change in one member moves that member and no other."""
    network = Network((Dense(4), Sigmoid(), Dense(1), Sigmoid()))
    rows = xor(np.random.RandomState(0))
    data = rows.inputs, rows.targets
    stack = map_tree(lambda *a: np.stack(a), *members_of(network, 2, np.float64))
    nudged = map_tree(np.copy, stack)
    nudged["dense_1"]["bias"][7, 0] += 1e-3
    _, before = train(network, MeanSquaredError(), SGD(1.0), stack, data, 30)
    _, after = train(network, MeanSquaredError(), SGD(1.0), nudged, data, 30)
    changed = (before != after).any(axis=0)
    assert list(np.flatnonzero(changed)) == [7]


@pytest.mark.parametrize(
    "shapes", [(4, 2, 4), (4, 4, 1), (1, 3, 2), (5, 1, 6), (64, 64, 128), (240, 2, 16)], ids=str
)
def test_stacked_products_are_single_products(shapes: tuple[int, int, int]) -> None:
    """The three products of a dense layer, in the shapes for which BLAS has different routines."""
    n, i, o = shapes
    rng = np.random.RandomState(0)
    for dtype in (np.float32, np.float64):
        x, k, dy = (rng.randn(9, *shape).astype(dtype) for shape in ((n, i), (i, o), (n, o)))
        for left, right in ((x, k), (x.mT, dy), (dy, k.mT)):
            alone = np.stack([a @ b for a, b in zip(left, right, strict=True)])
            np.testing.assert_array_equal(left @ right, alone)
