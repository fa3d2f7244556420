"""Points that hide mistakes: they are named, and a backward pass that can be called is checked beside them, too."""

from typing import Any, NamedTuple

import numpy as np
import pytest

import parity
from parity.oracles.beside import SAID, beside
from parity.oracles.degenerate import has_equal_columns, is_constant, is_symmetric
from parity.oracles.findings import GradientCheck
from parity.results import Verdict
from tests.oracles.networks import subject

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(8, 3)), RNG.normal(size=(8, 3))
SYMMETRIC = RNG.normal(size=(3, 3))
SYMMETRIC = SYMMETRIC + SYMMETRIC.T
DECAY = 0.1


class Net:
    """Two kernels, a bias and a factor; ``mistake`` says what its backward pass does wrong."""

    def __init__(self, mistake: str = "") -> None:
        self.mistake = mistake

    def loss(self, p: Any) -> Any:
        a = np.tanh(X @ p["first"] * p["gamma"] + p["bias"])
        return ((a @ p["second"] - Y) ** 2).mean() + DECAY * (p["bias"] ** 2).sum() / 2

    def backward(self, p: Any) -> Any:
        z = X @ p["first"]
        a = np.tanh(z * p["gamma"] + p["bias"])
        dy = 2 * (a @ p["second"] - Y) / Y.size
        back = p["second"] if self.mistake == "transposed" else p["second"].T
        du = dy @ back * (1 - a**2)
        dz = du if self.mistake == "factor" else du * p["gamma"]
        decay = 0 if self.mistake == "decay" else DECAY * p["bias"]
        return {
            "first": X.T @ dz,
            "gamma": (du * z).sum(axis=0),
            "bias": du.sum(axis=0) + decay,
            "second": a.T @ dy,
        }


def start() -> dict[str, Any]:
    """Return parameters as many networks start with them."""
    return {
        "first": np.random.default_rng(1).normal(size=(3, 3)),
        "gamma": np.ones(3),
        "bias": np.zeros(3),
        "second": SYMMETRIC.copy(),
    }


HIDDEN = {
    "decay": ("bias", "zero throughout"),
    "factor": ("gamma", "one"),
    "transposed": ("second", "symmetric"),
}


@pytest.mark.parametrize("mistake", HIDDEN)
def test_a_point_that_hides_a_mistake_is_named(mistake: str) -> None:
    net, params = Net(mistake), start()
    found = parity.check_gradient(net.loss, params, net.backward(params))
    assert found.verdict is Verdict.HOLDS
    path, words = HIDDEN[mistake]
    assert any(path in warning and words in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("mistake", "wrong"), [("decay", "bias"), ("factor", "first"), ("transposed", "first")]
)
def test_a_backward_pass_that_can_be_called_is_checked_where_nothing_hides(mistake: str, wrong: str) -> None:
    net, params = Net(mistake), start()
    found = parity.check_gradient(net.loss, params, net.backward)
    assert found.verdict is Verdict.BROKEN
    assert found.tensors[0].path == wrong or mistake == "transposed"
    assert wrong in {t.path for t in found.tensors if t.verdict is Verdict.BROKEN}
    assert found.tensors[0].reason == "seen beside the parameters, not at them"
    assert SAID in found.warnings


def test_an_honest_backward_pass_holds_at_both_points() -> None:
    net, params = Net(), start()
    found = parity.check_gradient(net.loss, params, net.backward)
    assert found.verdict is Verdict.HOLDS, str(found)
    assert found.warnings == (SAID,)
    assert found.loss == pytest.approx(net.loss(start()))
    for path, array in start().items():
        np.testing.assert_array_equal(params[path], array)


def test_a_mistake_at_both_points_is_shown_at_the_parameters() -> None:
    net, params = Net(), start()
    found = parity.check_gradient(net.loss, params, lambda p: net.backward(p) | {"bias": np.zeros(3)})
    assert found.tensors[0].path == "bias"
    assert "beside" not in found.tensors[0].reason
    want = net.backward(params)["bias"]
    assert all(entry.want == pytest.approx(want[entry.index]) for entry in found.tensors[0].entries)


