"""A framework's numbers, stretch by stretch, fetched ahead of time in a thread of its own."""

import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from parity.frameworks import workers
from parity.frameworks.plan import spans
from parity.frameworks.workers import FrameworkFailure, Worker
from parity.scenarios.problem import Problem
from parity.suite.landscape import places
from scratch.tree import Array

AHEAD = 3
"""Stretches that may wait to be judged: enough to keep every process busy, and memory bounded."""


@frozen(eq=False)
class Final:
    """The end of a problem: what the trained network says in several places.

    Attributes:
        predictions: for each of :func:`parity.suite.landscape.places`, by its name.
        seconds: time the framework took, from building the model.
    """

    predictions: dict[str, Array]
    seconds: float


class Feeder:
    """Runs one framework through a list of problems, a little ahead of whoever takes the numbers."""

    def __init__(self, framework: str, problems: list[Problem]) -> None:
        self.framework = framework
        self.about: dict[str, str] = {}
        self.worker = Worker(framework)
        self._problems = problems
        self._messages: queue.Queue[tuple[str, Any]] = queue.Queue(AHEAD)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"feed-{framework}", daemon=True)
        self._failed: dict[str, FrameworkFailure] = {}
        self._unable: FrameworkFailure | None = None

    def start(self) -> None:
        """Begin with the first problem."""
        self._thread.start()

    def take(self, problem: Problem) -> Any:
        """Return the next message about ``problem``: a ``Beginning``, then chunks, then a ``Final``.

        Raises:
            FrameworkFailure: the framework failed at this problem. Asking again raises it again.
        """
        if problem.key in self._failed:
            raise self._failed[problem.key]
        while True:
            key, message = self._messages.get()
            if key != problem.key:  # left over from a problem that was given up
                continue
            if isinstance(message, FrameworkFailure):
                self._failed[key] = message
                raise message
            return message

    def messages(self, problem: Problem) -> Iterator[Any]:
        """Yield every message about ``problem``, to the last.

        Raises:
            FrameworkFailure: as :meth:`take` does.
        """
        while not isinstance(message := self.take(problem), Final):
            yield message
        yield message

    def stop(self) -> None:
        """End the process and the thread."""
        self._stopped.set()
        self.worker.close()
        while self._thread.is_alive():  # let a thread that waits for room in the queue go on, and end
            try:
                self._messages.get_nowait()
            except queue.Empty:
                self._thread.join(0.05)

    def _run(self) -> None:
        for problem in self._problems:
            if self._stopped.is_set():
                return
            try:
                for message in self._messages_of(problem):
                    self._messages.put((problem.key, message))
                    if self._stopped.is_set():
                        return
            except FrameworkFailure as failure:
                self._messages.put((problem.key, failure))
            except BaseException as error:  # noqa: BLE001 - whatever it is, the one who waits must hear of it
                crash = FrameworkFailure("crashed", f"{type(error).__name__}: {error}")
                self._messages.put((problem.key, crash))

    def _begin(self) -> None:
        try:
            self.about = self.worker.start()
        except FrameworkFailure as failure:
            self._unable = failure
            raise

    def _messages_of(self, problem: Problem) -> Iterator[Any]:
        if self._unable is not None:
            raise self._unable
        if not self.worker.running:  # not yet, or no longer: importing is no part of the problem's time
            self._begin()
        clock = _Clock(problem.scenario.time_limit)

        def call(task: Any, *arguments: Any) -> Any:
            with clock:
                return self.worker.call(task, problem, *arguments, timeout=clock.left)

        beginning = call(workers.begin)
        yield beginning
        checkpoint = beginning.checkpoint
        if not problem.steps:
            yield call(workers.outputs, checkpoint)
        for first, stop, recorded in spans(problem):
            chunk, checkpoint = call(workers.advance, checkpoint, first, stop, recorded)
            yield chunk
        there = places(problem)
        predictions = call(workers.predict, checkpoint, list(there.values()))
        yield Final(dict(zip(there, predictions, strict=True)), clock.spent)


class _Clock:
    """Counts the seconds spent inside ``with``."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self.spent = 0.0
        self._entered = 0.0

    @property
    def left(self) -> float:
        return self._limit - self.spent

    def __enter__(self) -> None:
        self._entered = time.perf_counter()

    def __exit__(self, *details: object) -> None:
        self.spent += time.perf_counter() - self._entered
