"""Measuring two things turn by turn, and what is kept of it."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

Call = Callable[[], object]

TIME_LIMIT = 1800
"""Seconds that a program may take before it counts as hanging."""

LONG_ENOUGH = 0.02
"""Seconds that one repetition should take: far above the clock's grain, far below a burst of other work."""


@dataclass(frozen=True)
class Result:
    """One measured number.

    Attributes:
        topic: the module it comes from.
        name: what was measured.
        value: the number; None where it could not be measured.
        unit: ``ratio``, ``s``, ``MB`` or ``modules``.
        goal: what it should not exceed; None where there is no goal.
        note: the numbers behind it, or why there are none.
    """

    topic: str
    name: str
    value: float | None
    unit: str
    goal: float | None = None
    note: str = ""

    @property
    def mark(self) -> str:
        """Return ``met``, ``not met``, ``could not run``, or nothing where there is no goal."""
        if self.value is None:
            return "could not run"
        if self.goal is None:
            return ""
        return "met" if self.value <= self.goal else "not met"


def repetitions(call: Call) -> int:
    """Return how many calls in a row take ``LONG_ENOUGH``; the calls made to find out warm it up."""
    count = 1
    while (seconds := timed(call, count) * count) < LONG_ENOUGH:
        count = max(2 * count, int(count * LONG_ENOUGH / max(seconds, 1e-9)))
    return count


def timed(call: Call, count: int) -> float:
    """Return the seconds of one of ``count`` calls in a row."""
    start = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - start) / count


def interleaved(calls: list[Call], rounds: int) -> list[float]:
    """Return the median seconds of each call, all of them measured once in every round.

    A machine that slows down for a while slows down all of them, and the median forgets it.
    """
    counts = [repetitions(call) for call in calls]
    seconds = [[timed(call, count) for call, count in zip(calls, counts, strict=True)] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*seconds, strict=True)]


def readable(seconds: float) -> str:
    """Return seconds in the unit that suits their size: ``37.2 µs``, ``1.35 ms``, ``2.10 s``."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments; one that hangs comes back as failed, with that as its message."""
    try:
        return subprocess.run(
            [sys.executable, *arguments], capture_output=True, text=True, check=False, timeout=TIME_LIMIT
        )
    except subprocess.TimeoutExpired as error:
        return subprocess.CompletedProcess(error.cmd, -1, "", f"no answer within {TIME_LIMIT} seconds")


def last_line(text: str) -> str:
    """Return the last line of an error message, where Python says what went wrong."""
    return text.strip().rpartition("\n")[2]
