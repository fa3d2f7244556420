"""Programs as people write them, checked with no configuration: the right verdict, and the mistake by its name.

``programs.toml`` says of each what is true of it, found by differentiating its own code. A few are not understood yet:
of them the check may say that it could not tell, never more.
"""

import re
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from parity.checking.api import check
from parity.checking.findings import Check, Outcome

HERE = Path(__file__).parent
PROGRAMS: dict[str, dict[str, Any]] = tomllib.loads((HERE / "programs.toml").read_text(encoding="utf-8"))
SHARE = 0.9
"""Of all programs that need the right verdict and the right cause."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def checks() -> dict[str, Check]:
    """Every program checked once, two at a time: each has a process of its own."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(PROGRAMS, pool.map(_checked, PROGRAMS.values()), strict=True))


def _checked(row: dict[str, Any]) -> Check:
    return check(HERE / row["file"], against=(), time_limit=90)


def codes(found: Check) -> set[str]:
    """Return the codes that a check names, those that give the same numbers included."""
    return {code for r in found.reasons for code in (r.code, *re.findall(r"G\d{3}", r.evidence))}


def names_the_cause(found: Check, row: dict[str, Any]) -> bool:
    """Return whether each mistake is named; one that the catalogue has not needs evidence in the place of a name."""
    if row["verdict"].startswith("exact"):
        return True
    known = [set(cause.split("|")) for cause in row["causes"] if not cause.startswith("new")]
    return all(some & codes(found) for some in known) and bool(
        known or found.evidence or found.reasons or found.parts
    )


def _right(found: Check, row: dict[str, Any]) -> bool:
    return str(found.outcome) == row["verdict"] and names_the_cause(found, row)


def _each(wanted: str = "") -> Iterator[str]:
    return (name for name, row in PROGRAMS.items() if row["verdict"].startswith(wanted))


def test_there_are_enough_of_each_kind() -> None:
    wrong = [n for n in PROGRAMS if not PROGRAMS[n]["verdict"].startswith("exact")]
    assert len(PROGRAMS) >= 40
    assert len(wrong) >= 20
    assert {row["file"] for row in PROGRAMS.values()} == {
        f"programs/{path.name}" for path in (HERE / "programs").iterdir() if path.is_file()
    }


def test_nine_in_ten_get_the_right_verdict_and_cause(checks: dict[str, Check]) -> None:
    missed = [n for n, row in PROGRAMS.items() if not _right(checks[n], row)]
    share = 1 - len(missed) / len(PROGRAMS)
    assert share >= SHARE, [f"{n}: {checks[n].outcome} {sorted(codes(checks[n]))}" for n in missed]


@pytest.mark.parametrize("name", [n for n in PROGRAMS if not PROGRAMS[n]["verdict"].startswith("exact")])
def test_a_mistake_is_never_called_right(name: str, checks: dict[str, Check]) -> None:
    assert not checks[name].outcome.right, str(checks[name])


@pytest.mark.parametrize("name", list(_each("exact")))
def test_what_is_right_is_never_called_wrong(name: str, checks: dict[str, Check]) -> None:
    assert not checks[name].outcome.mistaken, str(checks[name])


@pytest.mark.parametrize(
    ("name", "verdict", "said"),
    [
        ("tutorial-network-class", Outcome.CONSTANT, "exactly factor 1/2"),
        ("tutorial-xor-functions", Outcome.CONSTANT, "which is 1/2 with one output"),
        ("tutorial-line-to-neuron", Outcome.EXACT, "half the mean squared error"),
        ("tutorial-two-hidden-bump", Outcome.EXACT, "half the mean squared error"),
    ],
)
def test_the_tutorials_own_networks(name: str, verdict: Outcome, said: str, checks: dict[str, Check]) -> None:
    assert checks[name].outcome is verdict, str(checks[name])
    assert said in " ".join(checks[name].understood)


def test_the_experiment_with_two_hidden_units_is_the_order_of_updates(checks: dict[str, Check]) -> None:
    found = checks["tutorial-two-hidden"]
    assert found.outcome is Outcome.WRONG
    assert "G114" in codes(found)
    assert "tutorial_two_hidden.py:" in found.reasons[0].where
