"""The Python door."""

import pytest

import parity
from parity.results import Verdict


@pytest.fixture(scope="module")
def report() -> parity.Report:
    return parity.run(["xor-hand-wired", "running-neuron"], against=["torch"], dtypes=["float64"])


def test_verdict_and_exit_code(report: parity.Report) -> None:
    assert report.verdict is Verdict.HOLDS
    assert report.exit_code == 0


def test_comparisons_are_a_table(report: parity.Report) -> None:
    table = report.comparisons
    assert set(table["scenario"]) == {"xor-hand-wired", "running-neuron"}
    assert set(table["framework"]) == {"torch"}
    assert (table["noise_units"] < 10).all()


def test_it_shows_itself(report: parity.Report) -> None:
    assert "xor-hand-wired" in str(report)
    assert "<table" in report._repr_html_()
    assert "<script" not in report._repr_html_()


def test_a_scenario_made_in_python() -> None:
    base = parity.load("xor-hand-wired")
    report = parity.run(base, against=[], dtypes=["float64"])
    assert report.verdict is Verdict.UNCLEAR


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"against": ["jax"]}, "framework is 'jax'"),
        ({"dtypes": ["float16"]}, "number type is 'float16'"),
        ({"dtypes": []}, "no number type"),
        ({"seed": -1}, "seed is -1"),
        ({"scenarios": []}, "no scenario"),
        ({"scenarios": "xor-sigmod"}, "did you mean xor-sigmoid"),
    ],
)
def test_mistakes_are_said(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(parity.ParityError, match=message):
        parity.run(**arguments)  # type: ignore[arg-type]


def test_all_mistakes_at_once() -> None:
    with pytest.raises(parity.ParityError) as caught:
        parity.run("xor-sigmod", against=["jax"], dtypes=["float16"])
    assert len(caught.value.problems) == 3


def test_the_same_scenario_twice_is_refused() -> None:
    base = parity.load("xor-hand-wired")
    with pytest.raises(parity.ParityError, match="is given twice"):
        parity.run([base, base], against=[])


def test_what_says_nothing_about_a_framework_is_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    two = [parity.load("running-neuron"), parity.load("keras-snippet-as-printed")]
    monkeypatch.setattr("parity.api.load_all", lambda: two)
    results = parity.run(against="torch", dtypes="float64").results
    assert [scenario.name for scenario in results.scenarios] == ["running-neuron"]
    assert results.settings["left out"] == "keras-snippet-as-printed"


def test_what_says_nothing_about_a_framework_is_refused_by_name() -> None:
    with pytest.raises(parity.ParityError, match="keras-snippet-as-printed is about keras"):
        parity.run("keras-snippet-as-printed", against="torch")
