"""The loop, with saves made by hand; and the command as a user starts it."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from parity.checking.findings import Check
from parity.errors import ParityError
from parity.watching import Screen, watch_file
from tests.checking.records import CONSTANT, RIGHT, UNCLEAR, WRONG

STAMPS = [(n, 1, 1) for n in range(10)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text("a = 1\n")
    return path


def until_ctrl_c(*states: object) -> Iterator[object]:
    yield from states
    raise KeyboardInterrupt


def screen(**options: bool) -> Screen:
    return Screen(lambda check: str(check.outcome), **options)


@pytest.mark.parametrize(
    ("checks", "code"), [([RIGHT, WRONG], 1), ([WRONG, RIGHT], 0), ([WRONG, UNCLEAR], 4), ([CONSTANT], 0)]
)
def test_exit_code_is_that_of_the_last_check(checks: list[Check], code: int, file: Path) -> None:
    made = iter(checks)
    changes = until_ctrl_c(*STAMPS[: len(checks)])
    assert watch_file(file, lambda: next(made), screen(), changes=changes) == code  # type: ignore[arg-type]


def test_strict(file: Path) -> None:
    code = watch_file(file, lambda: CONSTANT, screen(), strict=True, changes=until_ctrl_c(STAMPS[0]))  # type: ignore[arg-type]
    assert code == 1


def test_ctrl_c_before_any_verdict(file: Path) -> None:
    def check() -> Check:
        raise KeyboardInterrupt

    assert watch_file(file, check, screen(), changes=until_ctrl_c(STAMPS[0])) == 130  # type: ignore[arg-type]


def test_it_goes_on_whatever_happens(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def changes() -> Iterator[object]:
        yield STAMPS[0]
        file.write_text("def f(:\n")
        yield STAMPS[1]
        yield None
        file.write_text("a = 1\n")
        yield STAMPS[2]
        yield STAMPS[3]
        yield STAMPS[4]
        raise KeyboardInterrupt

    results = iter([RIGHT, ParityError("no network in it", "write one"), ZeroDivisionError("ours"), WRONG])

    def check() -> Check:
        found = next(results)
        if isinstance(found, Exception):
            raise found
        return found

    assert watch_file(file, check, screen(), changes=changes()) == 1  # type: ignore[arg-type]
    out = capsys.readouterr().out
    said = [
        "exact",
        "is not Python yet",
        "is gone",
        "error: no network in it",
        "hint:  write one",
        "ours",
        "wrong",
    ]
    places = [out.index(words) for words in said]
    assert places == sorted(places)
    assert "\x1b" not in out, "nothing is cleared where there is no terminal"


def test_for_a_program_there_are_only_verdicts_on_stdout(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watch_file(file, lambda: RIGHT, screen(machine=True), changes=until_ctrl_c(STAMPS[0], None, STAMPS[1]))  # type: ignore[arg-type]
    out, err = capsys.readouterr()
    assert out == "exact\nexact\n"
    assert "is gone" in err


@pytest.mark.parametrize("name", ["no.py", "."])
def test_what_cannot_be_watched(name: str, tmp_path: Path) -> None:
    with pytest.raises(ParityError, match="but should be a file of Python"):
        watch_file(tmp_path / name, lambda: RIGHT, screen())


PROGRAM = """
import sys
from pathlib import Path
from parity.checking.findings import Check, Outcome
from parity.watching import Screen, watch_file
file = Path(sys.argv[1])
def check():
    return Check(str(file), Outcome.WRONG if "wrong" in file.read_text() else Outcome.EXACT)
sys.exit(watch_file(file, check, Screen(lambda check: f"VERDICT {check.outcome}")))
"""


def read_until(descriptor: int, word: str, timeout: float = 20) -> str:
    text, end = "", time.monotonic() + timeout
    while word not in text:
        ready, _, _ = select.select([descriptor], [], [], max(end - time.monotonic(), 0))
        assert ready, f"no {word!r} in {text!r}"
        text += os.read(descriptor, 65536).decode()
    return text


@pytest.mark.timeout(60)
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_on_a_terminal_from_save_to_verdict_and_ctrl_c(file: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(file)], stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    try:
        assert "\x1b[2J" in read_until(ours, "VERDICT exact"), "the terminal is cleared"
        time.sleep(0.3)
        seconds = []
        for _ in range(3):
            file.write_text("wrong = 1\n")
            begun = time.perf_counter()
            read_until(ours, "VERDICT wrong")
            seconds.append(time.perf_counter() - begun)
            time.sleep(0.1)
        assert min(seconds) < 0.3
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 1
    finally:
        process.kill()
        process.wait()
        os.close(ours)
