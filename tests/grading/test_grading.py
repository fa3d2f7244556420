"""Many files: what is written, what is not checked again, and what one file can do to the others."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from parity.checking.findings import Outcome
from parity.errors import ParityError
from parity.grading import Grades, grade
from parity.grading.lock import locked
from tests.checking.fake import FakeBrain, FakeWitnesses, brain
from tests.checking.records import ORDER

__all__ = ["brain"]

ROOT = Path(__file__).parents[2]
Grade = Callable[..., Grades]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def hand_in(folder: Path) -> Callable[..., None]:
    def write(**files: str) -> None:
        for name, word in files.items():
            path = folder / "in" / f"{name}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"# {word}\n")

    return write


def again(**options: Any) -> Grades:
    return grade(["in/*.py"], **({"against": ()} | options))


def test_the_table(brain: FakeBrain, hand_in: Callable[..., None]) -> None:
    hand_in(ann="right", bob="wrong", cid="failed")
    grades = again()
    table = pd.read_csv(grades.csv)
    assert list(table["file"]) == ["in/ann.py", "in/bob.py", "in/cid.py"]
    assert list(table["verdict"]) == ["exact", "wrong", "could not run"]
    bob = table.iloc[1]
    assert bob["causes"] == "G114"
    assert bob["cause"] == ORDER.name
    assert bob["where"] == ORDER.where
    assert bob["worst_noise_units"] == 7.8e13
    assert bob["seconds"] == 1.25
    assert "worst at [2, 1]" in bob["message"]
    assert "2-4-1" in bob["understood"]
    assert [row.file.stem for row in grades.rows] == ["bob", "cid", "ann"], "failures first"


def test_exit_codes(brain: FakeBrain, hand_in: Callable[..., None]) -> None:
    hand_in(ann="right", bob="wrong", cid="unclear")
    assert again().exit_code == 0
    hand_in(dan="failed")
    assert again().exit_code == 3


@pytest.mark.parametrize("word", ["usage", "bug"])
def test_one_file_cannot_cost_the_others_their_grades(
    word: str, brain: FakeBrain, hand_in: Callable[..., None]
) -> None:
    hand_in(ann="right", bob=word, cid="right")
    grades = again()
    assert grades.counts == {Outcome.EXACT: 2, Outcome.FAILED: 1}
    said = {"usage": "there is no network in it", "bug": "ZeroDivisionError: ours"}[word]
    assert said in grades.csv.read_text()
    assert said in grades.page.read_text()


def test_a_file_that_cannot_be_read(brain: FakeBrain, hand_in: Callable[..., None], folder: Path) -> None:
    hand_in(ann="right")
    (folder / "in/bob.py").symlink_to("nowhere.py")
    grades = again()
    assert "the file cannot be read: No such file" in grades.csv.read_text()
    assert grades.exit_code == 3


def test_what_has_not_changed_is_not_checked_again(brain: FakeBrain, hand_in: Callable[..., None]) -> None:
    hand_in(ann="right", bob="wrong", cid="failed")
    first = again()
    brain.calls.clear()
    second = again()
    assert [call[0].stem for call in brain.calls] == ["cid"], "what could not run gets another chance"
    assert [row.check for row in second.rows] == [row.check for row in first.rows]
    assert {row.file.stem for row in second.rows if row.again} == {"ann", "bob"}
    brain.calls.clear()
    hand_in(bob="right")
    assert again().counts[Outcome.EXACT] == 2
    assert {call[0].stem for call in brain.calls} == {"bob", "cid"}


@pytest.mark.parametrize("change", [{"loss": "sse"}, {"layers": (2, 4, 1)}, {"fresh": True}])
def test_other_options_and_fresh_check_everything(
    change: dict[str, Any], brain: FakeBrain, hand_in: Callable[..., None]
) -> None:
    hand_in(ann="right", bob="wrong")
    again()
    brain.calls.clear()
    again(**change)
    assert len(brain.calls) == 2


def test_another_version_checks_everything(
    brain: FakeBrain, hand_in: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(ann="right")
    again()
    monkeypatch.setattr("parity.grading.run.version", lambda package: "99")
    again()
    assert len(brain.calls) == 2


def test_infinite_noise_units_come_back_from_the_journal(
    brain: FakeBrain, hand_in: Callable[..., None]
) -> None:
    hand_in(ann="unknown")
    assert again().rows[0].noise_units == again().rows[0].noise_units == float("inf")
    assert len(brain.calls) == 1


@pytest.mark.parametrize("damage", [b'{"key": "half', b"\xff\n", b"[]\n", b'{"key": "x", "check": 3}\n'])
def test_a_damaged_journal_loses_no_other_line(
    damage: bytes, brain: FakeBrain, hand_in: Callable[..., None], folder: Path
) -> None:
    hand_in(ann="right")
    again()
    with (folder / "grades.journal.jsonl").open("ab") as journal:
        journal.write(damage)
    hand_in(bob="wrong")
    again()
    brain.calls.clear()
    assert all(row.again for row in again().rows)
    assert brain.calls == []


def test_a_line_that_is_no_check_is_checked_again(
    brain: FakeBrain, hand_in: Callable[..., None], folder: Path
) -> None:
    hand_in(ann="right")
    again()
    journal = folder / "grades.journal.jsonl"
    journal.write_text(json.dumps(json.loads(journal.read_text()) | {"check": {"subject": 3}}) + "\n")
    assert not again().rows[0].again
    assert again().rows[0].again, "the last line counts"


KILLED = """
import sys, time
from types import ModuleType
from tests.checking.records import RIGHT
api = sys.modules["parity.checking.api"] = ModuleType("parity.checking.api")
def check(file, **options):
    if file.stem == "c":
        print("hangs", flush=True); time.sleep(60)
    return RIGHT
