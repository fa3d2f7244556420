"""Who else computes the same step: the complex step of the user's own forward, PyTorch, Keras."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from threading import Lock, Thread
from types import TracebackType
from typing import TypeVar

import numpy as np
from attrs import frozen

from parity.checking.experiments import Experiment
from parity.checking.losses import Kind
from parity.checking.network import Weights
from parity.frameworks.workers import FrameworkFailure, Worker, advance, begin
from parity.scenarios.problem import LOSSES, Problem
from parity.subject.failure import SubjectFailure

Result = TypeVar("Result")

STEP = 1e-30
SECONDS = 120.0


@frozen(eq=False)
class Testimony:
    """What a witness computes.

    Attributes:
        name: with its version.
        after: weights after the run; empty for the complex step.
        gradients: of the first step.
    """

    name: str
    after: Weights
    gradients: Weights


class Witnesses(AbstractContextManager["Witnesses"]):
    """Frameworks in their worker processes, warm from one check to the next."""

    def __init__(self, frameworks: Sequence[str]) -> None:
        self.frameworks = tuple(frameworks)
        self._workers = {name: Worker(name) for name in self.frameworks}
        self._starting = {name: Lock() for name in self.frameworks}
        self._about: dict[str, str] = {}
        self._failures: dict[str, FrameworkFailure] = {}

    def warm(self) -> None:
        """Start every framework's process now, side by side."""
        self._side_by_side(self._started)

    def warm_aside(self) -> None:
        """Start the processes while the user's network is being understood: importing a framework takes seconds."""
        if self.frameworks:
            Thread(target=self.warm, daemon=True).start()

    @property
    def failures(self) -> dict[str, FrameworkFailure]:
        """Why a framework could not do it, by name."""
        return dict(self._failures)

    def testify(self, problem: Problem) -> list[Testimony]:
        """Return what each framework computes; who fails is in :attr:`failures`."""
        found = self._side_by_side(partial(self._heard, problem))
        return [testimony for testimony in found if testimony is not None]

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers.values():
            worker.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _side_by_side(self, task: Callable[[str], Result]) -> list[Result]:
        if not self.frameworks:
            return []
        with ThreadPoolExecutor(len(self.frameworks)) as pool:
            return list(pool.map(task, self.frameworks))

    def _started(self, name: str) -> None:
        with self._starting[name]:
            if name in self._about or name in self._failures:
                return
            try:
                about = self._workers[name].start()
            except FrameworkFailure as failure:
                self._failures[name] = failure
            else:
                self._about[name] = f"{name} {about.get(name, '')}".strip()

    def _heard(self, problem: Problem, name: str) -> Testimony | None:
        self._started(name)
        if name in self._failures:
            return None
        try:
            return self._testimony(name, problem)
        except FrameworkFailure as failure:
            self._failures[name] = failure
            return None

    def _testimony(self, name: str, problem: Problem) -> Testimony:
        worker = self._workers[name]
        beginning = worker.call(begin, problem, timeout=SECONDS)
        steps = list(range(problem.steps))
        chunk, checkpoint = worker.call(
            advance, problem, beginning.checkpoint, 0, problem.steps, steps[:1], timeout=SECONDS
        )
        gradients = {
            p.removeprefix("gradient/"): a[0] for p, a in chunk.arrays.items() if p.startswith("gradient/")
        }
        return Testimony(self._about[name], checkpoint.weights, gradients)


def complex_step(done: Experiment, kind: Kind, gradients: Weights, seed: int = 0) -> float | None:
    """Return how far gradients are from the derivatives of the user's own forward pass, relative to their size.

    Each parameter moves along a random direction in the complex plane: ``Im L(w + i h v) / h`` is the slope, to all
    digits. None where the user's code does not take complex numbers.

    Source: Squire and Trapp, "Using complex variables to estimate derivatives of real functions", 1998.
    """
    rng = np.random.default_rng(seed)
    worst = 0.0
    try:
        real = done.network.forward(done.weights, done.x)
        for path, gradient in gradients.items():
            direction = rng.uniform(0.5, 1.5, gradient.shape) * rng.choice([-1.0, 1.0], gradient.shape)
            moved = done.weights | {path: done.weights[path] + 1j * STEP * direction}
            output = done.network.forward(moved, done.x)
            if output.dtype.kind != "c" or not np.allclose(output.real, real, rtol=1e-12, atol=1e-300):
                return None
            slope = float(np.imag(LOSSES[kind.ours].forward(output, done.y)[0])) / STEP
            terms = gradient * direction
            size = float(np.abs(terms).sum()) or 1.0
            worst = max(worst, abs(slope - float(terms.sum())) / size)
    except SubjectFailure as failure:
        if failure.kind in ("raised", "refused"):
            return None
        raise
    return worst if np.isfinite(worst) else None
