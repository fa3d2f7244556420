"""How long all shipped scenarios take, and what the time is spent on."""

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Result, last_line, run_python


def measure(rounds: int) -> Iterator[Result]:
    """Yield the wall time of all shipped scenarios, and the shares of it that the run itself reports."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        done = run_python("-m", "parity", "run", "--out", folder)
        seconds = time.perf_counter() - start
        found = sorted(Path(folder).rglob("results.json"))
        timings = json.loads(found[0].read_text())["timings"] if found else {}
    if not timings:
        yield Result("suite", "all shipped scenarios", None, "s", None, last_line(done.stderr))
        return
    yield Result("suite", "all shipped scenarios", seconds, "s", 60, f"exit code {done.returncode}")
    for name, share in timings.items():
        yield Result("suite", f"  {name}", share, "s", None, f"{share / seconds:.0%} of the wall time")
