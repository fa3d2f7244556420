"""The arithmetic of the benchmarks; how fast anything is, is not a matter for tests."""

import numpy as np
import pytest

from benchmarks import harness
from benchmarks.__main__ import shown, table
from benchmarks.ensemble import MEMBERS
from benchmarks.harness import Result, interleaved, last_line, readable, run_python
from benchmarks.start import imported
from benchmarks.steps import SIZES, by_hand, problem


class Clock:
    """A clock that only calls move on."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now

    def call_of(self, seconds: list[float]):
        """Return a call that takes so many seconds, one after the other and the last for ever."""
        rest = list(seconds)

        def call() -> None:
            self.now += rest.pop(0) if len(rest) > 1 else rest[0]

        return call


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(harness, "time", clock)
    return clock


def test_medians_forget_a_burst(clock: Clock) -> None:
    """One round of five is a hundred times slower; the first value is the warm-up."""
    slow, fast = [1.0, 1.0, 1.0, 100.0, 1.0, 1.0], [0.5]
    assert interleaved([clock.call_of(slow), clock.call_of(fast)], rounds=5) == [1.0, 0.5]


def test_short_calls_are_repeated_until_they_can_be_timed(clock: Clock) -> None:
    count = harness.repetitions(clock.call_of([1e-5]))
    assert 2000 <= count <= 4000


@pytest.mark.parametrize(
    ("value", "goal", "mark"),
    [
        (0.2, 0.3, "met"),
        (0.3, 0.3, "met"),
        (0.31, 0.3, "not met"),
        (1, None, ""),
        (None, 0.3, "could not run"),
    ],
)
def test_marks(value: float | None, goal: float | None, mark: str) -> None:
    assert Result("step", "x", value, "ratio", goal).mark == mark


def test_words() -> None:
    assert [readable(s) for s in (2.1, 1.35e-3, 37.2e-6, 5e-9)] == ["2.1 s", "1.35 ms", "37.2 µs", "5 ns"]
    assert shown(None, "s") == "–"
    assert shown(0.8, "ratio", "≤ ") == "≤ 0.8"
    assert shown(12.0, "MB") == "12 MB"
    assert last_line("Traceback\n  ...\nModuleNotFoundError: parity\n") == "ModuleNotFoundError: parity"
    assert table([Result("step", "x", None, "ratio", 1.0)]).row_count == 1


def test_heavy_imports_are_recognised() -> None:
    lines = ("120 |        340 |   numpy", "8 |  8 | numpy.linalg", "1 | 1 | click")
    log = "".join(f"import time:       {line}\n" for line in lines)
    assert imported(log) == {"numpy", "click"}


def test_failing_programs_come_back_with_their_message() -> None:
    done = run_python("-c", "raise SystemExit('no such thing')")
    assert done.returncode == 1
    assert last_line(done.stderr) == "no such thing"


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: size.name)
def test_steps_run_in_float32(size) -> None:
    network, loss, params, x, y = problem(size)
    prediction, _ = network.forward(params, x)
    assert prediction.dtype == y.dtype == np.float32
    assert loss.forward(prediction, y)[0].dtype == np.float32
    by_hand(size)()
    by_hand(size, members=3)()
    assert MEMBERS == 1000
