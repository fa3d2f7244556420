"""Distance to the truth on the page, in Markdown and in the terminal: who is closest, and who says so."""

import math
import re

import pytest
from attrs import evolve

from parity.report import markdown, truth, write
from parity.report.page import page as render
from parity.results import Distance, DistanceToTruth

from .examples import honest, missing, results
from .test_text import printed


def distance(name, quantity="loss", ulps=10.0, median=1.0, oracle="balls", **more):
    step, parameter, own_error, count = (
        more.get("step", 7),
        more.get("parameter", ""),
        more.get("own_error", 0.0),
        more.get("count", 23),
    )
    return Distance(
        name, quantity, ulps, step, parameter, oracle, own_error, median, count, more.get("oracles", oracle)
    )


def single(name, quantity, ulps, **more):
    return distance(name, quantity, ulps, ulps, count=1, **more)


def measured(
    *distances, proved=483, oracle="longdouble", share=0.0049, notes=(), dtypes=("float64",), steps=3000
):
    told = DistanceToTruth(proved, oracle, share, list(notes), list(distances))
    scenario = honest()
    runs = [evolve(run, truth=told, steps=steps) for run in scenario.runs if run.dtype in dtypes]
    return results(evolve(scenario, runs=runs))


def only(given):
    return given.scenarios[0].runs[0]


THREE = [
    distance("scratch", ulps=22.0, median=0.43, oracle="longdouble", oracles="balls, longdouble", step=1169),
    distance("torch", ulps=37.0, median=0.97, oracle="longdouble", oracles="balls, longdouble", step=1169),
    distance("keras", ulps=16.0, median=0.99, oracle="longdouble", oracles="balls, longdouble", step=729),
    single("scratch", "gradient", 11.0, parameter="dense_1/kernel"),
    single("torch", "gradient", 5.2, parameter="dense_1/kernel"),
    single("keras", "gradient", 11.0, parameter="dense_2/bias"),
    single("scratch", "prediction", 2.2, oracle="longdouble", step=3000),
    single("torch", "prediction", 2.2, oracle="longdouble", step=3000),
    single("keras", "prediction", 2.21, oracle="longdouble", step=3000),
]


def test_the_table_has_everybody_side_by_side():
    run = only(measured(*THREE))
    assert truth.names(run) == ["scratch", "torch", "keras"]
    rows = {line.label: line.marks for line in truth.lines(run)}
    assert list(rows) == [
        "loss, median of 23 steps",
        "loss, worst step",
        "first gradient, worst entry",
        "prediction, worst entry",
    ]
    assert [(m.text, m.closest) for m in rows["loss, median of 23 steps"]] == [
        ("0.43", True),
        ("0.97", False),
        ("0.99", False),
    ]
    assert [(m.text, m.closest) for m in rows["loss, worst step"]] == [
        ("22", False),
        ("37", False),
        ("16", True),
    ]
    assert rows["loss, worst step"][2].where == "step 729, longdouble"
    assert rows["loss, median of 23 steps"][0].where == "balls, longdouble"
    assert rows["first gradient, worst entry"][2].where == "dense_2/bias, balls"
    assert [m.closest for m in rows["prediction, worst entry"]] == [True, True, True]


def test_a_sentence_says_who_is_closest():
    assert truth.closest(only(measured(*THREE))) == (
        "Closest to the exact mathematics: scratch in the loss; torch in the first gradient; "
        "all alike in the prediction."
    )


def test_a_sentence_says_who_knows_the_truth_and_for_how_long():
    assert truth.oracle(only(measured(*THREE))) == (
        "Oracle: balls, 483 of 3,000 steps proved; longdouble knows the rest, its own error at most 0.5 % of what "
        "scratch is off, or of an ulp (estimated)."
    )
    assert "no step proved by balls; longdouble" in truth.oracle(only(measured(*THREE, proved=0)))
    all_proved = measured(THREE[3], proved=3000, oracle="")
    assert truth.oracle(only(all_proved)) == "Oracle: balls, all of 3,000 steps proved."
    assert truth.oracle(
        only(measured(single("scratch", "prediction", 0.5), proved=0, oracle="", steps=0))
    ) == ("Oracle: balls, every digit is proved.")
    assert truth.oracle(only(measured(proved=0, oracle=""))) == "Oracle: none."


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_said_and_never_closest(bad):
    given = measured(single("scratch", "gradient", 3.0), single("torch", "gradient", bad))
    (line,) = truth.lines(only(given))
    assert [(m.text, m.closest) for m in line.marks] == [("3", True), ("not finite", False), ("–", False)]
    assert "scratch in the first gradient" in truth.closest(only(given))
    nobody = measured(single("scratch", "gradient", bad), single("torch", "gradient", bad))
    assert "nobody in the first gradient" in truth.closest(only(nobody))
    assert "not finite" in markdown(given)


