"""The cheap truth: what balls prove, where wider floats take over, and what nobody knows."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from parity.oracles import truth
from parity.oracles.balls import balls, precision
from parity.oracles.known import Known, of_balls, of_floats, ulp
from parity.oracles.truth import find, share
from parity.scenarios import build, load
from scratch.layers import Dense
from tests.oracles.test_certify import small

NEURON = """
name = "line"
title = "A line"
layers = [{ units = 1 }]
[data]
inputs = [[0.3]]
targets = [[0.7]]
[initial]
rule = "weights"
weights = { "dense_1/kernel" = [[0.1]], "dense_1/bias" = [0.2] }
[training]
loss = "mean_squared_error"
learning_rate = 0.1
epochs = 2
"""


@pytest.fixture
def line(tmp_path: Path) -> Path:
    """A neuron that Fractions can train: y = w x + b."""
    path = tmp_path / "line.toml"
    path.write_text(NEURON, encoding="utf-8")
    return path


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_truth_is_that_of_the_numbers_as_the_type_holds_them(line: Path, dtype: str) -> None:
    """Fractions take the same two steps from the rounded numbers, the learning rate included."""
    held = np.dtype(dtype).type
    x, y, w, b, rate = (Fraction(float(held(n))) for n in (0.3, 0.7, 0.1, 0.2, 0.1))
    found = find(build(load(line), dtype), [0, 1])
    for step in range(2):
        error = w * x + b - y
        known = found.losses[step]
        off = Fraction(float(known.high)) + Fraction(float(known.low)) - error**2
        assert abs(off) <= Fraction(1, 2**100)
        if step == 0:
            gradient = found.gradients["dense_1/kernel"]
            exact = 2 * error * x
            assert abs(Fraction(gradient.high.item()) + Fraction(gradient.low.item()) - exact) < Fraction(
                1, 2**100
            )
        w, b = w - rate * 2 * error * x, b - rate * 2 * error
    assert found.prediction is not None
    assert (
        abs(Fraction(found.prediction.high.item()) + Fraction(found.prediction.low.item()) - w * x - b)
        < 2**-100
    )
    assert (found.proved, found.oracle, found.notes, found.prediction.oracle) == (2, "", [], "balls")


def test_beyond_the_proof_wider_floats_know_the_rest() -> None:
    found = find(build(load("xor-sigmoid")), [0, 10, 2999])
    assert [found.losses[step].oracle for step in (0, 10, 2999)] == ["balls", "balls", "longdouble"]
    assert 100 < found.proved < 3000
    assert (found.oracle, found.prediction and found.prediction.oracle) == ("longdouble", "longdouble")
    assert {known.oracle for known in found.gradients.values()} == {"balls"}
    assert 0 < max(found.gaps.values()) < 1e-18, "longdouble rounds, but a hundred times finer than float64"
    loss = found.losses[2999]  # certified in docs/certify.md
    assert (
        abs(Fraction(float(loss.high)) + Fraction(float(loss.low)) - Fraction("0.0017438461542543749575"))
        < 1e-18
    )


def test_float64_is_wide_enough_for_float32() -> None:
    found = find(build(load("xor-sigmoid"), "float32"), [0, 2999])
    assert (found.oracle, found.losses[2999].oracle) == ("float64", "float64")
    assert share("float64", "float32") == 2.0**-29


def test_wider_floats_take_the_rate_as_float32_holds_it() -> None:
    """With 0.1 as float64 holds it, the two oracles would be 1e-10 apart after some steps."""
    found = find(build(load("xor-sigmoid"), "float32").with_training(learning_rate=0.1), [0, 10, 30])
    assert len(found.gaps) == 3
    assert max(found.gaps.values()) < 1e-15


def test_a_kink_is_undecided_named_and_left_to_wider_floats(tmp_path: Path) -> None:
    problem = small(tmp_path, "sigmoid", "relu")
    found = find(problem, [0])
    assert found.notes == ["undecided: input [0, 0] of relu_2, step 0 may be on either side of 0"]
    assert (found.proved, found.oracle, found.losses[0].oracle) == (0, "longdouble", "longdouble")
    assert {known.oracle for known in found.gradients.values()} == {"longdouble"}


def test_a_kink_of_the_predictions_too(tmp_path: Path) -> None:
    problem = small(tmp_path, "sigmoid", "relu")
    found = find(evolve(problem, scenario=evolve(problem.scenario, training=None)), [])
    assert found.notes == ["undecided: input [0, 0] of relu_2, predictions may be on either side of 0"]
    assert found.prediction is not None
    assert found.prediction.oracle == "longdouble"


def test_a_wrong_backward_is_no_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Dense.gradients

    def wrong(self: Dense, params: object, x: object, dy: object) -> object:
        grads = right(self, params, x, dy)  # type: ignore[arg-type]
        return grads | {"bias": grads["bias"] * 2}

    monkeypatch.setattr(Dense, "gradients", wrong)
    found = find(build(load("xor-sigmoid")), [0, 10])
    assert (found.losses, found.gradients, found.prediction) == ({}, {}, None)
    (note,) = found.notes
    assert note.startswith("nothing is measured: gradient of dense_")
    assert "bias" in note
    assert "but the forward pass alone says" in note


def test_what_is_too_large_for_balls_is_left_to_wider_floats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(truth, "FIRST_STEP_WORK", {"float64": 1})
    found = find(build(load("xor-2-2-1-first-step")), [0])
    assert found.notes == ["the network is too large for balls in the time that is allowed"]
    assert (found.proved, found.losses[0].oracle) == (0, "longdouble")


def test_what_takes_too_long_even_for_floats_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(truth, "FLOAT_WORK", 40 * 1000)
    found = find(build(load("xor-sigmoid")), [0, 2999])
    assert set(found.losses) == {0}
    assert found.prediction is None
    (note,) = found.notes
    assert note.endswith("on even longdouble would take too long")


def test_a_machine_without_longdouble_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(truth, "share", lambda oracle, dtype: 1.0)
    found = find(build(load("xor-sigmoid")), [0, 2999])
    assert (set(found.losses), found.oracle, found.prediction) == ({0}, "", None)
    assert found.notes == [
        "longdouble is no wider than float64 on this machine: no cheap oracle knows the rest"
    ]


def test_work_is_counted_and_not_timed() -> None:
    """The same steps are proved on every machine: results.json does not depend on its speed."""
    problem = build(load("xor-relu"))
    assert find(problem, [0, 5]).proved == find(problem, [0, 5]).proved


def exact(numbers: list[float]) -> Known:
    return of_balls(balls(np.array(numbers)))


def test_distances_are_counted_beyond_float64() -> None:
    with precision(200):
        third = of_balls(balls(np.array([1.0])) / 3)
    exactly = float(abs(Fraction(1 / 3) - Fraction(1, 3)))
    assert third.farthest(np.array([1 / 3])) == pytest.approx(exactly, rel=1e-12, abs=0)
    wide = of_floats(np.array([1], dtype="longdouble") / 3, "longdouble")
    assert 0 < third.apart(wide) < 2e-20


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_infinitely_far(bad: float) -> None:
    assert exact([1.0, 2.0]).farthest(np.array([1.0, bad])) == np.inf
    assert not of_floats(np.array([1.0, bad]), "longdouble").finite
    assert exact([1.0]).apart(of_floats(np.array([bad]), "longdouble")) == np.inf


def test_another_shape_is_infinitely_far() -> None:
    assert exact([1.0, 2.0]).farthest(np.array([[1.0, 2.0]])) == np.inf


def test_an_ulp_is_that_of_the_binade() -> None:
    for dtype in ("float32", "float64"):
        for number in (1.0, 1.99, 0.7, 1e-9, 300.0):
            assert ulp(number, dtype) == float(np.spacing(np.dtype(dtype).type(number)))
        tiny = float(np.finfo(dtype).tiny)
        assert ulp(tiny / 8, dtype) == tiny, "below the normal numbers TensorFlow has only 0"


def test_what_may_be_zero_has_no_size() -> None:
    assert exact([0.0]).largest == 0.0
    assert Known(np.array([1e-300]), np.zeros(1), 1e-290, "balls").largest == 0.0
