"""How quickly the command answers, and that it imports nothing heavy to do so."""

import re
from collections.abc import Iterator

from benchmarks.harness import Result, interleaved, last_line, readable, run_python

HEAVY = {"jax", "keras", "matplotlib", "numpy", "pandas", "tensorflow", "torch"}


def measure(rounds: int) -> Iterator[Result]:
    """Yield how long ``parity --help`` takes, and how many heavy packages it imports."""
    probe = run_python("-X", "importtime", "-m", "parity", "--help")
    if probe.returncode:
        yield Result("start", "parity --help", None, "s", 0.15, last_line(probe.stderr))
        return

    calls = [lambda: run_python("-m", "parity", "--help"), lambda: run_python("-c", "pass")]
    seconds, floor = interleaved(calls, rounds)
    yield Result("start", "parity --help", seconds, "s", 0.15, f"of which Python itself {readable(floor)}")
    heavy = sorted(HEAVY & imported(probe.stderr))
    yield Result("start", "heavy imports of --help", len(heavy), "modules", 0, ", ".join(heavy))


def imported(importtime: str) -> set[str]:
    """Return the names of the packages in the output of ``python -X importtime``."""
    return set(re.findall(r"^import time: .*\| *([\w]+)$", importtime, re.MULTILINE))
