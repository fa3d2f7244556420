"""What a row says of a file."""

from pathlib import Path

from attrs import evolve

from parity.checking.findings import Outcome, Part
from parity.grading.rows import Row
from tests.checking.records import RIGHT


def test_a_part_of_a_right_network_that_was_not_judged_is_said() -> None:
    part = Part("update", Outcome.UNCLEAR, None, (), "fit() (line 9) changes the weights")
    check = evolve(RIGHT, parts=(*RIGHT.parts, part), notes=("np is used, but not defined",))
    assert Row(Path("ada.py"), RIGHT).message == ""
    said = "update NOT JUDGED: fit() (line 9) changes the weights; np is used, but not defined"
    assert Row(Path("ada.py"), check).message == said
