"""Checking the claims of a scenario: nothing crashes, and every mistake in the data is found."""

import pytest
from attrs import evolve

from parity.claims import check, problems
from parity.claims.measures import MEASURES, OF_THE_ARTICLES_START
from parity.results import Implementation, LossCurves, Run, Verdict
from parity.scenarios import load, shipped
from parity.scenarios.model import Initial
from tests.claims.changes import single_neuron, with_claim


def run(*verdicts: tuple[str, Verdict], dtype: str = "float64") -> Run:
    names = [name for name, _ in verdicts]
    curves = LossCurves(
        [0, 1], {name: [0.5, 0.25] for name in names}, {name: [0.0, 0.1] for name in names}, [1e-16, 1e-16]
    )
    return Run(
        dtype, 2, 2, None, [Implementation(name, verdict, "why") for name, verdict in verdicts], curves
    )


def only(scenario, runs=(), seed=None):
    (claim,) = check(scenario, runs, seed)
    return claim


def test_a_checked_claim():
    claim = only(
        with_claim(single_neuron(), measure="output", arguments={"rows": [1]}, claimed="2.5", reason="w")
    )
    assert (claim.claimed, claim.measured, claim.outcome, claim.reason) == ("2.5", "2", "does not hold", "w")


def test_a_measure_that_fails_is_not_checked():
    claim = only(with_claim(single_neuron(), measure="output", arguments={"rows": [7]}, claimed="2"))
    assert claim.outcome == "not checked"
    assert claim.measured == ""
    assert claim.reason.startswith("the measure failed: IndexError: index 7 is out of bounds")


def test_a_claim_that_cannot_be_compared_is_not_checked():
    claim = only(with_claim(single_neuron(), measure="parameters"))
    assert claim.outcome == "not checked"
    assert "2 was measured" in claim.reason


def test_an_unknown_measure_is_not_checked():
    assert only(with_claim(single_neuron(), measure="los")).outcome == "not checked"


def test_an_underspecified_claim_needs_no_measure():
    claim = only(with_claim(single_neuron(), underspecified="no seed"))
    assert (claim.outcome, claim.reason, claim.measured) == ("underspecified", "no seed", "")


def test_a_claim_about_nothing_is_not_checked():
    assert only(with_claim(single_neuron())).reason == "nothing says how to measure it"


def test_training_measures_say_when_nothing_is_trained():
    scenario = with_claim(single_neuron(training=None), measure="loss", claimed="1")
    assert only(scenario).reason == "the measure failed: ValueError: nothing is trained in this scenario"


def test_another_seed_than_the_articles():
    random = single_neuron(initial=Initial("normal", seed=42))
    claim = only(with_claim(random, measure="loss", claimed="1"), seed=7)
    assert (claim.outcome, claim.reason) == ("not checked", "another seed (7) than the article's")


def test_another_seed_does_not_matter_to_given_weights_or_to_many_starts():
    given = only(with_claim(single_neuron(), measure="loss", compare="reference"), seed=7)
    many = with_claim(
        single_neuron(initial=Initial("normal")),
        measure="start_losses",
        arguments={"seeds": 3},
        compare="reference",
    )
    assert given.outcome == "reference"
    assert only(many, seed=7).outcome == "reference"


@pytest.mark.parametrize(
    ("runs", "outcome", "reason"),
    [
        ([], "not checked", "no framework ran in float64"),
        ([run(("torch", Verdict.HOLDS), dtype="float32")], "not checked", "no framework ran in float64"),
        ([run()], "not checked", "no framework ran in float64"),
        ([run(("torch", Verdict.HOLDS), ("keras", Verdict.HOLDS))], "holds", ""),
        ([run(("torch", Verdict.HOLDS), ("keras", Verdict.BROKEN))], "does not hold", ""),
        (
            [run(("torch", Verdict.HOLDS), ("keras", Verdict.FAILED))],
            "not checked",
            "keras: could not run, why",
        ),
        ([run(("torch", Verdict.UNCLEAR))], "not checked", "torch: could not tell, why"),
    ],
)
def test_frameworks_agree(runs: list[Run], outcome: str, reason: str):
    claim = only(with_claim(single_neuron(), measure="frameworks_agree"), runs)
    assert (claim.outcome, claim.reason) == (outcome, reason)


def test_one_framework():
    runs = [run(("torch", Verdict.HOLDS), ("keras", Verdict.BROKEN))]
    for framework, outcome in (("torch", "holds"), ("keras", "does not hold"), ("jax", "not checked")):
        scenario = with_claim(single_neuron(), measure="framework_agrees", arguments={"framework": framework})
        assert only(scenario, runs).outcome == outcome


@pytest.mark.parametrize(("measure", "value"), [("framework_loss", "0.25"), ("largest_loss_gap", "0.1")])
def test_numbers_of_a_framework(measure: str, value: str):
    arguments = {"framework": "torch"}
    scenario = with_claim(single_neuron(), measure=measure, arguments=arguments, compare="reference")
    assert only(scenario, [run(("torch", Verdict.BROKEN))]).measured == value
    without = evolve(run(("torch", Verdict.BROKEN)), loss=None)
    assert only(scenario, [without]).reason == "torch reports no losses in float64"


@pytest.mark.parametrize(
    ("claim", "problem"),
    [
        ({"measure": "los", "claimed": "1"}, "there is no measure 'los'; did you mean 'loss'?"),
        ({"measure": "loss", "arguments": {"stop": 3}}, "loss has no argument 'stop'; did you mean 'step'?"),
        ({"measure": "losses"}, "losses needs the argument 'steps'"),
        (
            {"measure": "solved", "arguments": {"steps": 3, "changes": {"hiden": 2}}},
            "vary has no argument 'hiden'; did you mean 'hidden'?",
        ),
        ({"measure": "loss", "claimed": "many"}, "claimed: 'many' is no number"),
        ({}, "it needs a measure, or has to say what is underspecified"),
    ],
)
def test_problems(claim: dict[str, object], problem: str):
    assert problems(with_claim(single_neuron(), **claim)) == [f"claims[0] (C0): {problem}"]


def test_a_word_like_no_measure_gets_the_whole_list():
    (problem,) = problems(with_claim(single_neuron(), measure="zzz"))
    assert problem.startswith(
        "claims[0] (C0): there is no measure 'zzz'; there are accuracy_on_test_rows, any_box"
    )


def test_two_claims_with_the_same_id():
    scenario = with_claim(single_neuron(), measure="loss", claimed="1")
    twice = evolve(scenario, claims=scenario.claims * 2)
    assert problems(twice) == ["claims: 2 claims are called 'C0', but every id has to be another"]


def test_every_measure_is_used():
    used = {spec.measure for name in shipped() for spec in load(name).claims}
    assert MEASURES.keys() - used == set()
    assert OF_THE_ARTICLES_START.keys() <= MEASURES.keys()
