"""What every entry of the catalogue promises to whoever reads it."""

import re

import pytest

from parity.diagnosis import CATALOGUE, GROUPS, Bug
from parity.diagnosis.bug import PLACES
from parity.diagnosis.honest import HONEST

PUBLIC = re.compile(r"^(https://\S+|[\w.-]+/[\w.-]+(#\d+|@\w+)?|[\w.-]+/[\w.-]+ \S.*): \S")

every_bug = pytest.mark.parametrize("bug", CATALOGUE.values(), ids=CATALOGUE)


def test_there_are_many_and_each_code_is_there_once() -> None:
    codes = [bug.code for group in GROUPS for bug in group]
    assert len(codes) == len(set(codes)) == len(CATALOGUE) >= 100
    assert list(CATALOGUE) == sorted(CATALOGUE)
    assert len({bug.name for bug in CATALOGUE.values()}) == len(CATALOGUE)


@every_bug
def test_an_entry_is_complete(bug: Bug) -> None:
    assert re.fullmatch(r"G[1-9]\d\d", bug.code)
    assert not bug.name.endswith(".")
    assert bug.looks.endswith(".")
    assert bug.fix.endswith(".")
    assert not bug.hidden.endswith(".")
    assert "  " not in bug.looks + bug.fix + bug.hidden


@every_bug
def test_an_entry_replaces_rules_that_there_are(bug: Bug) -> None:
    assert bug.places
    assert set(bug.places) <= set(PLACES)


@every_bug
def test_a_size_is_asked_for_where_there_are_sizes(bug: Bug) -> None:
    assert ("size" in bug.rule.__code__.co_varnames) == bool(bug.sizes)
    assert len(set(bug.sizes)) == len(bug.sizes)
    assert all(size > 0 for size in bug.sizes)


@every_bug
def test_the_rule_is_shown_without_its_entry(bug: Bug) -> None:
    assert bug.source.startswith("def ")
    assert "GROUP" not in bug.source


@every_bug
def test_where_it_was_seen_can_be_looked_up(bug: Bug) -> None:
    for seen in bug.seen:
        assert PUBLIC.match(seen), seen


def test_most_were_seen_in_public() -> None:
    assert sum(bool(bug.seen) for bug in CATALOGUE.values()) > 0.7 * len(CATALOGUE)


def test_every_place_has_its_right_rule_on_the_honest_page() -> None:
    assert {place for place in PLACES if not place.startswith("loss.")} <= set(HONEST)
