"""Merging: which of two results is taken, and what is kept of both."""

import json

import pytest
from attrs import evolve

from parity.errors import ParityError
from parity.results import Claim, Distance, DistanceToTruth, Verdict, dumps, loads, merge

from .records import comparison, implementation, results, run, scenario


def test_nothing_and_one():
    with pytest.raises(ParityError, match="no results to merge"):
        merge([])
    one = results(scenario("xor", run(implementation())))
    assert merge([one]) is one


def test_scenarios_are_united():
    merged = merge(
        [results(scenario("a", run(implementation()))), results(scenario("b", run(implementation())))]
    )
    assert [s.name for s in merged.scenarios] == ["a", "b"]
    assert merged.verdict is Verdict.HOLDS


def test_frameworks_of_one_run_are_united():
    merged = merge(
        [
            results(scenario("xor", run(implementation("torch"))), comparisons=[comparison()]),
            results(
                scenario("xor", run(implementation("keras"))), comparisons=[comparison(framework="keras")]
            ),
        ]
    )
    (only,) = merged.scenarios[0].runs
    assert [i.framework for i in only.implementations] == ["torch", "keras"]
    assert set(only.loss.losses) == {"scratch", "torch", "keras"}
    assert set(only.loss.differences) == {"torch", "keras"}
    assert set(only.predictions[0].values) == {"scratch", "torch", "keras"}
    assert set(only.landscape.differences) == {"torch", "keras"}
    assert [s.framework for s in only.series] == ["torch", "keras"]
    assert [c.framework for c in merged.comparisons] == ["torch", "keras"]


def test_the_later_of_the_same_framework_wins_and_verdicts_are_drawn_anew():
    good = results(scenario("xor", run(implementation())), comparisons=[comparison(), comparison(step=1)])
    bad_implementation = implementation(verdict=Verdict.BROKEN, worst=1e9)
    bad = results(
        scenario("xor", run(bad_implementation), verdict=Verdict.BROKEN),
        comparisons=[comparison(noise_units=1e9)],
    )
    merged = merge([good, bad])
    assert merged.verdict is merged.scenarios[0].verdict is Verdict.BROKEN
    assert [c.noise_units for c in merged.comparisons] == [1e9]
    assert len(merged.scenarios[0].runs[0].series) == 1
    assert merge([bad, good]).verdict is Verdict.HOLDS
    assert len(merge([bad, good]).comparisons) == 2


def test_number_types_are_united():
    merged = merge(
        [results(scenario("xor", run(implementation(), dtype=d))) for d in ("float64", "float32")],
    )
    assert [r.dtype for r in merged.scenarios[0].runs] == ["float64", "float32"]


def test_another_seed_is_another_scenario():
    a = results(scenario("xor", run(implementation()), seed=42), comparisons=[comparison()])
    b = results(scenario("xor", run(implementation()), seed=7), comparisons=[comparison()])
    merged = merge([a, b])
    assert [s.name for s in merged.scenarios] == ["xor-seed-42", "xor-seed-7"]
    assert [c.scenario for c in merged.comparisons] == ["xor-seed-42", "xor-seed-7"]
    again = merge([merged, a])
    assert [s.name for s in again.scenarios] == ["xor-seed-42", "xor-seed-7"]
    assert len(again.comparisons) == 2


def test_given_weights_and_a_seed_stay_apart():
    a = results(scenario("xor", run(implementation()), seed=None))
    b = results(scenario("xor", run(implementation()), seed=7))
    assert [s.name for s in merge([a, b]).scenarios] == ["xor", "xor-seed-7"]


def test_a_run_of_other_length_is_replaced_as_a_whole():
    a = results(scenario("xor", run(implementation("torch"), steps=2)), comparisons=[comparison()])
    b = results(
        scenario("xor", run(implementation("keras"), steps=3)), comparisons=[comparison(framework="keras")]
    )
    merged = merge([a, b])
    assert [i.framework for i in merged.scenarios[0].runs[0].implementations] == ["keras"]
    assert [c.framework for c in merged.comparisons] == ["keras"]


def test_curves_on_other_steps_are_not_mixed():
    old, new = run(implementation("torch")), run(implementation("keras"))
    new = evolve(new, loss=evolve(new.loss, steps=[0, 2]))
    merged = merge([results(scenario("xor", old)), results(scenario("xor", new))])
    assert set(merged.scenarios[0].runs[0].loss.losses) == {"scratch", "keras"}