def test_what_cannot_be_told_at_the_parameters_is_settled_beside_them() -> None:
    """All is 0: no gradient reaches the first kernel. And a ReLU that sees exactly 0."""
    zero = start() | {"second": np.zeros((3, 3))}
    net = Net()
    assert parity.check_gradient(net.loss, zero, net.backward(zero)).verdict is Verdict.UNCLEAR
    found = parity.check_gradient(net.loss, zero, net.backward)
    assert found.verdict is Verdict.HOLDS, str(found)
    assert any("first holds beside the parameters; at them:" in warning for warning in found.warnings)

    x = np.array([[0.0, 0.0], [1.0, 2.0]])
    params = {"w": np.array([0.5, 0.3]), "b": np.array(0.0)}

    def loss(p: Any) -> Any:
        return np.maximum(x @ p["w"] + p["b"], 0).sum() + (p["w"] ** 2).sum()

    def backward(p: Any) -> Any:
        on = (x @ p["w"] + p["b"] > 0).astype(float)
        return {"w": x.T @ on + 2 * p["w"], "b": on.sum()}

    assert parity.check_gradient(loss, params, backward(params)).verdict is Verdict.UNCLEAR
    assert parity.check_gradient(loss, params, backward).verdict is Verdict.HOLDS
    wrong = parity.check_gradient(loss, params, lambda p: backward(p) | {"b": backward(p)["b"] + 1})
    assert wrong.verdict is Verdict.BROKEN


def test_a_backward_pass_may_change_its_parameters() -> None:
    net, params = Net(), start()

    def backward(p: Any) -> Any:
        gradient = net.backward(p)
        for path in p:
            p[path] -= gradient[path]
        return gradient

    assert parity.check_gradient(net.loss, params, backward).verdict is Verdict.HOLDS
    np.testing.assert_array_equal(params["gamma"], 1)


def test_a_backward_pass_that_raises() -> None:
    net = Net()
    with pytest.raises(parity.ParityError, match="grads raises ZeroDivisionError"):
        parity.check_gradient(net.loss, start(), lambda p: 1 / 0)

    def only_here(p: Any) -> Any:
        if p["bias"].any():
            raise ValueError("a bias must be zero")
        return net.backward(p)

    found = parity.check_gradient(net.loss, start(), only_here)
    assert found.verdict is Verdict.HOLDS
    assert (
        "could not be checked beside the parameters: grads raises ValueError: a bias must be zero"
        in found.warnings
    )
    assert any("zero throughout" in warning for warning in found.warnings)


def test_no_second_point_without_finite_loss() -> None:
    def loss(w: Any) -> Any:
        return np.sqrt(1 - (w**2).sum()) + w.sum()

    w = np.array([np.sqrt(1 - 1e-6), 0.0])
    found = parity.check_gradient(loss, w, lambda w: 1 - w / np.sqrt(1 - (w**2).sum()), seed=3)
    assert found.verdict is not Verdict.BROKEN, str(found)


class Pair(NamedTuple):
    a: Any
    b: Any


def test_the_second_point() -> None:
    params = Pair(np.array([0.0, 2.0, -3.0], np.float32), [np.zeros((2, 2)), np.array([1, 2]), 5.0])
    aside = beside(params, 0)
    assert isinstance(aside, Pair)
    assert aside.a.dtype == np.float32
    assert aside.a[0] != 0
    np.testing.assert_array_equal(np.sign(aside.a[1:]), [1, -1])
    assert (np.abs(aside.a[1:] / params.a[1:] - 1) <= 0.1 + 1e-6).all()
    assert aside.b[0].all()
    assert not is_symmetric(aside.b[0])
    assert aside.b[1].dtype == float
    assert 4.5 <= aside.b[2] <= 5.5


# Gradients that hide mistakes


def gradients_of(loss: Any, params: Any, grads: Any) -> GradientCheck:
    found = parity.check_gradient(loss, params, grads)
    assert found.verdict is Verdict.HOLDS, str(found)
    return found


W = RNG.normal(size=(3, 3))


