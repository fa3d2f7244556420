"""What is kept was flawless, and what is not flawless is not taken for it: missed, never planted, an alarm, nothing."""

from attrs import evolve

from parity.power.__main__ import flawless
from parity.results import Power
from parity.suite.stored_power import stored_power


def kept() -> Power:
    found = stored_power()
    assert found is not None
    return found


def test_what_is_kept_is_flawless() -> None:
    assert flawless(kept())


def test_whatever_is_missing_is_seen() -> None:
    power = kept()
    (bug, *bugs), (honest, *others) = power.planted, power.honest
    for flaw in ({"caught": bug.planted - 1}, {"planted": 0, "caught": 0}):
        assert not flawless(evolve(power, planted=[evolve(bug, **flaw), *bugs]))
    for flaw in ({"alarms": 1}, {"comparisons": 0}):
        assert not flawless(evolve(power, honest=[evolve(honest, **flaw), *others]))
    assert not flawless(evolve(power, planted=[]))
    assert not flawless(evolve(power, honest=[]))
