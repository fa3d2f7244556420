"""What goes wrong in a framework becomes a row of the results: the others, and the next problem, never notice."""

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from parity.frameworks import workers
from parity.results import Implementation, Results, Verdict
from parity.results.verdicts import exit_code
from parity.suite.run import Settings, run_scenarios
from tests.frameworks.problems import scenario

FAKES = {
    "honest": "tests.suite.fakes.honest",
    "misbehaving": "tests.suite.fakes.misbehaving",
    "unimportable": "tests.suite.fakes.unimportable",
    "exiting": "tests.suite.fakes.exiting",
    "slow": "tests.suite.fakes.slow_to_import",
}
HOLDS, BROKEN, FAILED = Verdict.HOLDS, Verdict.BROKEN, Verdict.FAILED

EXPECTED = {
    "raise-error": (FAILED, "crashed: ValueError: planted: shapes do not fit"),
    "raise-unpicklable": (FAILED, "crashed: UnpicklableError: planted 3"),
    "exit-politely": (FAILED, "crashed: SystemExit: 3"),
    "exit-at-once": (FAILED, "crashed: its process died"),
    "raise-interrupt": (FAILED, "crashed: KeyboardInterrupt"),
    "be-killed": (FAILED, "crashed: its process was killed (SIGKILL); often that means it ran out of memory"),
    "hang": (FAILED, "timed out: took longer than its time limit"),
    "want-too-much": (FAILED, "crashed: ran out of memory"),
    "hit-limit": (FAILED, "crashed: ran out of memory"),
    "chatter": (HOLDS, ""),
    "chatter-and-die": (FAILED, "crashed: its process died"),
    "answer-nonsense": (FAILED, "crashed: "),
    "lose-gradient": (FAILED, "incomparable: misbehaving and scratch do not both have ['gradient/"),
    "lose-losses": (FAILED, "incomparable: misbehaving handed out other steps than scratch: 0 losses"),
    "go-wrong": (BROKEN, ""),
}
SMALL = {"batch_size": 4, "epochs": 6}  # of seven rows: every step is a stretch of its own


@pytest.fixture(scope="module")
def traces() -> Iterator[Path]:
    """Make the fakes known, and give temporary files a folder in which they can be counted."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(tempfile, "tempdir", folder)
        OTHERS.update(children())
        for name, module in FAKES.items():
            patch.setitem(workers.MODULES, name, module)
            patch.setitem(workers.REQUIRES, name, ())
        yield Path(folder)


@pytest.fixture(scope="module")
def results(traces: Path) -> Results:
    """Return the results of one run with every misdeed, a harmless problem behind each."""
    scenarios = []
    for misdeed in EXPECTED:
        limit = 1.5 if misdeed == "hang" else 60
        scenarios += [
            scenario(name=misdeed, more={"about": misdeed, "time_limit": limit}, **SMALL),
            scenario(name=f"after-{misdeed}", **SMALL),
        ]
    return run_scenarios(scenarios, Settings(("misbehaving", "honest"), ("float64",)))


def row(results: Results, name: str, framework: str) -> Implementation:
    (run,) = next(s.runs for s in results.scenarios if s.name == name)
    return next(i for i in run.implementations if i.framework == framework)


@pytest.mark.parametrize("misdeed", EXPECTED)
def test_a_misdeed_is_a_row(results: Results, misdeed: str) -> None:
    verdict, reason = EXPECTED[misdeed]
    found = row(results, misdeed, "misbehaving")
    assert found.verdict is verdict
    assert found.reason.startswith(reason)
    assert "\n" not in found.reason + found.hint
    assert len(found.reason + found.hint) < 10_000


@pytest.mark.parametrize("misdeed", EXPECTED)
def test_others_never_notice(results: Results, misdeed: str) -> None:
    assert row(results, misdeed, "honest").verdict is HOLDS


@pytest.mark.parametrize("misdeed", EXPECTED)
def test_the_next_problem_runs_again(results: Results, misdeed: str) -> None:
    assert row(results, f"after-{misdeed}", "misbehaving").verdict is HOLDS
    assert row(results, f"after-{misdeed}", "honest").verdict is HOLDS


def test_what_failed_leaves_no_comparisons(results: Results) -> None:
    told = {(c.scenario, c.framework) for c in results.comparisons}
    for misdeed, (verdict, _) in EXPECTED.items():
        assert ((misdeed, "misbehaving") in told) == (verdict is not FAILED)
        assert (misdeed, "honest") in told


def test_the_whole_is_broken_and_names_the_step(results: Results) -> None:
    assert exit_code(results.verdict) == 1
    named = row(results, "go-wrong", "misbehaving").first_divergence
    assert named is not None
    assert (named.step, named.quantity) == (5, "loss")


def test_hints_say_what_to_do_and_what_was_last_printed(results: Results) -> None:
    assert "time_limit" in row(results, "hang", "misbehaving").hint
    assert "famous last words" in row(results, "exit-at-once", "misbehaving").hint
    assert row(results, "chatter-and-die", "misbehaving").hint.startswith("last output: ")


def children() -> dict[int, str]:
    """Return the command of every child process; a zombie has none, and is called by its name."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, fields = stat.read_text().rsplit(")", 1)
            if int(fields.split()[1]) == os.getpid():
                command = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found[int(stat.parent.name)] = command or name
        except (OSError, ValueError):  # it has just ended
            continue
    return found


