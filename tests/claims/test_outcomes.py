"""Every claim of the shipped scenarios against an independent transcript of outcomes and digits."""

import re
from collections import Counter

import pytest

from parity.claims import check, problems
from parity.results import Claim
from parity.scenarios import load, shipped
from tests.claims.changes import with_claim
from tests.claims.transcript import FAILS, HOLDS, TRANSCRIPT


def close(measured: str, digits: str) -> bool:
    """Whether numbers agree to one unit of the last digit that is written, or of the sixth."""
    got, want = measured.replace(",", "").split(), digits.split()
    return len(got) == len(want) and all(map(_close, got, want))


def _close(got: str, want: str) -> bool:
    if not re.search(r"\d", want):
        return got == want
    mantissa, _, exponent = want.rstrip("%").partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
    value = float(want.rstrip("%"))
    unit = max(10.0**-decimals, 1e-5 * abs(value)) if "." in mantissa else 0
    return abs(float(got.rstrip("%")) - value) <= unit * 1.0001


def test_every_claim_is_in_the_transcript_once_and_the_other_way_round(checked: dict[str, list[Claim]]):
    ids = Counter(claim.id for own in checked.values() for claim in own)
    assert [name for name, count in ids.items() if count > 1] == []
    assert set(ids) == set(TRANSCRIPT)


def test_every_number_from_1_to_77_is_there():
    assert {int(re.search(r"\d+", name)[0]) for name in TRANSCRIPT} == set(range(1, 78))


@pytest.mark.parametrize("name", TRANSCRIPT)
def test_claim(name: str, checked: dict[str, list[Claim]]):
    claim = next(claim for own in checked.values() for claim in own if claim.id == name)
    outcome, digits = TRANSCRIPT[name]
    assert claim.outcome == outcome, claim
    assert not digits or close(claim.measured, digits), claim


@pytest.mark.parametrize("scenario", shipped())
def test_the_claims_of_every_shipped_scenario_can_be_measured(scenario: str):
    assert problems(load(scenario)) == []


def test_a_claim_that_fails_says_why(checked: dict[str, list[Claim]]):
    silent = [c.id for own in checked.values() for c in own if c.outcome == FAILS and not c.reason]
    assert silent == []


def test_nothing_is_unchecked_but_what_needs_frameworks(checked: dict[str, list[Claim]]):
    reasons = {c.reason for own in checked.values() for c in own if c.outcome == "not checked"}
    assert reasons == {"no framework ran in float64"}


def test_a_planted_error_is_seen():
    """The score of the first day is 1.17 with a bias of 0.08: both the digits and the outcome give it away."""
    scenario = load("running-neuron")
    scenario.initial.weights["dense_1/bias"][0] = 0.08
    claim = check(scenario)[0]
    assert (claim.id, claim.outcome) == ("C1", HOLDS)
    assert not close(claim.measured, TRANSCRIPT["C1"][1])


def test_the_outcome_follows_from_the_claimed_value():
    scenario = with_claim(load("xor-hand-wired"), measure="loss", arguments={"step": 0}, claimed="0.0168")
    assert check(scenario)[0].outcome == HOLDS


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scenario", "measure", "arguments", "value"),
    [
        ("xor-two-hidden", "solved", {"steps": 10000}, 176),
        ("xor-sigmoid", "solved", {"steps": 10000}, 200),
        ("xor-sigmoid", "solved", {"steps": 3000, "changes": {"hidden": 3}}, 193),
        ("xor-sigmoid", "solved", {"steps": 3000, "changes": {"hidden": 1}}, 0),
        ("xor-sigmoid", "solved", {"steps": 3000, "changes": {"bias": False}}, 189),
        ("xor-tanh", "solved", {"steps": 3000}, 199),
        ("xor-tanh", "solved", {"steps": 3000, "changes": {"hidden": 2}}, 129),
        ("xor-relu", "solved", {"steps": 3000, "changes": {"rule": "normal", "scale": 0.5}}, 116),
        ("xor-relu", "solved", {"steps": 3000, "changes": {"rule": "normal", "scale": 1.0}}, 120),
        ("xor-relu", "solved", {"steps": 3000, "changes": {"hidden": 8}}, 187),
        ("xor-relu", "solved", {"steps": 3000, "changes": {"hidden": 16}}, 200),
    ],
)
def test_full_table(scenario: str, measure: str, arguments: dict[str, object], value: int):
    own = with_claim(load(scenario), measure=measure, arguments=arguments, compare="reference")
    claim = check(own)[0]
    assert claim.measured == str(value)
