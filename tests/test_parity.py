"""Parity as assertions: every scenario, in every framework and number type, number by number.

pytest -m parity -k "sensor and torch and float32"
"""

from typing import NamedTuple

import pytest

from parity.results import Comparison, Implementation, Results, Verdict
from parity.scenarios import load, shipped
from parity.suite.run import DTYPES, FRAMEWORKS
from tests.conftest import required

pytestmark = [pytest.mark.parity, pytest.mark.timeout(1200)]


class Case(NamedTuple):
    scenario: str
    framework: str
    dtype: str


SCENARIOS = {name: load(name) for name in shipped()}
CASES = [
    Case(name, framework, dtype)
    for name, scenario in SCENARIOS.items()
    for framework in (scenario.against or FRAMEWORKS)
    for dtype in DTYPES
]


def cases(*expect: str, trained: bool | None = None, classes: bool = False) -> pytest.MarkDecorator:
    """Parametrise over the scenarios with such an expectation."""
    chosen = [
        case
        for case in CASES
        if SCENARIOS[case.scenario].expect in expect
        and (trained is None or (SCENARIOS[case.scenario].training is not None) == trained)
        and (not classes or SCENARIOS[case.scenario].data.name in ("xor", "sensor"))
    ]
    return pytest.mark.parametrize("case", chosen, ids="-".join)


def implementation(outcome: Results, case: Case) -> Implementation:
    """Return how one framework did; where it could not run, skip on a laptop and fail in CI."""
    scenario = next(s for s in outcome.scenarios if s.name == case.scenario)
    run = next(r for r in scenario.runs if r.dtype == case.dtype)
    found = next(i for i in run.implementations if i.framework == case.framework)
    if found.verdict is Verdict.FAILED:
        message = f"{case.framework} {found.reason}. {found.hint}"
        pytest.fail(message) if required(case.framework) else pytest.skip(f"NOTHING WAS COMPARED: {message}")
    return found


def comparisons(outcome: Results, case: Case, quantity: str) -> list[Comparison]:
    """Return what was kept of one quantity."""
    implementation(outcome, case)
    place = (case.scenario, case.framework, case.dtype, quantity)
    return [c for c in outcome.comparisons if (c.scenario, c.framework, c.dtype, c.quantity) == place]


def assert_matches(outcome: Results, case: Case, quantity: str) -> None:
    """Fail with step, parameter and noise units of everything that differs; fail if nothing was compared."""
    kept = comparisons(outcome, case, quantity)
    broken = [c for c in kept if c.verdict is Verdict.BROKEN]
    lines = [
        f"{c.quantity} of {c.parameter} at step {c.step}: {c.noise_units:.3g} noise units"
        f" (differs by {c.max_abs_diff:.3g}, rounding does {c.noise:.3g}) {c.reason}"
        for c in sorted(broken, key=lambda c: -c.noise_units)
    ]
    assert not broken, f"{case.framework} leaves scratch\n" + "\n".join(lines)
    evidence = [c for c in kept if c.verdict is Verdict.HOLDS]
    reasons = {c.reason for c in kept} or {"no comparison was made"}
    assert evidence, f"no {quantity} of {case.scenario} could be compared: {', '.join(sorted(reasons))}"


@cases("holds", "could not tell")
def test_initial_weights_are_the_same_bit_for_bit(outcome: Results, case: Case) -> None:
    kept = comparisons(outcome, case, "initial weight")
    assert [c for c in kept if c.max_abs_diff != 0] == []


@cases("holds")
def test_layer_outputs_match(outcome: Results, case: Case) -> None:
    assert_matches(outcome, case, "output")


@cases("holds", trained=True)
def test_gradients_match(outcome: Results, case: Case) -> None:
    assert_matches(outcome, case, "gradient")


@cases("holds", trained=True)
def test_updated_weights_match(outcome: Results, case: Case) -> None:
    assert_matches(outcome, case, "weight")


@cases("holds", trained=True)
def test_loss_trajectories_match(outcome: Results, case: Case) -> None:
    assert_matches(outcome, case, "loss")


@cases("holds")
def test_final_predictions_match(outcome: Results, case: Case) -> None:
    if SCENARIOS[case.scenario].name == "xor-rate-100":
        kept = comparisons(outcome, case, "prediction")
        assert {c.reason for c in kept} == {"past the horizon"}, "chaos cannot be compared at its end"
        return
    assert_matches(outcome, case, "prediction")


@cases("holds", trained=True, classes=True)
def test_predicted_classes_are_the_same(outcome: Results, case: Case) -> None:
    differ = [c for c in comparisons(outcome, case, "class") if c.verdict is Verdict.BROKEN]
    assert not differ, "\n".join(
        f"{c.max_abs_diff:.0f} of the {c.parameter} rows get another class" for c in differ
    )


@cases("holds")
def test_the_run_as_a_whole_holds(outcome: Results, case: Case) -> None:
    found = implementation(outcome, case)
    assert found.verdict is Verdict.HOLDS, f"{found.verdict}: {found.reason} {found.first_divergence}"


@cases("broken")
def test_a_gap_that_is_the_point_is_seen(outcome: Results, case: Case) -> None:
    found = implementation(outcome, case)
    assert found.verdict is Verdict.BROKEN
    assert found.first_divergence is not None
    assert found.first_divergence.step == 0


@cases("could not tell")
def test_where_nothing_is_learned_nothing_is_claimed(outcome: Results, case: Case) -> None:
    found = implementation(outcome, case)
    assert found.verdict is Verdict.UNCLEAR
    assert "nothing learned" in found.reason
