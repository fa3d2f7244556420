"""The same lines on every number type: as right as its digits allow, and never in another type.

Truth is the textbook formula on power series of balls at 200 bits, which shares neither a forward nor
a backward with the code under test. Errors are counted in eps of the type, relative to the largest
entry of the array: cancellation inside an array (an error ``p - y`` near 0, the rows of a softmax
gradient, which sum to zero) costs digits of its small entries in any implementation.
"""

import numpy as np
import pytest
from flint import arb, ctx

from scratch.layers import ReLU, Sigmoid, Tanh
from scratch.layers.softmax import softmax
from scratch.tree import Array
from tests.scratch.cases import LAYERS, LOSSES, LayerCase, LossCase, layer_numbers, loss_numbers, name_of
from tests.scratch.oracles import balls, errors, midpoints, series

FLOATS = [np.float16, np.float32, np.float64, np.longdouble]
TYPES = [*FLOATS, np.complex128]
SEEDS = range(4)

# Of the value, of the derivatives. The worst of 12 seeds and 5 types was half to three quarters of it.
EPS_ALLOWED = {
    "dense": (1, 1),
    "dense-without-bias": (1, 1),
    "linear": (0, 0),
    "relu": (1e-30, 1e-30),  # the 200 bits of the textbook's square root; the layer itself is exact
    "sigmoid": (1.5, 4),  # y (1 - y) loses the digits of 1 - y; all frameworks compute it so
    "softmax": (1.5, 8),  # dy - Σ dy y cancels
    "tanh": (2, 6),  # complex tanh is the least exact of the five
    "mean-squared-error": (1, 1),
    "half-squared-error": (1, 1),
    "binary-cross-entropy": (2, 1.5),
    "binary-cross-entropy-from-logits": (2, 2),
    "categorical-cross-entropy": (2, 1.5),
    "categorical-cross-entropy-from-logits": (2, 2.5),
}


@pytest.fixture(autouse=True)
def _precise_balls():
    """200 bits, and power series that end after the first power."""
    before = ctx.prec, ctx.cap
    ctx.prec, ctx.cap = 200, 2
    yield
    ctx.prec, ctx.cap = before


def type_name(dtype: type) -> str:
    return np.dtype(dtype).name


def assert_exact(got: Array, truth: Array, dtype: type, allowed: float) -> None:
    """``got`` has type ``dtype`` and is within ``allowed`` eps of ``truth``, an array of balls."""
    assert got.dtype == dtype
    assert not np.any(got.imag)
    scale = np.abs(midpoints(truth)).max() * float(np.finfo(dtype).eps)
    worst = np.abs(errors(np.asarray(got.real), truth)).max() / scale
    assert worst <= allowed, f"{worst:.3g} eps, allowed {allowed}"


def check_layer(case: LayerCase, seed: int, dtype: type) -> None:
    params, x, dy = layer_numbers(case, seed)
    exact = {name: balls(array) for name, array in params.items()}
    own = {name: array.astype(dtype) for name, array in params.items()}
    y, cache = case.layer.forward(own, x.astype(dtype))
    dx, grads = case.layer.backward(own, cache, dy.astype(dtype))

    def scalar(params: dict[str, Array], x: Array) -> object:
        return (balls(dy) * case.textbook(params, x)).sum()

    of_value, of_derivative = EPS_ALLOWED[case.name]
    assert_exact(y, case.textbook(exact, balls(x)), dtype, of_value)
    assert_exact(dx, series(lambda z: scalar(exact, z), balls(x)), dtype, of_derivative)
    for name, grad in grads.items():
        truth = series(lambda z, name=name: scalar(exact | {name: z}, balls(x)), exact[name])
        assert_exact(grad, truth, dtype, of_derivative)


def check_loss(case: LossCase, seed: int, dtype: type) -> None:
    prediction, target = loss_numbers(case, seed)
    value, cache = case.loss.forward(prediction.astype(dtype), target.astype(dtype))
    p, y = balls(prediction), balls(target)
    of_value, of_derivative = EPS_ALLOWED[case.name]
    assert_exact(value, np.array(case.textbook(p, y), dtype=object), dtype, of_value)
    derivative = series(lambda z: case.textbook(z, y), p)
    assert_exact(case.loss.backward(cache), derivative, dtype, of_derivative)


@pytest.mark.parametrize("dtype", TYPES, ids=type_name)
@pytest.mark.parametrize("case", LAYERS, ids=name_of)
def test_layer(case: LayerCase, dtype: type) -> None:
    for seed in SEEDS:
        check_layer(case, seed, dtype)


@pytest.mark.parametrize("dtype", TYPES, ids=type_name)
@pytest.mark.parametrize("case", LOSSES, ids=name_of)
def test_loss(case: LossCase, dtype: type) -> None:
    for seed in SEEDS:
        check_loss(case, seed, dtype)


