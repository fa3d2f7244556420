"""Whole trainings: the tutorials' reference numbers, every number type, and digits that are proven."""

from collections.abc import Iterator

import numpy as np
import pytest
from flint import arb, ctx

from scratch import Network, State, begin, train_step
from scratch.datasets import sensor, xor
from scratch.initializers import he_normal, initialize, normal
from scratch.layers import Dense, Linear, ReLU, Sigmoid, Softmax, Tanh
from scratch.losses import (
    CategoricalCrossEntropy,
    CategoricalCrossEntropyFromLogits,
    HalfSquaredError,
    Loss,
    MeanSquaredError,
)
from scratch.optimizers import SGD
from scratch.tree import Array, Tree, cast, flatten, map_tree
from tests.scratch.oracles import balls, errors, midpoints

XOR_NETWORK = Network((Dense(4), Sigmoid(), Dense(1), Sigmoid()))


def training(
    network: Network, loss: Loss, optimizer: SGD, params: Tree, x: Array, y: Array, steps: int
) -> Iterator[tuple[State, Array]]:
    """Yield the state after each step and the loss before it."""
    state = begin(optimizer, params)
    for _ in range(steps):
        state, value = train_step(network, loss, optimizer, state, x, y)
        yield state, value


# Reference numbers. They were measured with NumPy, PyTorch, JAX and Keras and hold on any IEEE-754
# machine: a relative change of 1e-15 in the initial weights moves the loss curve by at most 6e-16.


def test_xor() -> None:
    rows = xor(np.random.RandomState(0))
    params = initialize(XOR_NETWORK.shapes(2), normal(), np.random.RandomState(42))
    run = list(training(XOR_NETWORK, MeanSquaredError(), SGD(1.0), params, rows.inputs, rows.targets, 3000))
    losses = np.array([value for _, value in run])
    reference = {
        0: 0.255675300233, 500: 0.249661345117, 1000: 0.203313488787, 1500: 0.022917906454,
        2000: 0.005209564356, 2500: 0.002664222652, 2999: 0.001743846154,
    }  # fmt: skip
    np.testing.assert_allclose(losses[list(reference)], list(reference.values()), rtol=0, atol=1e-12)
    assert (np.diff(losses) < 0).all(), "every step goes downhill"
    prediction, _ = XOR_NETWORK.forward(run[-1][0].params, rows.inputs)
    np.testing.assert_allclose(prediction.ravel(), [0.046089, 0.960155, 0.960036, 0.040761], atol=5e-7)


def test_dropping_the_factor_2_is_half_the_learning_rate_bit_for_bit() -> None:
    """The tutorials' gradient at rate 2 is the true one at rate 1: a power of two costs no digits."""
    rows = xor(np.random.RandomState(0))
    params = initialize(XOR_NETWORK.shapes(2), normal(), np.random.RandomState(42))
    true = training(XOR_NETWORK, MeanSquaredError(), SGD(1.0), params, rows.inputs, rows.targets, 300)
    # one output: half the squared error is exactly half the mean squared error
    half = training(XOR_NETWORK, HalfSquaredError(), SGD(2.0), params, rows.inputs, rows.targets, 300)
    for (a, loss), (b, half_loss) in zip(true, half, strict=True):
        assert loss == 2 * half_loss
        np.testing.assert_equal(a.params, b.params)


def test_learning_rate_copied_without_the_factor_is_caught() -> None:
    rows = xor(np.random.RandomState(0))
    params = initialize(XOR_NETWORK.shapes(2), normal(), np.random.RandomState(42))
    *_, (_, value) = training(
        XOR_NETWORK, MeanSquaredError(), SGD(2.0), params, rows.inputs, rows.targets, 3000
    )
    np.testing.assert_allclose(value, 0.000529859, atol=5e-10)


@pytest.mark.parametrize("logits", [True, False], ids=["from-logits", "softmax-layer"])
def test_sensor(logits: bool) -> None:
    rng = np.random.RandomState(42)
    rows = sensor(rng)
    network = Network((Dense(16), ReLU(), Dense(3), Linear() if logits else Softmax()))
    loss = CategoricalCrossEntropyFromLogits() if logits else CategoricalCrossEntropy()
    params = initialize(network.shapes(2), he_normal, rng)  # goes on in the stream that drew the readings
    run = list(training(network, loss, SGD(0.1), params, rows.inputs, rows.targets, 1000))
    np.testing.assert_allclose([run[0][1], run[-1][1]], [3.434385, 0.015444], rtol=0, atol=5e-7)
    scores, _ = network.forward(run[-1][0].params, rows.test_inputs)
    hits = scores.argmax(axis=-1) == rows.test_targets.argmax(axis=-1)
    assert hits.sum() == 58  # .966667 of 60


