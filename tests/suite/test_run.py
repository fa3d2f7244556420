"""A whole run: Ctrl-C, two runs at once, scripts as users write them, names that clash."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import parity
from parity.frameworks import workers
from parity.results import Run, Verdict
from parity.results.verdicts import exit_code
from parity.scenarios.problem import Problem
from parity.suite.run import Settings, run_scenarios
from parity.suite.watching import Silent
from tests.frameworks.problems import scenario

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("honest", "misbehaving"):
        monkeypatch.setitem(workers.MODULES, name, f"tests.suite.fakes.{name}")
        monkeypatch.setitem(workers.REQUIRES, name, ())


class Interrupting(Silent):
    """Presses Ctrl-C in the middle of the third run."""

    def __init__(self) -> None:
        self.begun = self.ended = 0

    def begin(self, problem: Problem, number: int, count: int) -> None:
        assert (number, count) == (self.begun, 4)
        self.begun += 1

    def advance(self, steps: int) -> None:
        if self.begun == 3:
            signal.raise_signal(signal.SIGINT)

    def end(self, problem: Problem, run: Run) -> None:
        self.ended += 1


def test_what_is_found_before_ctrl_c_is_kept_and_said_to_be_partial() -> None:
    watcher = Interrupting()
    scenarios = [scenario(name="first"), scenario(name="second")]
    results = run_scenarios(scenarios, Settings(("honest",)), watcher)
    assert results.partial == "stopped by Ctrl-C after 2 of 4 runs"
    assert [(s.name, s.verdict, len(s.runs)) for s in results.scenarios] == [("first", Verdict.HOLDS, 2)]
    assert (results.verdict, exit_code(results.verdict)) == (Verdict.UNCLEAR, 4)
    assert (watcher.begun, watcher.ended) == (3, 2)


def test_ctrl_c_is_heard_while_a_framework_hangs() -> None:
    hanging = scenario(name="hanging", more={"about": "hang"})
    timer = threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    results = run_scenarios([scenario(name="fine"), hanging], Settings(("misbehaving",), ("float64",)))
    timer.join()
    assert results.partial == "stopped by Ctrl-C after 1 of 2 runs"
    assert [s.name for s in results.scenarios] == ["fine"]


def test_ctrl_c_before_anything_is_found() -> None:
    class Early(Silent):
        def begin(self, problem: Problem, number: int, count: int) -> None:
            signal.raise_signal(signal.SIGINT)

    results = run_scenarios([scenario()], Settings(("honest",)), Early())
    assert (results.scenarios, results.verdict) == ([], Verdict.UNCLEAR)


def test_broken_stays_broken_when_stopped() -> None:
    class Late(Silent):
        def begin(self, problem: Problem, number: int, count: int) -> None:
            if number == 1:
                signal.raise_signal(signal.SIGINT)

    wrong = scenario(name="wrong", more={"about": "go-wrong"})
    results = run_scenarios([wrong, scenario()], Settings(("misbehaving",), ("float64",)), Late())
    assert (results.verdict, exit_code(results.verdict)) == (Verdict.BROKEN, 1)


def test_one_name_for_two_scenarios_is_refused() -> None:
    with pytest.raises(parity.ParityError, match="'twin' is given twice"):
        run_scenarios([scenario(name="twin"), scenario(name="twin", seed=2)])


def test_nothing_to_compare_with_is_no_pass() -> None:
    results = run_scenarios([scenario()], Settings(()))
    assert (results.verdict, exit_code(results.verdict)) == (Verdict.UNCLEAR, 4)
    assert run_scenarios([], Settings(())).verdict is Verdict.UNCLEAR


SCRIPT = """
import parity

print("started")
report = parity.run("xor-2-2-1-first-step", against=["torch"], dtypes=["float64"])
print(report.verdict, report.exit_code)
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """Start two scripts without an ``if __name__ == "__main__"`` at once, with one folder for temporary files."""
    file = tmp_path / "script.py"
    file.write_text(SCRIPT, encoding="utf-8")
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    started = [
        subprocess.Popen(
            [sys.executable, str(file)],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    yield started
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parity
def test_two_scripts_at_once_without_a_guard(scripts: list[subprocess.Popen[str]], tmp_path: Path) -> None:
    for process in scripts:
        out, err = process.communicate(timeout=120)
        assert (out.split("\n"), err) == (["started", "holds 0", ""], "")
        assert process.returncode == 0
    assert not list(tmp_path.glob("parity-*"))
