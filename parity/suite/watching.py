"""Those who follow a run: one who hears how it gets on, and one who takes the time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from parity.results import Run
from parity.scenarios import Problem


class Watcher(Protocol):
    """Hears how a run gets on."""

    def begin(self, problem: Problem, number: int, count: int) -> None:
        """Problem ``number`` of ``count`` begins."""

    def advance(self, steps: int) -> None:
        """So many more steps of it are done."""

    def end(self, problem: Problem, run: Run) -> None:
        """It is done."""


class Silent:
    """A watcher that says nothing."""

    def begin(self, problem: Problem, number: int, count: int) -> None:
        """Say nothing."""

    def advance(self, steps: int) -> None:
        """Say nothing."""

    def end(self, problem: Problem, run: Run) -> None:
        """Say nothing."""


class Stopwatch:
    """Adds up the seconds spent in each kind of work."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, work: str) -> Iterator[None]:
        """Count the time inside ``with`` as ``work``."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[work] = self.seconds.get(work, 0.0) + time.perf_counter() - begun