def test_differences_of_environment_are_noted():
    a = results(scenario("a", run(implementation())), environment={"numpy": "2.4.5", "os": "Linux"})
    b = results(scenario("b", run(implementation())), environment={"numpy": "2.4.6", "os": "Linux"})
    assert merge([a, b]).environment == {"numpy": "2.4.5 | 2.4.6", "os": "Linux"}
    assert merge([a, b, a]).environment == {"numpy": "2.4.5 | 2.4.6", "os": "Linux"}


def test_claims_are_united_by_id():
    def claim(name, measured):
        return Claim(name, "text", "source", "1", measured, "holds")

    a = results(scenario("xor", run(implementation()), claims=[claim("C1", "a"), claim("C2", "a")]))
    b = results(scenario("xor", run(implementation()), claims=[claim("C2", "b")]))
    assert [(c.id, c.measured) for c in merge([a, b]).scenarios[0].claims] == [("C1", "a"), ("C2", "b")]


def test_a_partial_result_stays_partial():
    whole = results(scenario("a", run(implementation())))
    part = results(scenario("b", run(implementation())), partial="stopped by Ctrl-C")
    merged = merge([whole, part])
    assert merged.partial == "stopped by Ctrl-C"
    assert merged.verdict is Verdict.UNCLEAR


def test_merging_is_associative():
    a = results(scenario("xor", run(implementation("torch")), seed=1), comparisons=[comparison()])
    b = results(
        scenario("xor", run(implementation("keras")), seed=2), comparisons=[comparison(framework="keras")]
    )
    c = results(
        scenario("xor", run(implementation("keras")), seed=1), comparisons=[comparison(framework="keras")]
    )
    assert dumps(merge([merge([a, b]), c])) == dumps(merge([a, merge([b, c])])) == dumps(merge([a, b, c]))


def truth(*names, proved=10, note=""):
    distances = [Distance(n, "loss", float(proved), 3, "", "balls", 0.0, 1.0, 2, "balls") for n in names]
    return DistanceToTruth(proved, "longdouble", 0.005, [note] if note else [], distances)


def test_distances_to_the_same_truth_are_united():
    old = evolve(run(implementation("torch")), truth=truth("scratch", "torch", note="old"))
    new = evolve(run(implementation("keras")), truth=truth("scratch", "keras", note="new"))
    (merged,) = merge([results(scenario("xor", old)), results(scenario("xor", new))]).scenarios[0].runs
    assert [d.implementation for d in merged.truth.distances] == ["torch", "scratch", "keras"]
    assert merged.truth.notes == ["old", "new"]


def test_distances_to_another_truth_are_not_mixed():
    old = evolve(run(implementation("torch")), truth=truth("scratch", "torch"))
    new = evolve(run(implementation("keras")), truth=truth("scratch", "keras", proved=20))
    (merged,) = merge([results(scenario("xor", old)), results(scenario("xor", new))]).scenarios[0].runs
    assert merged.truth == new.truth


def test_the_later_distance_of_a_framework_wins_and_an_old_one_is_not_left_standing():
    old = evolve(run(implementation("torch")), truth=truth("scratch", "torch"))
    later = evolve(run(implementation("torch")), truth=truth("scratch", "torch", note="later"))
    without = run(implementation("torch"))
    (merged,) = merge([results(scenario("xor", old)), results(scenario("xor", later))]).scenarios[0].runs
    assert merged.truth == later.truth
    (merged,) = merge([results(scenario("xor", old)), results(scenario("xor", without))]).scenarios[0].runs
    assert merged.truth is None
    other = run(implementation("keras"))
    (merged,) = merge([results(scenario("xor", old)), results(scenario("xor", other))]).scenarios[0].runs
    assert [d.implementation for d in merged.truth.distances] == ["torch"]


def test_the_truth_is_kept_in_the_file_and_older_files_have_none():
    given = results(scenario("xor", evolve(run(implementation()), truth=truth("scratch", note="said"))))
    text = dumps(given)
    assert loads(text) == given
    plain = json.loads(text)
    del plain["scenarios"][0]["runs"][0]["truth"]
    assert loads(json.dumps(plain)).scenarios[0].runs[0].truth is None
