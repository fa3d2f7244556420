"""One look at all tensors at once is enough where it says something, and says nothing it does not know."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import parity
from parity.oracles import gradient
from parity.oracles.judging import OVERSHADOWED
from parity.oracles.workspace import Workspace
from parity.results import Verdict
from scratch.tree import Tree, flatten, map_tree
from tests.oracles.networks import ENDINGS, Subject, subject


def check(s: Subject, **options: Any) -> Any:
    return parity.check_gradient(s.loss, s.params, s.grads, **options)


def counted(s: Subject) -> tuple[Subject, list[str]]:
    """Return the same subject, and a list that gets the number type of every call of its loss."""
    calls: list[str] = []

    def loss(params: Tree) -> Any:
        kinds = [array.dtype.kind for array in flatten(params).values()]
        calls.append("complex" if "c" in kinds else "real")
        return s.loss(params)

    return Subject(loss, s.params, s.grads), calls


def test_three_passes_are_enough_for_a_gradient_that_holds() -> None:
    s, calls = counted(subject([30, 20, 10, 5], ["tanh", "sigmoid"]))
    assert check(s).verdict is Verdict.HOLDS
    assert calls == ["complex", "real", "real"]


def test_small_parameters_take_small_steps() -> None:
    w = np.array([1e-8, 3e-8, 2e-8])
    s, calls = counted(Subject(lambda p: np.log(p["a"]["w"]).sum(), {"a": {"w": w}}, {"a": {"w": 1 / w}}))
    assert check(s).verdict is Verdict.HOLDS
    assert calls == ["complex", "real", "real"]


def test_a_loss_that_loses_digits_has_no_kink() -> None:
    """Here it is the logarithm of a number near 1; rounding of 1 is far more than a rounding of the loss."""
    found = check(subject([2, 2], [], "categorical cross-entropy", batch=1, seed=3))
    assert found.verdict is not Verdict.BROKEN
    assert not any("kink" in warning for warning in found.warnings)


def test_two_more_locate_one_wrong_entry() -> None:
    s, calls = counted(subject([30, 20, 10, 5], ["tanh", "sigmoid"]))
    s.grads["dense_2"]["kernel"][7, 3] += 0.1
    found = check(s)
    assert [entry.index for entry in found.tensors[0].entries] == [(7, 3)]
    assert [t.verdict for t in found.tensors] == [Verdict.BROKEN] + [Verdict.HOLDS] * 5
    assert len(calls) == 5


MISTAKES: dict[str, Callable[[Tree], object]] = {
    "none": lambda g: None,
    "one entry": lambda g: g["dense_1"]["kernel"].__setitem__((2, 3), 0.1),
    "one entry to zero": lambda g: g["dense_2"]["kernel"].__setitem__((1, 1), 0.0),
    "one entry of a small bias": lambda g: g["dense_3"]["bias"].__setitem__(0, 1.0),
    "one entry by a little": lambda g: g["dense_1"]["kernel"].__setitem__(
        (0, 0), g["dense_1"]["kernel"][0, 0] + 1e-7
    ),
    "two entries": lambda g: (
        g["dense_1"]["kernel"].__setitem__((2, 3), 0.1),
        g["dense_1"]["kernel"].__setitem__((4, 1), -0.1),
    ),
    "an entry in each of two tensors": lambda g: (
        g["dense_1"]["kernel"].__setitem__((2, 3), 0.1),
        g["dense_2"]["bias"].__setitem__(1, 0.1),
    ),
    "one entry, and beside it a little": lambda g: (
        g["dense_1"]["kernel"].__setitem__((2, 3), 0.5),
        g["dense_3"]["kernel"].__imul__(1 + 1e-9),
    ),
    "a little up and a little down": lambda g: (
        g["dense_1"]["kernel"].__imul__(1 + 1e-10),
        g["dense_3"]["kernel"].__imul__(1 - 1e-10),
    ),
    "twice and not at all": lambda g: (
        g["dense_1"]["kernel"].__imul__(2),
        g["dense_3"]["kernel"].__imul__(0),
    ),
    "twice and with the wrong sign": lambda g: (
        g["dense_1"]["kernel"].__imul__(2),
        g["dense_2"]["kernel"].__imul__(-1),
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.parametrize("seed", range(5))
def test_a_glance_says_what_a_closer_look_says(name: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    s = subject([6, 5, 4, 3], ["tanh", "sigmoid"], seed=seed)
    MISTAKES[name](s.grads)
    quick = check(s, seed=seed)
    monkeypatch.setattr(gradient, "glance", lambda *args: None)
    close = check(s, seed=seed)
    assert {t.path: t.verdict for t in quick.tensors} == {t.path: t.verdict for t in close.tensors}
    assert quick.loss == pytest.approx(close.loss, rel=1e-14)
    for t, other in zip(quick.tensors, close.tensors, strict=True):
        if t.verdict is Verdict.BROKEN:
            assert [e.index for e in t.entries] == [e.index for e in other.entries]
            assert [e.want for e in t.entries] == pytest.approx(
                [e.want for e in other.entries], rel=1e-9, abs=1e-14
            )
            assert (t.path, t.extent, t.more) == (other.path, other.extent, other.more)


def test_one_number_that_is_wrong() -> None:
    found = parity.check_gradient(lambda w: w**3, 2.0, 11.0).tensors[0]
    assert found.verdict is Verdict.BROKEN
    assert found.extent == "all entries"
    assert found.ratio == pytest.approx(11 / 12)


def test_an_entry_that_the_loss_ignores() -> None:
    w = np.arange(1.0, 101.0)
    gradient = 2 * w
    gradient[50] = 1.0
    worst = parity.check_gradient(lambda w: (w[:50] ** 2).sum() + (w[51:] ** 2).sum(), w, gradient).tensors[0]
    assert [(entry.index, entry.want) for entry in worst.entries] == [((50,), 0.0)]


def test_gradients_of_very_different_size() -> None:
    """Each counts as if it were alone."""
    a, b = np.array([1.0, 2.0]), np.array([3.0, -1.0])

    def loss(p: Any) -> Any:
        return (p[0] ** 2).sum() + 1e-9 * (p[1] ** 2).sum()

    assert parity.check_gradient(loss, [a, b], [2 * a, 2e-9 * b]).verdict is Verdict.HOLDS
    wrong = parity.check_gradient(loss, [a, b], [2 * a, 2e-9 * b * (1 + 1e-4)])
    assert {t.path: t.verdict for t in wrong.tensors} == {"0": Verdict.HOLDS, "1": Verdict.BROKEN}


def test_a_loss_that_drops_what_it_made_complex_itself() -> None:
    w = np.array([1.0, -2.0, 0.5])

    def loss(w: Any) -> Any:
        return (np.fft.ifft(np.fft.fft(w)).astype(float) ** 2).sum()

    found = parity.check_gradient(loss, w, 2 * w)
    assert found.verdict is Verdict.HOLDS
    assert found.tensors[0].method == "central differences"


# Rounding that a backward pass cannot help


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("hidden", ["sigmoid", "tanh"])
def test_saturated_units_are_no_false_alarm(hidden: str, ending: str) -> None:
    """Where a is nearly 1, a backward pass knows ``1 - a²`` to few digits only; the complex step knows all of them."""
    seen = set()
    for seed in range(10):
        s = subject([3, 5, 4], [hidden], ending, batch=1, seed=seed, scale=4.0)
        found = check(s)
        assert found.verdict is not Verdict.BROKEN, str(found)
        seen |= {t.reason for t in found.tensors}
    assert seen <= {"", OVERSHADOWED}


def test_a_gradient_off_by_rounding_of_a_larger_one_is_not_told() -> None:
    a = np.tanh(15.0)

    def loss(p: Any) -> Any:
        return np.tanh(p["deep"]).sum() + 3 * p["out"].sum()

    params = {"deep": np.array([15.0]), "out": np.ones(1)}
    found = parity.check_gradient(loss, params, {"deep": np.array([1 - a**2]), "out": np.array([3.0])})
    assert found.verdict is Verdict.UNCLEAR
    assert found.tensors[0].path == "deep"
    far = parity.check_gradient(loss, params, {"deep": np.array([1e-3]), "out": np.array([3.0])})
    assert far.tensors[0].verdict is Verdict.BROKEN


# Memory that checks share


def test_arrays_that_a_loss_keeps_are_not_written_to_again() -> None:
    kept: list[Any] = []

    def loss(w: Any) -> Any:
        kept.append(w)
        return (w**2).sum()

    w = np.array([1.0, 2.0])
    assert parity.check_gradient(loss, w, 2 * w).verdict is Verdict.HOLDS
    before = [array.copy() for array in kept]
    for _ in range(3):
        assert parity.check_gradient(lambda v: (v**4).sum(), 5 * w, 4 * (5 * w) ** 3).verdict is Verdict.HOLDS
    for now, then in zip(kept, before, strict=False):
        np.testing.assert_array_equal(now, then)


def test_memory_is_used_again() -> None:
    first = Workspace(100)
    address = first.take(100).ctypes.data
    first.give_back()
    second = Workspace(90)
    held = second.take(90)
    assert held.ctypes.data == address
    second.give_back()  # somebody still holds a part of it
    assert Workspace(90).take(90).ctypes.data != held.ctypes.data


def test_a_check_inside_a_loss() -> None:
    def loss(w: Any) -> Any:
        if not np.iscomplexobj(w):
            assert parity.check_gradient(lambda v: (v**2).sum(), np.ones(2), 2 * np.ones(2))
        return (w**2).sum()

    w = np.array([1.0, 2.0])
    assert parity.check_gradient(loss, w, 2 * w).verdict is Verdict.HOLDS
    assert parity.check_gradient(loss, w, 2 * w * (1 + 1e-9)).verdict is Verdict.BROKEN


def test_params_and_gradients_stay_as_they_are() -> None:
    s = subject([6, 5, 3], ["tanh"])
    params, grads = map_tree(np.copy, s.params), map_tree(np.copy, s.grads)
    check(s)
    for tree, copy in ((s.params, params), (s.grads, grads)):
        assert all(
            (a == b).all() for a, b in zip(flatten(tree).values(), flatten(copy).values(), strict=True)
        )