@pytest.mark.parametrize("case", [c for c in LAYERS if c.name.startswith("dense")], ids=name_of)
def test_dense_is_exact_where_the_numbers_are_short(case: LayerCase) -> None:
    """The inputs have ten bits: from float32 on every product and sum of them is exact, in any order."""
    params, x, dy = layer_numbers(case)
    for dtype in (np.float32, np.float64, np.longdouble):
        own = {name: array.astype(dtype) for name, array in params.items()}
        y, cache = case.layer.forward(own, x.astype(dtype))
        dx, grads = case.layer.backward(own, cache, dy.astype(dtype))
        np.testing.assert_array_equal(y, x @ params["kernel"] + params.get("bias", 0))
        np.testing.assert_array_equal(dx, dy @ params["kernel"].T)
        np.testing.assert_array_equal(grads["kernel"], x.T @ dy)


# Balls: each must hold the truth, and be small.


def assert_encloses(got: object, truth: Array) -> None:
    """Each ball overlaps that of ``truth``, and keeps 150 of the 200 bits relative to the largest."""
    pairs = list(zip(np.asarray(got, dtype=object).flat, truth.flat, strict=True))
    largest = max(abs(float(t)) for _, t in pairs)
    for ball, t in pairs:
        assert isinstance(ball, arb)
        assert ball.overlaps(t), f"{ball} does not hold {t}"
        assert float(ball.rad()) <= largest * 2.0**-150


@pytest.mark.parametrize("case", LAYERS, ids=name_of)
def test_layer_on_balls(case: LayerCase) -> None:
    params, x, dy = layer_numbers(case)
    exact, x, dy = {name: balls(array) for name, array in params.items()}, balls(x), balls(dy)
    y, cache = case.layer.forward(exact, x)
    dx, grads = case.layer.backward(exact, cache, dy)
    assert_encloses(y, case.textbook(exact, x))
    assert_encloses(dx, series(lambda z: (dy * case.textbook(exact, z)).sum(), x))
    for name, grad in grads.items():
        by_name = series(lambda z, name=name: (dy * case.textbook(exact | {name: z}, x)).sum(), exact[name])
        assert_encloses(grad, by_name)


@pytest.mark.parametrize("case", LOSSES, ids=name_of)
def test_loss_on_balls(case: LossCase) -> None:
    p, y = (balls(array) for array in loss_numbers(case))
    value, cache = case.loss.forward(p, y)
    assert_encloses(value, np.array(case.textbook(p, y), dtype=object))
    assert_encloses(case.loss.backward(cache), series(lambda z: case.textbook(z, y), p))


@pytest.mark.parametrize(("dtype", "largest"), list(zip(FLOATS, (9, 85, 700, 700), strict=True)))
def test_squeezers_keep_every_digit_out_to_the_tails(dtype: type, largest: float) -> None:
    """Entry by entry now: within 3 eps of the truth down to the smallest normal number."""
    x = np.linspace(-largest, largest, 1001).astype(dtype)[:, None]
    pairs = np.concatenate([x, 0 * x], axis=1)
    e = np.exp(balls(pairs))
    for got, truth in (
        (Sigmoid().forward({}, x)[0], 1 / (1 + np.exp(-balls(x)))),
        (Tanh().forward({}, x)[0], 1 - 2 / (1 + np.exp(2 * balls(x)))),
        (softmax(pairs), e / e.sum(axis=-1, keepdims=True)),
    ):
        at_zero = midpoints(truth) == 0
        relative = errors(got, truth) / np.where(at_zero, 1, midpoints(truth))
        assert np.abs(relative).max() <= 3 * float(np.finfo(dtype).eps)


# What the checks are worth.


class TooShort(Sigmoid):
    """Goes through float32 on its way, as a stray ``np.float32`` or a framework's default would."""

    def forward(self, params, x):
        y = super().forward(params, x.astype(np.float32))[0].astype(x.dtype)
        return y, y


class TooWide(Sigmoid):
    """Multiplies by a float64 that NumPy does not take for a Python number."""

    def backward(self, params, y, dy):
        return super().backward(params, y, dy)[0] * np.float64(1), {}


class OffByAFewEps(Sigmoid):
    def forward(self, params, x):
        y, _ = super().forward(params, x)
        return y * (1 + 4 * np.finfo(x.dtype).eps.astype(x.dtype)), y


@pytest.mark.parametrize(
    ("wrong", "dtype"), [(TooShort, np.float64), (TooWide, np.float32), (OffByAFewEps, np.float64)]
)
def test_wrong_layer_is_caught(wrong: type[Sigmoid], dtype: type) -> None:
    right = next(case for case in LAYERS if case.name == "sigmoid")
    with pytest.raises(AssertionError):
        check_layer(LayerCase("sigmoid", wrong(), right.textbook), 0, dtype)


def test_ball_beside_the_truth_is_caught() -> None:
    truth = balls(np.array([1.0, 0.5]))
    assert_encloses(truth, truth)
    with pytest.raises(AssertionError, match="does not hold"):
        assert_encloses(truth * (1 + arb(2) ** -180), truth)
    with pytest.raises(AssertionError):
        assert_encloses(truth * arb(1, 2.0**-60), truth)


def test_wrong_mask_is_caught() -> None:
    class LeakyReLU(ReLU):
        def backward(self, params, on, dy):
            return dy * np.where(on, 1, 0.01), {}

    right = next(case for case in LAYERS if case.name == "relu")
    with pytest.raises(AssertionError):
        check_layer(LayerCase("relu", LeakyReLU(), right.textbook), 0, np.float64)
