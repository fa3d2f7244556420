"""Mistakes in the hand-written network that are no wrong numbers: it raises, or is not the same twice."""

from typing import Any

import numpy as np
import pytest
from attrs import evolve

from parity.results import Implementation, Results, Verdict
from parity.scenarios.model import Override
from parity.suite.advice import advise
from parity.suite.run import Settings, run_scenarios
from scratch.layers import Dense, Sigmoid
from tests.frameworks.problems import scenario
from tests.judge.test_divergence import described

QUICK = Settings(against=("torch",), dtypes=("float64",))


def found(results: Results, name: str = "small") -> Implementation:
    return next(s for s in results.scenarios if s.name == name).runs[0].implementations[0]


def test_an_exception_names_its_line_and_the_others_still_run(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Dense.gradients

    def forgetful(self: Dense, params: Any, x: Any, dy: Any) -> Any:
        return (
            honest(self, {"kernel": params["kernal"]}, x, dy)
            if x.shape[-1] == 3
            else honest(self, params, x, dy)
        )

    monkeypatch.setattr(Dense, "gradients", forgetful)
    other = scenario("4 tanh", "2 sigmoid", name="other", inputs=5)
    results = run_scenarios([scenario(), other], QUICK)
    # A test's own function does not stand in scratch/, but it is called from there.
    assert found(results).verdict is Verdict.FAILED
    assert "the hand-written network raised KeyError: 'kernal' [scratch/" in found(results).reason
    assert found(results, "other").verdict is Verdict.HOLDS
    assert results.verdict is Verdict.FAILED


def test_a_sum_over_the_first_axis_gets_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    def summed(self: Dense, params: Any, x: Any, dy: Any) -> Any:
        return {"kernel": x.mT @ dy, "bias": dy.sum(axis=0)}

    monkeypatch.setattr(Dense, "gradients", summed)
    one = found(run_scenarios([scenario()], QUICK))
    assert one.verdict is Verdict.FAILED
    assert "axis=-2" in one.hint


def test_randomness_of_its_own_is_not_taken_for_rounding(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Sigmoid.forward
    rng = np.random.default_rng(0)

    def shaky(self: Sigmoid, params: Any, x: Any) -> Any:
        y, _ = honest(self, params, x)
        y = y * (1 + 1e-3 * rng.standard_normal(y.shape))
        return y, y

    monkeypatch.setattr(Sigmoid, "forward", shaky)
    one = found(run_scenarios([scenario()], QUICK))
    assert one.verdict is Verdict.FAILED
    assert "other numbers when it is run again" in one.reason


def test_a_mistake_of_our_own_is_not_blamed_on_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parity.suite.trial.recorded_steps", lambda problem: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_scenarios([scenario()], QUICK)


def broken(framework: str, value: float) -> Implementation:
    other = np.array([[1.0, -2.0], [0.5, value]])
    return Implementation(framework, Verdict.BROKEN, first_divergence=described(other))


def test_frameworks_that_agree_point_at_scratch() -> None:
    hints = [one.hint for one in advise([broken("torch", 8.0), broken("keras", 8.0 + 1e-9)])]
    assert "torch and keras agree with each other: look in the network by hand" in hints


def test_who_stands_alone_is_looked_at() -> None:
    first, second = advise([broken("torch", 8.0), Implementation("keras", Verdict.HOLDS)])
    assert first.hint == "keras agrees with scratch: look at what torch does differently"
    assert second.hint == ""


def test_two_different_gaps_are_no_agreement() -> None:
    assert [one.hint for one in advise([broken("torch", 8.0), broken("keras", 9.0)])] == ["", ""]


def test_a_gap_made_on_purpose_gets_no_advice() -> None:
    made = {"torch": Override(learning_rate=0.25)}
    one = found(run_scenarios([scenario(more={"overrides": made, "expect": "broken"})], QUICK))
    assert one.verdict is Verdict.BROKEN
    assert one.hint == ""


def test_targets_that_are_no_classes_are_no_gap() -> None:
    """``nn.NLLLoss`` takes classes only: for soft targets the sum has to be written out."""
    soft = scenario("4 tanh", "3 softmax", loss="categorical_cross_entropy", outputs=3)
    rows = np.random.default_rng(3).dirichlet(np.ones(3), size=7).tolist()
    one = found(run_scenarios([evolve(soft, data=evolve(soft.data, targets=rows))], QUICK))
    assert one.verdict is Verdict.HOLDS, one.first_divergence