OTHERS: set[int] = set()
"""Processes that were there before these tests."""


def left_over() -> list[str]:
    feeders = [thread.name for thread in threading.enumerate() if thread.name.startswith("feed-")]
    processes = [c for pid, c in children().items() if pid not in OTHERS and "resource_tracker" not in c]
    return feeders + processes


def assert_nothing_is_left(traces: Path) -> None:
    patience = time.monotonic() + 10  # processes are killed at once, but buried by a thread in the background
    while left_over() and time.monotonic() < patience:
        time.sleep(0.05)
    assert left_over() == []
    assert [path.name for path in traces.glob("parity-*")] == []


@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are looked up in /proc")
def test_no_process_thread_or_file_is_left(results: Results, traces: Path) -> None:
    assert_nothing_is_left(traces)


def test_a_framework_that_is_missing(traces: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(workers.REQUIRES, "torch", ("torch_that_is_not_here", "json"))
    results = run_scenarios([scenario(**SMALL)], Settings(("torch", "honest"), ("float64",)))
    missing, honest = results.scenarios[0].runs[0].implementations
    assert (missing.framework, missing.verdict) == ("torch", FAILED)
    assert missing.reason == "missing: torch_that_is_not_here is not installed"
    assert missing.hint == "pip install 'backprop-parity[torch]'"
    assert honest.verdict is HOLDS
    assert (results.verdict, exit_code(results.verdict)) == (FAILED, 3)


@pytest.mark.parametrize(
    ("framework", "reason"),
    [
        ("unimportable", "crashed: RuntimeError: planted: no such processor"),
        ("exiting", "crashed: its process died"),
    ],
)
def test_a_framework_that_cannot_be_imported_fails_everywhere(
    framework: str, reason: str, traces: Path
) -> None:
    scenarios = [scenario(name="first", **SMALL), scenario(name="second", **SMALL)]
    results = run_scenarios(scenarios, Settings((framework, "honest"), ("float64",)))
    for name in ("first", "second"):
        assert row(results, name, framework).reason.startswith(reason)
        assert row(results, name, "honest").verdict is HOLDS
    assert exit_code(results.verdict) == 3


def test_importing_again_is_no_part_of_the_next_problem_s_time(traces: Path) -> None:
    scenarios = [
        scenario(name="deadly", more={"about": "be-killed"}, **SMALL),
        scenario(name="short", epochs=2, more={"time_limit": 1.2}),
    ]
    results = run_scenarios(scenarios, Settings(("slow",), ("float64",)))
    assert row(results, "deadly", "slow").verdict is FAILED
    assert row(results, "short", "slow").verdict is HOLDS


@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are looked up in /proc")
def test_an_early_end_leaves_nothing_either(traces: Path) -> None:
    """The judge raises while the feeder is ahead: its thread must not start a new process to go on."""

    class Impatient:
        def begin(self, *_: object) -> None: ...
        def end(self, *_: object) -> None: ...
        def advance(self, steps: int) -> None:
            time.sleep(0.3)  # until the feeder waits for room in its queue
            raise RuntimeError("planted")

    with pytest.raises(RuntimeError, match="planted"):
        run_scenarios([scenario(**SMALL)], Settings(("honest", "misbehaving"), ("float64",)), Impatient())
    time.sleep(0.5)
    assert_nothing_is_left(traces)