# Number types. Truth is the same training on balls at 200 bits; that its derivatives are right is
# proven against the forward pass elsewhere.

TRAIN_EPS_ALLOWED = 2
"""Of 1 or the largest weight, after three steps of a network with six layers; at most 1.1 was measured."""


def short_problem() -> tuple[Network, Tree, Array, Array]:
    network = Network((Dense(5), Tanh(), Dense(4), Sigmoid(), Dense(3), Softmax()))
    rng = np.random.RandomState(5)

    def draw(*shape: int) -> Array:
        return np.round(rng.uniform(-1, 1, shape) * 256) / 256

    params = {
        layer: {name: draw(*shape) for name, shape in own.items()} for layer, own in network.shapes(2).items()
    }
    return network, params, draw(6, 2), np.eye(3)[rng.randint(3, size=6)]


def train_on(dtype: type, optimizer: SGD) -> tuple[State, Array]:
    network, params, x, y = short_problem()
    run = training(
        network,
        CategoricalCrossEntropy(),
        optimizer,
        cast(params, dtype),
        x.astype(dtype),
        y.astype(dtype),
        3,
    )
    return list(run)[-1]


@pytest.fixture
def _precise_balls() -> Iterator[None]:
    before = ctx.prec
    ctx.prec = 200
    yield
    ctx.prec = before


OPTIMIZERS = [SGD(0.25), SGD(0.25, momentum=0.5), SGD(0.25, momentum=0.5, nesterov=True)]


@pytest.mark.usefixtures("_precise_balls")
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=["plain", "momentum", "nesterov"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, np.complex128])
def test_training_on_every_number_type(dtype: type, optimizer: SGD) -> None:
    network, params, x, y = short_problem()
    exact = map_tree(balls, params)
    truth, true_loss = list(
        training(network, CategoricalCrossEntropy(), optimizer, exact, balls(x), balls(y), 3)
    )[-1]
    state, value = train_on(dtype, optimizer)
    assert value.dtype == dtype
    eps = float(np.finfo(dtype).eps)
    loss_error = errors(np.asarray(value.real), np.array(true_loss, dtype=object))
    assert abs(loss_error) <= TRAIN_EPS_ALLOWED * eps * float(true_loss)
    for got, want in ((state.params, truth.params), (state.velocity, truth.velocity)):
        for path, array in flatten(got).items():
            assert array.dtype == dtype
            right = flatten(want)[path]
            worst = np.abs(errors(np.asarray(array.real), right)).max() / eps
            assert worst <= TRAIN_EPS_ALLOWED * max(1.0, np.abs(midpoints(right)).max()), path


def test_integers_are_not_a_number_type_but_mix_as_numpy_says() -> None:
    """The tutorials' int64 rows change nothing with float64 weights; with float32 the answer is float64."""
    rows = xor(np.random.RandomState(0))
    params = initialize(XOR_NETWORK.shapes(2), normal(), np.random.RandomState(42))
    whole = rows.inputs.astype(np.int64)
    as_floats, _ = XOR_NETWORK.forward(params, rows.inputs)
    np.testing.assert_array_equal(XOR_NETWORK.forward(params, whole)[0], as_floats)
    assert XOR_NETWORK.forward(cast(params, np.float32), whole)[0].dtype == np.float64


def ball_training(bits: int, steps: int) -> arb:
    """Return the last loss of XOR on balls."""
    before, ctx.prec = ctx.prec, bits
    try:
        rows = xor(np.random.RandomState(0))
        params = map_tree(balls, initialize(XOR_NETWORK.shapes(2), normal(), np.random.RandomState(42)))
        data = balls(rows.inputs), balls(rows.targets)
        *_, (_, value) = training(XOR_NETWORK, MeanSquaredError(), SGD(1), params, *data, steps)
    finally:
        ctx.prec = before
    return value


def test_the_3000th_loss_is_proven_to_eighteen_digits() -> None:
    """Balls lose 0.7 bits a step; of 3,000 bits 900 are left. The digits are certain, not measured."""
    value = ball_training(3000, 3000)
    assert value.rel_accuracy_bits() > 500
    assert value.str(22, radius=False).startswith("0.00174384615425437495")


def test_too_few_bits_say_so_themselves() -> None:
    """The enclosure is honest: when the bits run out the ball is wide, it is never a wrong number."""
    value, truth = ball_training(120, 300), ball_training(1000, 300)
    assert value.rel_accuracy_bits() < 53
    assert value.overlaps(truth)
