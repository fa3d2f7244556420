"""How long ``parity check`` takes from the shell to the verdict, and ``parity watch`` from a save to the next one."""

import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.harness import Result, interleaved, last_line, readable, run_python

NETWORK = """
import numpy as np


class Net:
    def __init__(self):
        self.W1, self.b1 = np.random.randn(2, 4), np.zeros(4)
        self.W2, self.b2 = np.random.randn(4, 1), np.zeros(1)

    def forward(self, X):
        self.h = 1 / (1 + np.exp(-(X @ self.W1 + self.b1)))
        return 1 / (1 + np.exp(-(self.h @ self.W2 + self.b2)))

    def train(self, X, y, epochs=1000, lr=1.0):
        for _ in range(epochs):
            p = self.forward(X)
            d2 = (p - y) * p * (1 - p) / len(X)
            d1 = d2 @ self.W2.T * self.h * (1 - self.h)
            self.W2 -= lr * self.h.T @ d2
            self.b2 -= lr * d2.sum(axis=0)
            self.W1 -= lr * X.T @ d1
            self.b1 -= lr * d1.sum(axis=0)
            print(np.mean((p - y) ** 2))
"""
GOALS = {"none": 1.0, "torch": 3.5, "torch,keras": 9.0}
WATCH_GOALS = {"none": 0.3, "torch,keras": 1.0}
SAVES = 7
REST = 1.0
"""Seconds between two saves: an editor's, not a machine's."""


def measure(rounds: int) -> Iterator[Result]:
    """Yield the seconds of one check of a 2-4-1 class, for each choice of frameworks."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mynet.py"
        file.write_text(NETWORK, encoding="utf-8")

        def call(against: str) -> Callable[[], object]:
            return lambda: run_python("-m", "parity", "check", str(file), "--against", against)

        for against, goal in GOALS.items():
            name = f"check a 2-4-1 class, --against {against}"
            tried = run_python("-m", "parity", "check", str(file), "--against", against)
            if tried.returncode:
                yield Result("check", name, None, "s", goal, last_line(tried.stderr or tried.stdout))
                continue
            seconds, floor = interleaved([call(against), lambda: run_python("-c", "pass")], min(rounds, 5))
            yield Result("check", name, seconds, "s", goal, f"of which Python itself {readable(floor)}")
        for against, goal in WATCH_GOALS.items():
            seconds_each = _save_to_verdict(file, against)
            name = f"watch it, from save to verdict, --against {against}"
            note = f"{readable(min(seconds_each))} to {readable(max(seconds_each))}"
            yield Result("check", name, statistics.median(seconds_each), "s", goal, note)


def _save_to_verdict(file: Path, against: str) -> list[float]:
    """Return how long each save took until its verdict was printed."""
    command = [sys.executable, "-m", "parity", "watch", str(file), "--quiet", "--against", against]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the first check starts everything
        found = []
        for number in range(SAVES):
            time.sleep(REST)
            file.write_text(f"{NETWORK}# {number}\n", encoding="utf-8")
            begun = time.perf_counter()
            process.stdout.readline()
            found.append(time.perf_counter() - begun)
        process.send_signal(signal.SIGINT)
    return found