@pytest.mark.parametrize(("other", "own_error", "tie"), [(3.2, 0, True), (3.4, 0, False), (3.4, 0.1, True)])
def test_a_tenth_or_the_oracles_own_error_is_a_tie(other, own_error, tie):
    given = [single("scratch", "gradient", 3.0, own_error=own_error), single("torch", "gradient", other)]
    (line,) = truth.lines(only(measured(*given)))
    assert [m.closest for m in line.marks][:2] == [True, tie]


def test_one_alone_is_not_the_closest():
    given = measured(single("scratch", "gradient", 3.0))
    assert not any(m.closest for m in truth.lines(only(given))[0].marks)
    assert (truth.closest(only(given)), truth.standings(given), truth.summary(given)) == ("", [], "")


def test_it_is_counted_who_is_how_often_closest():
    one = measured(*THREE)
    two = measured(
        distance("scratch", median=9.0), distance("torch", median=5.0), distance("keras", median=1.0)
    )
    given = results(one.scenarios[0], evolve(two.scenarios[0], name="another"))
    loss, gradient, prediction = truth.standings(given)
    assert (loss.label, loss.runs) == ("loss, float64", 2)
    assert loss.closest == {"scratch": 1, "torch": 0, "keras": 1}
    assert loss.typical == {"scratch": (0.43 + 9) / 2, "torch": (0.97 + 5) / 2, "keras": (0.99 + 1) / 2}
    assert (gradient.runs, gradient.closest) == (1, {"scratch": 0, "torch": 1, "keras": 0})
    assert prediction.closest == {"scratch": 1, "torch": 1, "keras": 1}
    assert truth.summary(given) == "closest to the mathematics: scratch 2, torch 2, keras 2 of 4 times"
    assert truth.summary(given) in printed(given)
    assert "| loss, float64 | 1 (4.7) | 0 (3) | 1 (0.99) | 2 |" in markdown(given)


def test_number_types_are_counted_apart():
    given = measured(*THREE, dtypes=("float64", "float32"))
    labels = [standing.label for standing in truth.standings(given)]
    assert labels[0] == "loss, float64"
    assert labels[3:] == ["loss, float32", "first gradient, float32", "prediction, float32"]
    assert {standing.runs for standing in truth.standings(given)} == {1}


def test_the_page_shows_numbers_marks_oracles_and_notes():
    note = "undecided: input [0, 0] of relu_2, step 0 may be on either side of 0"
    html = render(measured(*THREE, notes=[note]), {})
    assert '<h2 id="truth">Distance to the truth</h2>' in html
    assert '<a href="#truth">' in html
    assert "<h3>Distance to the truth, float64</h3>" in html
    assert re.search(r'<td class="n closest"[^>]*>● 5.2<span>dense_1/kernel, balls</span></td>', html)
    assert '<td class="n">37<span>step 1,169, longdouble</span></td>' in html
    assert "U" + note[1:] + "." in html
    assert truth.closest(only(measured(*THREE))) in html


def test_markdown_has_every_distance_and_its_oracle():
    text = markdown(measured(*THREE))
    assert "| `xor-sigmoid` float64 | loss, worst step | 22 | 37 | **16** | longdouble |" in text
    assert "| `xor-sigmoid` float64 | first gradient, worst entry | 11 | **5.2** | 11 | balls |" in text


def test_what_comes_from_a_file_is_made_harmless():
    html = render(measured(*THREE, notes=["<b>x</b>"]), {})
    assert "<b>x</b>" not in html


def test_results_without_the_truth_look_as_before(tmp_path):
    given = results(honest(), missing())
    for text in (markdown(given), printed(given), write(given, tmp_path / "r").read_text(encoding="utf-8")):
        assert "truth" not in text.lower().replace(".truth", "")
