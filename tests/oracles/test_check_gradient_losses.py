"""``check_gradient`` on losses as people write them: kinked, not analytic, random, untidy."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import parity
from parity.oracles.findings import GradientCheck
from parity.results import Verdict
from scratch.tree import Array

RNG = np.random.default_rng(0)
X, Y, W = RNG.normal(size=(16, 5)), RNG.normal(size=16), RNG.normal(size=5)
G = 2 * X.T @ (X @ W - Y) / 16


def squares(w: Array) -> Any:
    return ((X @ w - Y) ** 2).mean()


def check(loss: Callable[..., Any], params: Any = W, grads: Any = G) -> GradientCheck:
    found = parity.check_gradient(loss, params, grads)
    assert isinstance(found, GradientCheck)
    return found


# Not analytic: differences take over

NOT_ANALYTIC: dict[str, tuple[Callable[[Array], Any], Array]] = {
    "abs": (lambda w: np.abs(X @ w - Y).mean(), X.T @ np.sign(X @ W - Y) / 16),
    "l1 beside the rest": (lambda w: squares(w) + 0.1 * np.abs(w).sum(), G + 0.1 * np.sign(W)),
    "norm": (lambda w: np.linalg.norm(w), W / np.linalg.norm(W)),
    "var": (lambda w: np.var(w), 2 * (W - W.mean()) / 5),
    "sign": (lambda w: (np.sign(w) * w).sum(), np.sign(W)),
    "astype": (lambda w: ((X @ w.astype(float) - Y) ** 2).mean(), G),
    "float": (lambda w: float(squares(w)), G),
    "np.float64": (lambda w: np.float64(squares(w)), G),
    "np.asarray": (lambda w: squares(np.asarray(w, dtype=float)), G),
    "real": (lambda w: squares(w.real), G),
    "math": (lambda w: math.exp(w[0]) + w[1], np.array([np.exp(W[0]), 1, 0, 0, 0])),
    "a buffer": (lambda w: _through_a_buffer(w), 2 * W),
}


CASTS = {"astype", "float", "np.float64", "np.asarray", "math", "a buffer"}
"""Those of which NumPy itself says that they drop the imaginary part."""


def _through_a_buffer(w: Array) -> float:
    buffer = np.zeros(5)
    for i in range(5):
        buffer[i] = w[i] ** 2
    return buffer.sum()


@pytest.mark.parametrize("name", NOT_ANALYTIC)
def test_differences_take_over(name: str) -> None:
    loss, gradient = NOT_ANALYTIC[name]
    found = check(loss, W, gradient)
    assert found.verdict is Verdict.HOLDS, str(found)
    assert found.tensors[0].method == "central differences"
    assert 1e-13 < found.tensors[0].detectable < 1e-8
    assert "checked by differences instead" in found.warnings[0]
    assert ("ComplexWarning" in found.warnings[0]) == (name in CASTS)
    for factor in (2.0, 1 + 1e-6):
        wrong = check(loss, W, factor * gradient)
        assert wrong.verdict is Verdict.BROKEN, str(wrong)
        assert wrong.tensors[0].ratio == pytest.approx(factor)


def test_a_forgotten_l1_term_is_seen_although_the_complex_step_forgets_it_too() -> None:
    for factor in (0.1, 1e-3, 1e-6):
        assert check(lambda w, c=factor: squares(w) + c * np.abs(w).sum()).verdict is Verdict.BROKEN


def test_a_tiny_l1_term_that_is_there_is_no_false_alarm() -> None:
    for factor in (1e-7, 1e-8, 1e-9, 1e-10):
        found = check(lambda w, c=factor: squares(w) + c * np.abs(w).sum(), W, G + factor * np.sign(W))
        assert found.verdict is Verdict.HOLDS, str(found)


def test_casts_to_float32_inside_lower_the_accuracy_and_it_is_said() -> None:
    def loss(w: Array) -> Any:
        return ((X.astype(np.float32) @ w.astype(np.float32) - Y) ** 2).mean()

    found = check(loss)
    assert found.verdict is Verdict.HOLDS, str(found)
    assert 1e-6 < found.tensors[0].detectable < 1e-2
    assert check(loss, W, 1.1 * G).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    "loss",
    [
        lambda w: np.maximum(X @ w, 0).sum(),
        lambda w: ((X @ w) * (X @ w > 0)).sum(),
        lambda w: np.where(X @ w > 0, X @ w, 0).sum(),
        lambda w: np.clip(X @ w, 0, 1e9).sum(),
    ],
)
def test_comparisons_are_analytic_beside_their_kinks(loss: Callable[[Array], Any]) -> None:
    found = check(loss, W, X.T @ (X @ W > 0).astype(float))
    assert found.verdict is Verdict.HOLDS, str(found)
    assert found.tensors[0].method == "complex step"


# Kinks

XK = RNG.normal(size=(4, 6))
XK[0] = 0  # with a bias of 0 its ReLUs see exactly 0
WK, BK = RNG.normal(size=(6, 8)), np.zeros(8)


def relus(params: Any) -> Any:
    return np.maximum(XK @ params["kernel"] + params["bias"], 0).sum()


@pytest.mark.parametrize("side", [np.greater, np.greater_equal])
def test_a_relu_that_sees_zero_is_inconclusive_whichever_side_is_taken(side: Any) -> None:
    on = side(XK @ WK, 0).astype(float)
    found = check(relus, {"kernel": WK, "bias": BK}, {"kernel": XK.T @ on, "bias": on.sum(axis=0)})
    assert found.verdict is Verdict.UNCLEAR
    assert not found
    assert [(t.path, t.verdict) for t in found.tensors] == [
        ("bias", Verdict.UNCLEAR),
        ("kernel", Verdict.HOLDS),
    ]
    assert "kink" in found.tensors[0].reason
    assert {entry.index for entry in found.tensors[0].entries} == {(i,) for i in range(8)}
    assert "worst" not in str(found)


def test_a_mistake_elsewhere_is_seen_beside_a_kink() -> None:
    on = (XK @ WK > 0).astype(float)
    bias = on.sum(axis=0)
    bias[3] += 5
    found = check(relus, {"kernel": WK, "bias": BK}, {"kernel": XK.T @ on, "bias": bias})
    assert found.verdict is Verdict.BROKEN
    assert found.tensors[0].entries[0].index == (3,)
    assert {entry.index for entry in found.tensors[0].entries} == {(3,)}


def test_a_relu_whose_sign_is_decided_by_rounding() -> None:
    x = np.array([[0.1, 0.2, -0.3], [1.0, 2.0, 3.0]])
    w = np.ones(3)
    z = x @ w
    assert 0 < abs(z[0]) < 1e-15
    other_side = np.array([z[0] <= 0, True]).astype(float)
    found = check(lambda w: np.maximum(x @ w, 0).sum(), w, x.T @ other_side)
    assert found.verdict is Verdict.UNCLEAR, str(found)
    assert "kink" in found.tensors[0].reason
    far = x.T @ np.array([1.0, 2.0])
    assert check(lambda w: np.maximum(x @ w, 0).sum(), w, far).verdict is Verdict.BROKEN


@pytest.mark.parametrize("subgradient", [0.0, 1.0, -1.0])
def test_abs_of_zero_is_inconclusive(subgradient: float) -> None:
    w = np.array([1.0, 0.0, -2.0])
    found = check(lambda w: np.abs(w).sum(), w, np.array([1.0, subgradient, -1.0]))
    assert found.verdict is Verdict.UNCLEAR, str(found)
    assert [entry.index for entry in found.tensors[0].entries] == [(1,)]


def test_a_gradient_that_is_nothing_but_rounding_is_not_told() -> None:
    """A bias in front of a normalisation: the truth is 0, both sides have some 1e-17."""
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x, t, w, b = (
            rng.normal(size=(9, 4)),
            rng.normal(size=(9, 3)),
            rng.normal(size=(4, 3)),
            rng.normal(size=3),
        )

        def normalised(p: Any, x: Any = x) -> Any:
            z = x @ p["w"] + p["b"][..., None, :]
            centred = z - z.mean(axis=-2, keepdims=True)
            s = np.sqrt((centred**2).mean(axis=-2, keepdims=True) + 1e-5)
            return centred / s, s

        def loss(p: Any, t: Any = t, y: Any = normalised) -> Any:
            return (np.tanh(y(p)[0]) * t).sum(axis=(-2, -1))

        y, s = normalised({"w": w, "b": b})
        dy = (1 - np.tanh(y) ** 2) * t
        dz = (dy - dy.mean(axis=0) - y * (dy * y).mean(axis=0)) / s
        found = check(loss, {"w": w, "b": b}, {"w": x.T @ dz, "b": dz.sum(axis=0)})
        verdicts = {t.path: t.verdict for t in found.tensors}
        assert verdicts["w"] is Verdict.HOLDS, str(found)
        assert verdicts["b"] is Verdict.UNCLEAR, str(found)
        assert "hardly more than rounding" in found.tensors[0].reason
        wrong = check(loss, {"w": w, "b": b}, {"w": x.T @ dz, "b": dz.sum(axis=0) + 1e-9})
        assert {t.path: t.verdict for t in wrong.tensors}["b"] is Verdict.BROKEN


# Untidy functions


def test_random_losses_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(parity.ParityError, match="not deterministic"):
        check(lambda w: ((X * (rng.random(X.shape) > 0.5) @ w - Y) ** 2).mean())
    with pytest.raises(parity.ParityError, match="not deterministic"):
        check(lambda w: squares(w) + 1e-9 * rng.normal())


def test_a_loss_that_changes_its_parameters() -> None:
    def loss(w: Array) -> Any:
        w *= 2
        return squares(w)

    w = W.copy()
    found = check(loss, w, 4 * X.T @ (X @ (2 * W) - Y) / 16)
    assert found.verdict is Verdict.HOLDS
    assert "in place" in found.warnings[0]
    np.testing.assert_array_equal(w, W)


def test_a_loss_that_prints(capsys: pytest.CaptureFixture[str]) -> None:
    found = check(lambda w: print("loss is", 3) or squares(w))
    assert found.verdict is Verdict.HOLDS
    assert "'loss is 3'" in found.warnings[0]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (lambda w: (X @ w - Y) ** 2, r"array of shape \(16,\)"),
        (lambda w: None, "returns None"),
        (lambda w: "low", "not a real number"),
        (lambda w: squares(w) + 0j, "not a real number"),
        (lambda w: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda w: w["kernel"], "IndexError"),
    ],
)
def test_what_is_no_loss_is_said(loss: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(parity.ParityError, match=message):
        check(loss)


def test_one_number_in_an_array_is_a_number() -> None:
    assert check(lambda w: squares(w).reshape(1, 1)).verdict is Verdict.HOLDS


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_is_not_told(value: float) -> None:
    found = check(lambda w: squares(w) + value)
    assert found.verdict is Verdict.UNCLEAR
    assert "finite derivative" in found.tensors[0].reason


def test_overflow_of_complex_numbers_is_no_alarm() -> None:
    found = check(lambda w: (1 / (1 + np.exp(-1e3 * w))).sum(), np.array([-1.0, 1.0]), np.zeros(2))
    assert found.verdict is Verdict.UNCLEAR


def test_a_function_that_takes_a_stack_for_something_else() -> None:
    """Here an axis in front is a batch, and the loss of a stack is a mean over it."""

    def loss(ps: Any) -> Any:
        return np.ones(np.shape(ps[0])[:-1]) * ((ps[0] * ps[1]).sum() + (ps[0] ** 2).sum())

    a, b = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    assert check(loss, [a, b], [b + 2 * a, a]).verdict is Verdict.HOLDS
    assert check(loss, [a, b], [b + a, a]).verdict is Verdict.BROKEN