def numeric(loss: Any, params: Any) -> Any:
    """Return the gradient by the complex step, entry by entry."""
    grads = {path: np.zeros(array.shape) for path, array in params.items()}
    for path, array in params.items():
        for index in np.ndindex(array.shape):
            moved = {name: other.astype(complex) for name, other in params.items()}
            moved[path][index] += 1e-30j
            grads[path][index] = loss(moved).imag / 1e-30
    return grads


def test_a_constant_cotangent_is_named() -> None:
    def loss(p: Any) -> Any:
        return (X @ p["k"] + p["b"]).sum()

    params = {"k": W, "b": np.array([0.1, 0.2, 0.3])}
    notes = gradients_of(loss, params, numeric(loss, params)).warnings
    assert any(
        "columns of the gradient of k are the same, as for a loss that is a plain sum" in n for n in notes
    )
    assert any("the gradient of b is the same throughout" in n for n in notes)


def test_a_symmetric_gradient_is_named() -> None:
    def loss(p: Any) -> Any:
        return ((p["k"] + p["k"].T) ** 2).sum()

    params = {"k": W}
    notes = gradients_of(loss, params, numeric(loss, params)).warnings
    assert any("the gradient of k is symmetric: its transpose would look right, too" in n for n in notes)


def test_equal_weights_are_named() -> None:
    def loss(p: Any) -> Any:
        return ((np.tanh(X @ p["k"]) - Y) ** 2).mean()

    params = {"k": np.full((3, 3), 0.5) + np.array([[0.0], [1e-13], [0.0]])}
    notes = gradients_of(loss, params, numeric(loss, params)).warnings
    assert any(n.startswith("k is ") for n in notes)
    params = {"k": np.full((3, 2), 0.5)}
    loss2: Any = lambda p: ((np.tanh(X @ p["k"]) - Y[:, :2]) ** 2).mean()  # noqa: E731
    notes = gradients_of(loss2, params, numeric(loss2, params)).warnings
    assert any("k is the same throughout" in n for n in notes)


def test_dead_units_are_named() -> None:
    def loss(p: Any) -> Any:
        return (np.maximum(X @ p["k"] + p["b"], 0) * Y).sum()

    params = {"k": W, "b": np.array([0.1, -50.0, 0.3])}
    notes = gradients_of(loss, params, numeric(loss, params)).warnings
    assert any("1 of 3 entries of the gradient of b are exactly zero" in n for n in notes)


def test_ordinary_points_are_not_named() -> None:
    for seed in range(20):
        s = subject([4, 5, 5, 3], ["tanh", "sigmoid"], seed=seed)
        found = parity.check_gradient(s.loss, s.params, s.grads)
        assert found.warnings == ()


def test_what_counts_as_alike() -> None:
    assert is_constant(np.full(4, 0.3))
    assert not is_constant(np.array([0.3, 0.4, 0.3]))
    assert not is_constant(np.array([0.3, np.nan]))
    assert is_symmetric(SYMMETRIC)
    assert not is_symmetric(W)
    assert not is_symmetric(np.ones((2, 3)))
    assert not is_symmetric(np.zeros((3, 3)))
    assert not is_symmetric(np.full((3, 3), np.nan))
    almost = SYMMETRIC.copy()
    almost[0, 2] += 1e-3
    assert not is_symmetric(almost)
    assert has_equal_columns(np.outer([1.0, 2.0, -3.0], np.ones(4)))
    assert not has_equal_columns(np.outer([1.0, 2.0, -3.0], [1, 2, 1]))
    assert not has_equal_columns(np.outer([1.0, 2.0, -3.0], [1.0, 1.1, 1.0]))
    assert not has_equal_columns(np.zeros((3, 3)))


def test_what_stays_hidden_beside_the_parameters_stays_named() -> None:
    x = X[:1]
    params = {"k": W, "b": np.zeros(3)}

    def backward(p: Any) -> Any:
        dy = 2 * (x @ p["k"] + p["b"] - Y[:1])
        return {"k": x.T @ dy, "b": dy.sum(axis=0)}

    found = parity.check_gradient(lambda p: ((x @ p["k"] + p["b"] - Y[:1]) ** 2).sum(), params, backward)
    assert found.verdict is Verdict.HOLDS
    assert [("batch of one" in note, "zero throughout" in note) for note in found.warnings] == [
        (False, False),
        (True, False),
    ]
