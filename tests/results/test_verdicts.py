"""The verdict of a whole."""

import itertools

import pytest

from parity.results import Verdict, combine, exit_code, overall
from parity.results.verdicts import of_scenario

from .records import scenario

HOLDS, BROKEN, UNCLEAR, FAILED = Verdict.HOLDS, Verdict.BROKEN, Verdict.UNCLEAR, Verdict.FAILED


def test_the_worst_part_decides_in_any_order():
    for order in itertools.permutations(Verdict):
        assert combine(order) is BROKEN
    assert combine([HOLDS, UNCLEAR, FAILED]) is FAILED
    assert combine([HOLDS, UNCLEAR]) is UNCLEAR
    assert combine([HOLDS, HOLDS]) is HOLDS


def test_nothing_compared_does_not_hold():
    assert combine([]) is UNCLEAR
    assert overall([]) is UNCLEAR


@pytest.mark.parametrize(
    ("expected", "verdict", "counts_as"),
    [
        (HOLDS, HOLDS, HOLDS),
        (HOLDS, BROKEN, BROKEN),
        (HOLDS, UNCLEAR, UNCLEAR),
        (HOLDS, FAILED, FAILED),
        (BROKEN, BROKEN, HOLDS),
        (BROKEN, HOLDS, BROKEN),
        (BROKEN, UNCLEAR, UNCLEAR),
        (BROKEN, FAILED, FAILED),
        (UNCLEAR, UNCLEAR, HOLDS),
        (UNCLEAR, HOLDS, HOLDS),
        (UNCLEAR, BROKEN, BROKEN),
        (UNCLEAR, FAILED, FAILED),
    ],
)
def test_a_scenario_is_measured_by_what_is_expected_of_it(expected, verdict, counts_as):
    assert overall([scenario(expected=expected, verdict=verdict)]) is counts_as


def test_every_run_of_a_scenario_has_to_come_out_as_expected():
    assert of_scenario(BROKEN, [BROKEN, BROKEN]) is BROKEN
    assert of_scenario(BROKEN, [BROKEN, HOLDS]) is HOLDS
    assert of_scenario(HOLDS, [HOLDS, UNCLEAR, FAILED]) is FAILED
    assert of_scenario(HOLDS, []) is of_scenario(BROKEN, []) is UNCLEAR


def test_what_is_not_complete_cannot_hold_but_can_be_broken():
    assert overall([scenario()], partial="out of time") is UNCLEAR
    assert overall([scenario(verdict=BROKEN)], partial="out of time") is BROKEN


def test_exit_codes():
    assert {v: exit_code(v) for v in Verdict} == {HOLDS: 0, BROKEN: 1, FAILED: 3, UNCLEAR: 4}
