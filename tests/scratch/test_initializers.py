"""The first numbers of every run: which stream, in which order, on which scale."""

import numpy as np
import pytest

from scratch import Network
from scratch.initializers import (
    Rule,
    glorot_normal,
    glorot_uniform,
    he_normal,
    initialize,
    normal,
    uniform,
    zeros,
)
from scratch.layers import Dense, Sigmoid
from scratch.tree import flatten

SHAPES = Network((Dense(4), Sigmoid(), Dense(1), Sigmoid())).shapes(2)
SEED_42_HALVED = [  # np.random.seed(42); np.random.randn(12) * 0.5, as the tutorials draw them
    0.24835707650561634, -0.06913215058559233, 0.32384426905034625, 0.7615149282040127,
    -0.11707668736166799, -0.11706847847459027, 0.7896064077536957, 0.3837173645764544,
    -0.23473719296747605, 0.27128002179298233, -0.23170884640623113, -0.23286487678512843,
]  # fmt: skip


def test_tutorial_weights_to_the_last_bit() -> None:
    params = initialize(SHAPES, normal(), np.random.RandomState(42))
    first, second = params["dense_1"], params["dense_2"]
    np.testing.assert_array_equal(first["kernel"], np.reshape(SEED_42_HALVED[:8], (2, 4)))
    np.testing.assert_array_equal(second["kernel"], np.reshape(SEED_42_HALVED[8:], (4, 1)))
    np.testing.assert_array_equal(first["bias"], np.zeros(4))
    np.testing.assert_array_equal(second["bias"], np.zeros(1))


def test_random_biases_are_drawn_each_after_its_kernel() -> None:
    """The 2-2-1 network of the first loss: W, b, W, b are the first nine numbers of the stream."""
    shapes = Network((Dense(2), Sigmoid(), Dense(1))).shapes(2)
    params = initialize(shapes, normal(), np.random.RandomState(42), random_biases=True)
    drawn = np.concatenate([array.ravel() for array in flatten(params).values()])
    np.testing.assert_array_equal(drawn, SEED_42_HALVED[:9])
    assert list(flatten(params)) == ["dense_1/kernel", "dense_1/bias", "dense_2/kernel", "dense_2/bias"]


def test_biases_that_are_zero_cost_no_draws() -> None:
    with_bias = initialize(SHAPES, normal(), np.random.RandomState(1))
    no_bias = Network((Dense(4, bias=False), Sigmoid(), Dense(1, bias=False))).shapes(2)
    without = initialize(no_bias, normal(), np.random.RandomState(1))
    for layer in ("dense_1", "dense_2"):
        np.testing.assert_array_equal(with_bias[layer]["kernel"], without[layer]["kernel"])


def test_the_stream_is_advanced() -> None:
    rng = np.random.RandomState(42)
    initialize(SHAPES, normal(), rng)
    assert rng.randn() == np.random.RandomState(42).randn(13)[12]


@pytest.mark.parametrize(
    ("rule", "by_hand"),
    [
        (normal(0.1), lambda rng: rng.randn(2, 4) * 0.1),
        (uniform(0.25), lambda rng: rng.uniform(-0.25, 0.25, (2, 4))),
        (glorot_uniform, lambda rng: rng.uniform(-1, 1, (2, 4))),  # sqrt(6 / (2 + 4)) is 1
        (glorot_normal, lambda rng: rng.randn(2, 4) * np.sqrt(1 / 3)),
        (he_normal, lambda rng: rng.randn(2, 4)),  # sqrt(2 / 2) is 1
        (zeros, lambda rng: np.zeros((2, 4))),
    ],
    ids=["normal", "uniform", "glorot-uniform", "glorot-normal", "he-normal", "zeros"],
)
def test_rules(rule: Rule, by_hand: Rule) -> None:
    got = rule(np.random.RandomState(7), (2, 4))
    assert got.dtype == np.float64
    np.testing.assert_array_equal(got, by_hand(np.random.RandomState(7)))


def test_half_is_the_scale_and_the_limit_unless_said() -> None:
    for rule, by_hand in (
        (normal(), lambda rng: rng.randn(2, 4) * 0.5),
        (uniform(), lambda rng: rng.uniform(-0.5, 0.5, (2, 4))),
    ):
        np.testing.assert_array_equal(
            rule(np.random.RandomState(7), (2, 4)), by_hand(np.random.RandomState(7))
        )


@pytest.mark.parametrize("rule", [glorot_uniform, glorot_normal])
def test_a_bias_counts_its_units_on_both_sides(rule: Rule) -> None:
    """A bias (O,) that is drawn like a kernel has the scale of one with as many inputs as outputs."""
    shapes = {"dense_1": {"bias": (6,)}}
    drawn = initialize(shapes, rule, np.random.RandomState(7), random_biases=True)["dense_1"]["bias"]
    square = rule(np.random.RandomState(7), (6, 6))
    np.testing.assert_array_equal(drawn, square[0])


@pytest.mark.parametrize(
    ("rule", "spread"),
    [(glorot_uniform, 2 / 400), (glorot_normal, 2 / 400), (he_normal, 2 / 300)],
    ids=["glorot-uniform", "glorot-normal", "he-normal"],
)
def test_variances(rule: Rule, spread: float) -> None:
    """Of 30,000 draws; inputs (300) and outputs (100) are told apart, which a square kernel would not."""
    kernel = rule(np.random.RandomState(0), (300, 100))
    np.testing.assert_allclose(kernel.var(), spread, rtol=0.03)
    np.testing.assert_allclose(kernel.mean(), 0, atol=0.002)
