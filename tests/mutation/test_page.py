"""The page of mutants: reasons stay with their change, and what has none is not passed over."""

from pathlib import Path

import pytest

from tests.mutation.page import BEGIN, END, UNEXPLAINED, Survivor, numbers, reasons, share, updated

EMPTY = f"# Title\n\n{BEGIN}{END}\nThe end.\n"
OUTCOMES = {
    ("scratch/tree.py", "a"): "killed",
    ("scratch/tree.py", "b"): "survived",
    ("parity/judge/judge.py", "c"): "timeout",
    ("parity/judge/judge.py", "d"): "no tests",
    ("parity/judge/judge.py", "e"): "killed",
}
ONE = Survivor("scratch/tree.py", 7, "x = a | b", "x = a & b")
OTHER = Survivor("parity/judge/judge.py", 9, "y > 0,", "")


def test_numbers_of_each_room_and_of_all() -> None:
    _, _, *rows = numbers(OUTCOMES)
    assert rows == [
        "| `scratch/` | 2 | 1 | 0 | 1 | 50.0% |",
        "| `parity/judge/` | 3 | 1 | 1 | 1 | 66.7% |",
        "| all | 5 | 2 | 1 | 2 | 60.0% |",
    ]


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("f(a, b, c)", "f(a, None, c)", "`f(a, b, c)` → `f(a, None, c)`"),
        (
            "y = g(f(a, b, c), 1, 2)",
            "y = g(f(a, None, c), 1, 2)",
            "`y = g(f(a, b, c), 1, 2)` → `… g(f(a, None, c), …`",
        ),
        ("y = g(1, 2)", "y = None", "`y = g(1, 2)` → `… = None`"),
        ("1,", "", "`1,` → nothing"),
    ],
)
def test_a_change_shows_the_line_and_what_is_new_in_it(old: str, new: str, change: str) -> None:
    assert Survivor("scratch/tree.py", 7, old, new).change == change


@pytest.mark.parametrize("status", ["survived", "no tests", "suspicious", "not checked", "segfault"])
def test_only_the_dead_are_dead(status: str) -> None:
    assert share([status, "killed"]) == 0.5


def test_nothing_is_no_success() -> None:
    assert share([]) == 0


def test_a_new_survivor_has_no_reason() -> None:
    page = updated(EMPTY, OUTCOMES, [ONE, OTHER])
    assert f"| `scratch/tree.py:7` | `x = a \\| b` → `… a & b` | {UNEXPLAINED} |" in page
    assert page.count(UNEXPLAINED) == 2
    assert page.startswith("# Title\n")
    assert page.endswith("\nThe end.\n")


def test_reasons_stay_with_their_change_wherever_the_line_moves() -> None:
    page = updated(EMPTY, OUTCOMES, [ONE, OTHER]).replace(UNEXPLAINED, "both say the same", 1)
    moved = Survivor(ONE.file, 99, ONE.old, ONE.new)
    again = updated(page, OUTCOMES, [moved, OTHER])
    assert "| `scratch/tree.py:99` | `x = a \\| b` → `… a & b` | both say the same |" in again
    assert again.count(UNEXPLAINED) == 1
    assert updated(again, OUTCOMES, [moved, OTHER]) == again


def test_a_reason_goes_with_its_change() -> None:
    page = updated(EMPTY, OUTCOMES, [ONE]).replace(UNEXPLAINED, "both say the same")
    changed = Survivor(ONE.file, ONE.line, ONE.old, "x = a ^ b")
    assert "both say the same" not in updated(page, OUTCOMES, [changed])


def test_every_survivor_in_the_page_has_a_reason() -> None:
    page = (Path(__file__).parents[2] / "docs/mutation.md").read_text(encoding="utf-8")
    assert reasons(page)
    assert UNEXPLAINED not in page