api.check = check
from parity.grading import grade
grade(["in/*.py"], jobs=1, against=())
"""


def killed(folder: Path, how: signal.Signals) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "hangs\n"
    process.send_signal(how)
    return process


@pytest.mark.timeout(60)
def test_a_run_that_is_killed_goes_on_where_it_was(
    brain: FakeBrain, hand_in: Callable[..., None], folder: Path
) -> None:
    hand_in(a="right", b="right", c="right", d="right")
    with killed(folder, signal.SIGKILL) as process:
        process.wait(20)
    assert (folder / "grades.lock").exists(), "it was left behind"
    again()
    assert sorted(call[0].stem for call in brain.calls) == ["c", "d"]
    assert not (folder / "grades.lock").exists()


@pytest.mark.timeout(60)
def test_two_runs_at_once_are_refused(brain: FakeBrain, hand_in: Callable[..., None], folder: Path) -> None:
    hand_in(c="right")
    process = killed(folder, signal.SIGSTOP)
    try:
        with pytest.raises(ParityError, match=f"being written by another run, process {process.pid}"):
            again()
        assert again(out="other.csv").exit_code == 0
    finally:
        process.kill()
        process.communicate()
    assert again().exit_code == 0


def test_a_stale_lock_of_a_process_that_lives_is_stale(folder: Path) -> None:
    lock = folder / "grades.lock"
    lock.write_text(str(os.getppid()))
    with locked(lock):
        assert lock.read_text() == str(os.getpid())
    assert not lock.exists()


def test_ctrl_c_writes_what_there_is(
    brain: FakeBrain, hand_in: Callable[..., None], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(**dict.fromkeys("abcdefgh", "right"))
    plain = brain.check
    monkeypatch.setattr("parity.checking.api.check", lambda *a, **o: time.sleep(0.05) or plain(*a, **o))

    def tell(row: object, number: int, total: int) -> None:
        if number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        again(jobs=1, tell=tell)
    time.sleep(0.5)
    assert caught.tb, "which keeps all that was going on alive, as in a program that is ending"
    assert len(brain.calls) < 5, "what had not begun is not begun"
    assert len(pd.read_csv(folder / "grades.csv")) == 2
    assert "Not complete" in (folder / "grades.html").read_text()
    assert again().exit_code == 0
    assert "Not complete" not in (folder / "grades.html").read_text()


def test_several_at_once(
    brain: FakeBrain, hand_in: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(a="right", b="right", c="right")
    meeting = threading.Barrier(3, timeout=10)
    plain = brain.check

    def check(target: Any, **options: Any) -> Any:
        meeting.wait()
        return plain(target, **options)

    monkeypatch.setattr("parity.checking.api.check", check)
    assert again(jobs=3).exit_code == 0
    assert not meeting.broken


def test_frameworks_are_started_once(brain: FakeBrain, hand_in: Callable[..., None]) -> None:
    hand_in(a="right", b="right")
    again(against=None)
    assert FakeWitnesses.started == [("torch", "keras")]
    assert len({id(options["witnesses"]) for _, options in brain.calls}) == 1
    again(against=None)
    assert len(FakeWitnesses.started) == 1, "nothing to check: nothing to start"


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@SUM(A1)"])
def test_a_name_is_no_formula(name: str, brain: FakeBrain, folder: Path) -> None:
    (folder / f"{name}.py").write_text("# right\n")
    text = grade([f"./{name}.py"], against=()).csv.read_text()
    assert f"\n'{name}.py," in text


def test_cells_that_students_can_write_are_harmless(brain: FakeBrain, hand_in: Callable[..., None]) -> None:
    hand_in(ann="nasty")
    page = again().page.read_text()
    for tag in ("<script", "<img", "<b>", "<u>", "<q>", "<i>"):
        assert tag not in page


def test_the_page_counts_causes(brain: FakeBrain, hand_in: Callable[..., None]) -> None:
    hand_in(a="wrong", b="wrong", c="unknown", d="right")
    page = again().page.read_text()
    assert "1 of 4 networks right" in page
    assert page.index("<code>G114</code>") < page.index("without a known cause")
    assert "width:66.7%" in page
    assert "http" not in page
    assert "prefers-color-scheme: dark" in page


def test_hints_give_nothing_away(brain: FakeBrain, hand_in: Callable[..., None], folder: Path) -> None:
    hand_in(ann="wrong", bob="right")
    again(feedback="hint")
    said = (folder / "feedback/ann.txt").read_text()
    assert ORDER.hint in said
    assert ORDER.looks in said
    assert "layer_1" in said
    for secret in (ORDER.code, ORDER.name, ORDER.fix, ORDER.where, ORDER.evidence, "got 0.0940", "line 60"):
        assert secret not in said
    assert "right" in (folder / "feedback/bob.txt").read_text()


def test_full_feedback_and_none(brain: FakeBrain, hand_in: Callable[..., None], folder: Path) -> None:
    hand_in(ann="wrong")
    again()
    assert not (folder / "feedback").exists()
    again(feedback="full")
    assert ORDER.fix in (folder / "feedback/ann.txt").read_text()
    assert len(brain.calls) == 1, "feedback comes from the journal too"


def test_an_output_that_cannot_be(brain: FakeBrain, hand_in: Callable[..., None], folder: Path) -> None:
    hand_in(ann="right")
    for out, said in [("in", "a folder, but should be a file like in/grades.csv"), ("g.html", "like g.csv")]:
        with pytest.raises(ParityError, match=said):
            again(out=out)
    (folder / "file").touch()
    with pytest.raises(ParityError, match="cannot be made"):
        again(out="file/grades.csv")
    assert brain.calls == []


def test_rows_are_in_the_journal_as_soon_as_they_are_known(
    brain: FakeBrain, hand_in: Callable[..., None], folder: Path
) -> None:
    hand_in(a="right", b="right")
    seen = []

    def tell(row: object, number: int, total: int) -> None:
        seen.append(len((folder / "grades.journal.jsonl").read_text().splitlines()))
        time.sleep(0.05)

    again(jobs=1, tell=tell)
    assert seen[0] >= 1
    for line in (folder / "grades.journal.jsonl").read_text().splitlines():
        json.loads(line)
