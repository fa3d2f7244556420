"""What is printed, in the terminal, in Markdown, in a notebook, and how numbers look."""

import io
import math

import pytest
from attrs import evolve
from rich.console import Console

from parity.report import markdown, print_results, wording
from parity.report.markdown import code, escape
from parity.report.notebook import fragment
from parity.report.terminal import print_claims, verdict_line
from parity.results import Verdict

from .examples import broken, everything, gap, honest, missing, results


def printed(given, width=80, show=print_results, **options):
    file = io.StringIO()
    show(given, Console(file=file, width=width, **options))
    return file.getvalue()


def test_the_terminal_says_what_where_how_much_and_what_next():
    text = printed(everything())
    assert "PARITY BROKEN  xor-missing-mean  scratch vs torch 2.13.0  float64" in text
    assert "  gradient of dense_1/kernel first differs at step 0, by 2.5e+24 noise units" in text
    assert "  worst at [2, 1]: scratch 0.00294, torch 0.094\n  scratch is 0.03125 × torch everywhere" in text
    assert "COULD NOT RUN  xor-relu  scratch vs keras 3.15.1  float64" in text
    assert "  next   pip install 'backprop-parity[all]'" in text
    assert text.rstrip().endswith("✗ Parity is broken in 2 of 7 scenarios.")
    assert verdict_line(everything()) == "✗ Parity is broken in 2 of 7 scenarios."


def test_eighty_columns_are_enough():
    text = printed(everything())
    assert max(map(len, text.splitlines())) <= 80
    row = next(line for line in text.splitlines() if line.lstrip().startswith("momentum-as-written"))
    assert row.split() == ["momentum-as-written", "3.0e+06", "3.0e+06", "✓", "as", "expected"]


def test_no_colour_where_none_is_wanted(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in printed(everything(), force_terminal=True)
    monkeypatch.delenv("NO_COLOR")
    assert "\x1b[1;31m" in printed(everything(), force_terminal=True, color_system="standard")


def test_names_are_not_taken_for_markup():
    text = printed(results(broken("[red]bold[/red]")))
    assert "[red]bold[/red]" in text


def test_many_failures_are_cut_short():
    text = printed(results(*[broken(f"b{i}") for i in range(8)]))
    assert text.count("PARITY BROKEN") == 12
    assert "and 4 more in the report" in text


def test_a_missing_gap_is_a_failure():
    given = results(evolve(honest("quiet"), expected=Verdict.BROKEN))
    assert "PARITY HOLDS, BUT EXPECTED: BROKEN  quiet" in printed(given)
    assert "parity holds, but expected: broken" in markdown(given)


def test_nothing_and_partial():
    assert printed(results()).strip() == "? Nothing was compared, so one cannot tell."
    assert "Not complete: stopped" in printed(results(honest(), partial="stopped"))
    assert "> **This report is not complete.** stopped" in markdown(results(honest(), partial="stopped"))


def test_claims_are_printed():
    text = printed(everything(), show=print_claims)
    assert "C19  learning rate 2 is needed: does not hold" in text
    assert "claimed 2, measured 1. The article drops the factor 2" in text


def test_markdown():
    text = markdown(everything())
    assert text.startswith("# ❌ Parity is broken in 2 of 7 scenarios.\n")
    assert "| `xor-missing-mean` | ❌ parity broken | **2.5e+24** | **4.5e+15** | 1.3 | 1.3 |" in text
    assert (
        "| `momentum-as-written` | ✅ parity broken, as expected |  |  | **3.0e+06** | **3.0e+06** |" in text
    )
    assert "> **keras could not run** in 2 runs: keras is not installed\n> Next: `pip install" in text
    assert "  - gradient of dense\\_1/kernel first differs at step 0, by 2.5e+24 noise units" in text
    assert "| C19 learning rate 2 is needed | `xor-sigmoid` | `2` | `1` |" in text
    assert "| torch | 2.13.0 |" in text
    assert "expected" not in markdown(results(honest()))


@pytest.mark.parametrize("name", ["<script>", "a|b", "`x`", "*a*", "a\nb", "[x](y)"])
def test_markdown_shows_names_as_they_are(name):
    text = markdown(results(evolve(missing(name), runs=missing().runs)))
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({row.replace("\\|", "").count("|") for row in rows[:3]}) == 1
    assert "<script>" not in escape(name)


def test_code_and_escape():
    assert code("a`b") == "``a`b``"
    assert code("`a`") == "`` `a` ``"
    assert code("a|b") == "`a\\|b`"
    assert escape("<b>*x*_y_|z") == "&lt;b&gt;\\*x\\*\\_y\\_\\|z"


def test_notebook():
    text = fragment(results(honest("<script>"), gap(), missing(), partial="stopped"))
    assert "&lt;script&gt;" in text
    assert "<script>" not in text
    assert "3.0e+06" in text
    assert "stopped" in text
    assert "keras could not run" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0"),
        (0.001, "<0.01"),
        (0.25, "0.25"),
        (1.34, "1.3"),
        (9.96, "10"),
        (99.4, "99"),
        (99.6, "100"),
        (1234.0, "1234"),
        (9999.6, "1.0e+04"),
        (4.5e15, "4.5e+15"),
        (math.inf, "not finite"),
        (math.nan, "not finite"),
    ],
)
def test_noise_units_in_two_digits(value, text):
    assert wording.units(value) == text


def test_numbers_side_by_side_have_just_enough_digits():
    assert wording.side_by_side([0.021, 0.978]) == ["0.021", "0.978"]
    assert wording.side_by_side([0.1, 0.10000000149011612]) == ["0.1", "0.100000001"]
    assert len(set(wording.side_by_side([0.1, math.nextafter(0.1, 1)]))) == 2
    assert wording.side_by_side([math.nan, math.nan, 1.0]) == ["nan", "nan", "1"]
    assert wording.side_by_side([0.0, -0.0]) == ["0", "-0"]
