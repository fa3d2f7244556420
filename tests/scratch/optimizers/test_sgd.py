"""Gradient descent against numbers worked out by hand; every number is dyadic, so equality is exact."""

import numpy as np
import pytest

from scratch.optimizers import SGD
from scratch.tree import Array, Tree

GRADIENTS = (4.0, -2.0, 8.0)


def walk(optimizer: SGD, start: Array, gradients: tuple[float, ...] = GRADIENTS) -> list[Array]:
    """Return the weight after each of the gradients, starting from ``start``."""
    params: Tree = {"dense_1": {"kernel": start}}
    velocity, weights = optimizer.begin(params), []
    for g in gradients:
        grads = {"dense_1": {"kernel": np.full_like(start, g)}}
        params, velocity = optimizer.step(params, grads, velocity)
        weights.append(params["dense_1"]["kernel"])
    return weights


@pytest.mark.parametrize(
    ("optimizer", "by_hand"),
    [
        # w - g/4: 1 - 1, 0 + 1/2, 1/2 - 2
        (SGD(0.25), [0.0, 0.5, -1.5]),
        # v = v/2 - g/4 is -1, 0, -2; w + v
        (SGD(0.25, momentum=0.5), [0.0, 0.0, -2.0]),
        # the same v; w + v/2 - g/4: 1 - 1/2 - 1, -1/2 + 0 + 1/2, 0 - 1 - 2
        (SGD(0.25, momentum=0.5, nesterov=True), [-0.5, 0.0, -3.0]),
        # without momentum there is nothing to look ahead with
        (SGD(0.25, nesterov=True), [0.0, 0.5, -1.5]),
        (SGD(0.0, momentum=0.5), [1.0, 1.0, 1.0]),
    ],
    ids=["plain", "momentum", "nesterov", "nesterov-without-momentum", "rate-zero"],
)
def test_by_hand(optimizer: SGD, by_hand: list[float]) -> None:
    np.testing.assert_array_equal(np.ravel(walk(optimizer, np.ones((1, 1)))), by_hand)


def test_wrong_sign_of_the_velocity_would_show() -> None:
    """The hand-worked numbers tell apart the three rules and a momentum with the wrong sign."""
    rules = [SGD(0.25), SGD(0.25, 0.5), SGD(0.25, 0.5, nesterov=True), SGD(0.25, -0.5)]
    walks = [tuple(np.ravel(walk(rule, np.ones((1, 1))))) for rule in rules]
    assert len(set(walks)) == len(rules)


def test_constant_gradient_reaches_terminal_velocity() -> None:
    """v after t steps is -η g (1 - μ^t) / (1 - μ), so w falls by η g / (1 - μ) a step in the end."""
    weights = np.ravel(walk(SGD(0.125, momentum=0.5), np.zeros((1, 1)), (2.0,) * 40))
    velocities = np.diff(weights, prepend=0)
    np.testing.assert_array_equal(velocities, -0.25 * (1 - 0.5 ** np.arange(1, 41)) / 0.5)


def test_nesterov_is_the_published_rule_in_another_variable() -> None:
    """Sutskever et al. take the gradient at w + μ v; here w already stands there."""
    curvature, rate, momentum = 0.75, 0.25, 0.5
    w, v = 1.0, 0.0
    params: Tree = {"dense_1": {"kernel": np.ones((1, 1))}}
    optimizer = SGD(rate, momentum, nesterov=True)
    velocity = optimizer.begin(params)
    for _ in range(10):
        v = momentum * v - rate * curvature * (w + momentum * v)
        w = w + v
        grads = {"dense_1": {"kernel": curvature * params["dense_1"]["kernel"]}}
        params, velocity = optimizer.step(params, grads, velocity)
        np.testing.assert_allclose(params["dense_1"]["kernel"], w + momentum * v, rtol=1e-14)
        np.testing.assert_allclose(velocity["dense_1"]["kernel"], v, rtol=1e-14)


def test_no_momentum_means_no_velocity() -> None:
    params: Tree = {"dense_1": {"kernel": np.ones((2, 3))}}
    assert SGD(0.1).begin(params) == {}
    assert SGD(0.1, momentum=np.zeros(4)).begin(params) == {}
    np.testing.assert_equal(SGD(0.1, momentum=0.5).begin(params), {"dense_1": {"kernel": np.zeros((2, 3))}})


def test_one_rate_and_one_momentum_for_each_member() -> None:
    rates, momenta = np.array([0.25, 0.5, 0.125]), np.array([0.5, 0.0, 0.25])
    for nesterov in (False, True):
        together = walk(SGD(rates, momenta, nesterov), np.ones((3, 2, 2)))
        for k in range(3):
            alone = walk(SGD(float(rates[k]), float(momenta[k]), nesterov), np.ones((2, 2)))
            for step in range(3):
                np.testing.assert_array_equal(together[step][k], alone[step])


NUMBERS = {
    "python": (0.1, 0.9),
    "numpy": (np.float64(0.1), np.float64(0.9)),
    "zero-dimensional": (np.array(0.1), np.array(0.9)),
    "members": (np.full(3, 0.1), np.full(3, 0.9)),
    "mixed": (np.float64(0.1), np.full(3, 0.9)),
}


@pytest.mark.parametrize("nesterov", [False, True], ids=["momentum", "nesterov"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, np.complex128])
@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
def test_weights_keep_their_number_type(numbers: tuple, dtype: type, nesterov: bool) -> None:
    """And the rate means the same however it is written: 0.1, rounded to the type of the weights."""
    optimizer, plain = SGD(*numbers, nesterov), SGD(0.1, 0.9, nesterov)
    start = np.ones((3, 2, 2), dtype=dtype)
    params: Tree = {"dense_1": {"kernel": start}}
    velocity = optimizer.begin(params)
    _, velocity = optimizer.step(params, params, velocity)
    assert velocity["dense_1"]["kernel"].dtype == dtype
    for got, want in zip(walk(optimizer, start), walk(plain, start), strict=True):
        assert got.dtype == dtype
        np.testing.assert_array_equal(got, want)
