"""A check as text: what stands where, and that nothing in it can play tricks on a terminal."""

import re

import pytest
from attrs import evolve

from parity.checking.findings import Check, Outcome, Part
from parity.checking.text import as_text, one_line
from tests.checking.records import ALL, CONSTANT, FAILED, NASTY, ORDER, RIGHT, UNCLEAR, UNKNOWN, WRONG


def labels(text: str) -> list[str]:
    return [line[:13].strip() for line in text.splitlines() if line[:1].strip() and line[12:13] == " "]


def beside(text: str, label: str) -> str:
    """Return what stands beside a label, as one line."""
    found = re.search(rf"^{label} *(.*\n(?: {{13}}.*\n)*)", text + "\n", re.MULTILINE)
    assert found, text
    return " ".join(found[1].split())


def test_a_wrong_network_has_everything_in_order() -> None:
    text = as_text(WRONG)
    assert labels(text) == ["Understood", "Verdict", "Right", "Cause", "Where", "Fix", "More"]
    assert beside(text, "Verdict").startswith(
        "WRONG gradient of layer_1/kernel, layer_1/bias 7.8e+13 noise units against "
        "PyTorch 2.13.0, Keras 3.15.1, complex step"
    )
    assert beside(text, "Cause").startswith("G114 weights updated before")
    assert beside(text, "Where") == ORDER.where
    assert beside(text, "Fix") == ORDER.fix
    assert beside(text, "Right") == "forward, reported loss, 2 gradients at most 0.8 noise units"
    assert beside(text, "More") == "parity explain G114"


def test_worst_first_whatever_the_order_in_the_record() -> None:
    said = beside(as_text(WRONG), "Verdict")
    assert said.index("7.8e+13 worst at") < said.index("1.2e+10 worst at")


@pytest.mark.parametrize("check", ALL, ids=lambda check: str(check.outcome))
@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_too_long_and_all_stand_in_one_column(check: Check, width: int) -> None:
    code = {line for entry in (*check.next, *check.evidence) if "\n" in entry for line in entry.splitlines()}
    for line in as_text(check, width).splitlines():
        assert len(line) <= width or " " not in line[13:]
        assert line in code or not line or line[12] == " "


def test_nan_and_infinity_are_worst() -> None:
    parts = [
        Part(f"gradient of {n}", Outcome.WRONG, v) for n, v in [("a", 5.0), ("b", float("nan")), ("c", 1e300)]
    ]
    text = as_text(Check("x.py", Outcome.WRONG, parts=tuple(parts)))
    assert beside(text, "Verdict") == "WRONG gradient of b, c, a not finite"


def test_many_wrong_parts_are_capped_and_counted() -> None:
    parts = tuple(Part(f"gradient of l{n}", Outcome.WRONG, 1e3 + n, (), "off") for n in range(11))
    text = as_text(Check("x.py", Outcome.WRONG, parts=parts))
    assert "11 of 11 parts" in text
    assert text.count(" off") == 8
    assert "and 3 more" in text
    assert as_text(Check("x.py", Outcome.WRONG, parts=parts), verbose=True).count(" off") == 11
    silent = tuple(evolve(part, message="") for part in parts)
    assert beside(as_text(Check("x.py", Outcome.WRONG, parts=silent)), "Verdict").count(" l") == 8


def test_a_right_network_says_what_was_judged() -> None:
    assert beside(as_text(RIGHT), "Verdict") == (
        "EXACT forward, reported loss, 2 gradients "
        "at most 0.8 noise units against PyTorch 2.13.0, Keras 3.15.1, complex step"
    )
    assert "gradient of layer_2/kernel" not in as_text(RIGHT)
    assert "gradient of layer_2/kernel" in as_text(RIGHT, verbose=True)


def test_a_constant_says_which() -> None:
    said = as_text(CONSTANT)
    assert "EXACT UP TO A CONSTANT" in said
    assert "exactly 0.5 of the gradient" in said


def test_several_causes_are_numbered() -> None:
    text = as_text(evolve(WRONG, reasons=(ORDER, evolve(ORDER, code="G304"))))
    assert "Cause 1      G114" in text
    assert "Cause 2      G304" in text
    assert "Cause 1" not in as_text(WRONG)


def test_without_a_cause_there_is_evidence() -> None:
    assert labels(as_text(UNKNOWN)) == ["Understood", "Verdict", "Evidence", "Next"]


def test_code_to_be_copied_stands_at_the_margin() -> None:
    assert "\n\ndef forward(x):\n    return net.predict(x)" in as_text(UNCLEAR, 60)


def test_why_there_is_no_verdict() -> None:
    assert "ValueError in line 3" in beside(as_text(FAILED), "Why")


@pytest.mark.parametrize("check", ALL, ids=lambda check: str(check.outcome))
def test_colours_change_nothing_but_colours(check: Check) -> None:
    assert "\x1b" not in as_text(check)
    painted = as_text(check, colour=True)
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == as_text(check)


def test_nothing_invisible_gets_out() -> None:
    text = as_text(NASTY) + one_line(NASTY)
    assert all(c.isprintable() or c == "\n" for c in text)
    assert r"\x1b[31m" in text
    text.encode("utf-8")


def test_one_line_is_one_line() -> None:
    for check in ALL:
        assert "\n" not in one_line(check)
    assert one_line(WRONG).startswith("mynet.py  WRONG  gradient of")
    assert one_line(WRONG).endswith("G114")


def test_str_of_a_check_is_its_text() -> None:
    assert str(WRONG) == as_text(WRONG)
