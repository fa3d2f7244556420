"""The kink of the ReLU: away from it a derivative, at it a convention, and for balls across it no guess."""

import numpy as np
import pytest
from flint import arb

from scratch import Network
from scratch.layers import Dense, ReLU, Sigmoid
from scratch.layers.relu import UndecidedError
from tests.scratch.oracles import balls, complex_step


def test_convention_at_zero() -> None:
    """relu'(0) = 0, as in PyTorch, Keras and JAX; both zeros."""
    x = np.array([[0.0, -0.0, 5e-324, -5e-324]])
    y, cache = ReLU().forward({}, x)
    dx, _ = ReLU().backward({}, cache, np.ones_like(x))
    np.testing.assert_array_equal(y, [[0, 0, 5e-324, 0]])
    np.testing.assert_array_equal(dx, [[0, 0, 1, 0]])


def test_the_other_convention_is_caught() -> None:
    x = np.zeros((1, 1))
    dx, _ = ReLU().backward({}, x >= 0, np.ones((1, 1)))
    assert dx != ReLU().backward({}, ReLU().forward({}, x)[1], np.ones((1, 1)))[0]


def test_close_to_the_kink_the_complex_step_still_agrees() -> None:
    x = np.array([[1e-15, -1e-15, 1e-300, -1e-300]])
    y, cache = ReLU().forward({}, x)
    want = complex_step(lambda z: ReLU().forward({}, z)[0].sum(), x)
    np.testing.assert_array_equal(ReLU().backward({}, cache, np.ones_like(x))[0], want)
    np.testing.assert_array_equal(y, [[1e-15, 0, 1e-300, 0]])


def test_infinities() -> None:
    y, _ = ReLU().forward({}, np.array([[-np.inf, np.inf]]))
    np.testing.assert_array_equal(y, [[0, np.inf]])


def test_nan_is_neither_on_nor_off_and_stays() -> None:
    x = np.array([[np.nan, 1.0, -1.0]])
    y, cache = ReLU().forward({}, x)
    dx, _ = ReLU().backward({}, cache, np.full((1, 3), np.nan))
    np.testing.assert_array_equal(y, [[np.nan, 1, 0]])
    assert np.isnan(dx).all()


def test_straddling_ball_raises_and_names_the_entry() -> None:
    x = balls(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, -6.0]]))
    x[1, 0] = arb(0.25, 0.5)
    with pytest.raises(UndecidedError, match=r"the sign of \[.*\] at \[1, 0\] is undecided"):
        ReLU().forward({}, x)


@pytest.mark.parametrize(
    "ball",
    [arb(0, 1e-30), arb("nan"), arb(-1, 1.5), arb(0, 1).nonnegative_part()],
    ids=["around-zero", "nan", "wide", "from-zero-up"],
)
def test_undecided(ball: arb) -> None:
    with pytest.raises(UndecidedError):
        ReLU().forward({}, np.array([[ball]], dtype=object))


def test_decided_balls() -> None:
    """Exactly zero is decided (off), and so is a wide ball that stays on one side."""
    x = np.array([[arb(0), arb(-1, 0.5), arb(1, 0.5)]], dtype=object)
    y, on = ReLU().forward({}, x)
    assert list(on[0]) == [False, False, True]
    assert y[0, 0] == 0
    assert y[0, 1] == 0
    assert y[0, 2].overlaps(arb(1, 0.5))


def test_units_that_are_off_give_balls_too() -> None:
    """A plain 0 among balls has no ``.exp()``: the sigmoid behind it used to fail."""
    off = balls(np.full((2, 3), -1.0))
    y, _ = Network((ReLU(), Sigmoid())).forward({}, off)
    assert all(entry == 0.5 for entry in y.flat)


def test_wrong_guess_would_have_changed_the_gradient() -> None:
    """Why the error: the two sides of the kink give different gradients, so either guess could be wrong."""
    network = Network((Dense(1), ReLU()))
    grads = []
    for bias in (-1e-3, 1e-3):
        params = {"dense_1": {"kernel": np.zeros((1, 1)), "bias": np.array([bias])}}
        _, caches = network.forward(params, np.ones((1, 1)))
        grads.append(network.backward(params, caches, np.ones((1, 1)))["dense_1"]["bias"])
    assert grads == [np.zeros(1), np.ones(1)]
