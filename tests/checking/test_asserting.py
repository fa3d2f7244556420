"""``parity.assert_parity`` and its message."""

import pytest

import parity
from parity.checking.asserting import message
from parity.checking.findings import Check, Outcome, Part
from tests.checking.fake import FakeBrain, brain
from tests.checking.records import CONSTANT, FAILED, NASTY, RIGHT, UNCLEAR, WRONG

__all__ = ["brain"]


def test_the_message_has_a_line_for_every_wrong_part() -> None:
    parts = tuple(Part(f"gradient of l{n}", Outcome.WRONG, 1e3 + n) for n in range(30))
    lines = message(Check("x.py", Outcome.WRONG, parts=parts)).splitlines()
    assert lines[0] == "PARITY BROKEN  x.py"
    assert [line.split()[2] for line in lines[1:]] == [f"l{n}" for n in reversed(range(30))]


def test_the_message_says_what_where_why_and_what_next() -> None:
    said = message(WRONG)
    assert said.startswith("PARITY BROKEN  mynet.py  against PyTorch 2.13.0, Keras 3.15.1, complex step\n")
    assert "7.8e+13 noise units   worst at [2, 1]" in said
    for line in (
        "  cause  G114 weights",
        "  where  mynet.py:57",
        "  fix    in train()",
        "  more   parity explain G114",
    ):
        assert f"\n{line}" in said


def test_the_message_is_printable() -> None:
    assert all(c.isprintable() or c == "\n" for c in message(NASTY))


def test_right_passes_and_is_returned(brain: FakeBrain) -> None:
    assert parity.assert_parity(RIGHT, against=()) is RIGHT
    assert brain.calls == [(RIGHT, {"against": ()})]
    assert parity.assert_parity(CONSTANT) is CONSTANT


@pytest.mark.parametrize("check", [WRONG, UNCLEAR, FAILED], ids=lambda check: str(check.outcome))
def test_anything_else_fails(check: Check, brain: FakeBrain) -> None:
    with pytest.raises(AssertionError) as caught:
        parity.assert_parity(check)
    assert str(caught.value) == message(check)


def test_strict_takes_no_constant(brain: FakeBrain) -> None:
    with pytest.raises(AssertionError, match=r"EXACT UP TO A CONSTANT  half\.py"):
        parity.assert_parity(CONSTANT, strict=True)
