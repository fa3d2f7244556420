"""``check_gradient`` with parameters of any structure, and at points where nothing can be seen."""

from typing import Any, NamedTuple

import numpy as np
import pytest

import parity
from parity.oracles.degenerate import has_rank_1
from parity.results import Verdict

A, B = np.array([[1.0, -2.0], [0.5, 3.0]]), np.array([0.3, -0.7])


class Pair(NamedTuple):
    a: Any
    b: Any


def product(a: Any, b: Any) -> Any:
    return ((a @ b) ** 2).sum()


GA, GB = 2 * np.outer(A @ B, B), 2 * A.T @ (A @ B)

STRUCTURES: dict[str, tuple[Any, Any, Any, set[str]]] = {
    "list": (lambda p: product(p[0], p[1]), [A, B], [GA, GB], {"0", "1"}),
    "tuple": (lambda p: product(*p), (A, B), (GA, GB), {"0", "1"}),
    "named tuple": (lambda p: product(p.a, p.b), Pair(A, B), Pair(GA, GB), {"0", "1"}),
    "tuple for a list": (lambda p: product(*p), [A, B], (GA, GB), {"0", "1"}),
    "dict": (lambda p: product(p["a"], p["b"]), {"a": A, "b": B}, {"b": GB, "a": GA}, {"a", "b"}),
    "nested": (
        lambda p: product(p["x"]["a"], p["y"][0]),
        {"x": {"a": A}, "y": [B]},
        {"x": {"a": GA}, "y": [GB]},
        {"x/a", "y/0"},
    ),
    "scalars": (lambda p: p[0] ** 2 * p[1], [2.0, 3], [12.0, 4], {"0", "1"}),
    "0-d arrays": (
        lambda p: p[0] ** 2 * p[1],
        [np.array(2.0), np.array(3.0)],
        [np.array(12.0), 4.0],
        {"0", "1"},
    ),
    "one array": (lambda a: (a**2).sum(), A, 2 * A, {"params"}),
    "one number": (lambda a: a**3, 2.0, 12.0, {"params"}),
    "integers": (lambda a: (a**2).sum(), np.array([1, 2]), np.array([2, 4]), {"params"}),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_structures(name: str) -> None:
    loss, params, grads, paths = STRUCTURES[name]
    found = parity.check_gradient(loss, params, grads)
    assert found.verdict is Verdict.HOLDS, str(found)
    assert {t.path for t in found.tensors} == paths


def test_every_mismatch_is_listed_at_once() -> None:
    params = {"a": A, "b": B, "c": B, "d": np.array([np.nan]), "e": np.array(["x"])}
    grads = {"a": GA.ravel(), "b": GB, "d": np.zeros(1), "e": np.zeros(1), "f": B}
    with pytest.raises(parity.ParityError) as caught:
        parity.check_gradient(lambda p: 0.0, params, grads)
    assert caught.value.problems == [
        "grads has no c",
        "params has no f, grads has",
        "params e holds str32, not real numbers",
        "grads a has shape (4,), the parameter (2, 2)",
        "params d holds NaN or infinity",
    ]
    assert caught.value.exit_code == 2


def test_no_parameters_are_a_mistake() -> None:
    with pytest.raises(parity.ParityError, match="params is empty"):
        parity.check_gradient(lambda p: 0.0, {}, {})


def test_empty_arrays_are_no_evidence() -> None:
    nothing = np.zeros((0, 3))
    with_one = parity.check_gradient(lambda p: (p[0] ** 2).sum(), [A, nothing], [2 * A, nothing])
    assert with_one.verdict is Verdict.HOLDS
    alone = parity.check_gradient(lambda p: 0.0, [nothing], [nothing])
    assert alone.verdict is Verdict.UNCLEAR
    assert not alone


# Where nothing can be seen


def test_a_parameter_that_the_loss_ignores() -> None:
    def loss(p: Any) -> Any:
        return (p["a"] ** 2).sum()

    unseen = parity.check_gradient(loss, {"a": A, "b": B}, {"a": 2 * A, "b": 0 * B})
    assert unseen.verdict is Verdict.UNCLEAR
    assert unseen.tensors[0].path == "b"
    assert "the gradient of b is exactly zero here" in unseen.warnings[0]
    wrong = parity.check_gradient(loss, {"a": A, "b": B}, {"a": 2 * A, "b": B})
    assert wrong.verdict is Verdict.BROKEN
    assert "does not depend on it" in wrong.tensors[0].reason


@pytest.mark.parametrize(
    ("value", "words"), [(np.zeros((2, 3)), "zero throughout"), (np.eye(3), "symmetric")]
)
def test_values_that_hide_mistakes_are_named(value: Any, words: str) -> None:
    found = parity.check_gradient(lambda w: np.tanh(w + 1).sum(), value, 1 - np.tanh(value + 1) ** 2)
    assert found.verdict is Verdict.HOLDS
    assert any(words in warning for warning in found.warnings)


@pytest.mark.parametrize("batch", [1, 3])
def test_a_batch_of_one_is_named(batch: int) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(batch, 3)), rng.normal(size=(3, 4))
    y = np.tanh(x @ w)
    found = parity.check_gradient(lambda w: np.tanh(x @ w).sum(), w, x.T @ (1 - y**2))
    assert found.verdict is Verdict.HOLDS
    assert any("batch of one" in warning for warning in found.warnings) == (batch == 1)


def test_rank_1() -> None:
    rng = np.random.default_rng(0)
    u, v = rng.normal(size=30), rng.normal(size=20)
    assert has_rank_1(np.outer(u, v))
    assert not has_rank_1(np.outer(u, v) + 0.01 * np.outer(v[:1] * u**2, v**2))
    assert not has_rank_1(np.zeros((3, 3)))
    assert not has_rank_1(np.full((3, 3), np.nan))
