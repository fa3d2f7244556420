"""The hand-written network as a twin: the one that all others are compared with."""

from collections.abc import Callable, Collection

import numpy as np

from parity.frameworks.protocol import Checkpoint, Chunk
from parity.scenarios.problem import Problem
from scratch.tap import Tap, untapped
from scratch.training import State, begin
from scratch.tree import Array, flatten, unflatten

NAME = "scratch"
RECORDED = ("output/", "gradient/", "weight/")


def about() -> dict[str, str]:
    """Return the versions of Python, NumPy and its BLAS."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {"numpy": np.__version__, "blas": f"{blas['name']} {blas['version']}"}


def twin(problem: Problem) -> "ScratchTwin":
    """Return the hand-written network itself."""
    return ScratchTwin(problem)


class Recorder:
    """A tap that keeps every output, gradient and weight of the steps it is switched on for.

    The arrays of scratch are never changed in place: to keep them is enough, no copy is made.
    """

    def __init__(self, tap: Tap = untapped) -> None:
        self.rows: dict[str, list[Array]] = {}
        self.on = False
        self._tap = tap

    def __call__(self, path: str, array: Array) -> Array:
        """Pass ``array`` through the inner tap and keep what comes out."""
        array = self._tap(path, array)
        if self.on and path.startswith(RECORDED):
            self.rows.setdefault(path, []).append(array)
        return array

    def take(self) -> dict[str, Array]:
        """Return what was kept, stacked along a first axis of steps, and forget it."""
        arrays = {path: np.stack(rows) for path, rows in self.rows.items()}
        self.rows = {}
        return arrays


class ScratchTwin:
    """Trains with :mod:`scratch`; with a ``tap``, and on an ensemble, where asked to."""

    def __init__(
        self,
        problem: Problem,
        tap: Tap = untapped,
        prepare: Callable[[Array], Array] = lambda array: array,
    ) -> None:
        """Start from the problem's initial weights.

        Args:
            problem: what to train.
            tap: sees every array (:mod:`scratch.tap`), initial weights included.
            prepare: applied to each initial weight before the tap: gives it an ensemble axis.
        """
        self._problem = problem
        self._tap = tap
        self._recorder = Recorder(tap)
        arrays = {
            path: tap(f"weight/{path}", prepare(array)) for path, array in flatten(problem.params).items()
        }
        optimizer = problem.optimizer
        params = unflatten(arrays)
        self._state = begin(optimizer, params) if optimizer else State(params, {})

    def effective(self) -> dict[str, float]:
        """Return the numbers as the scenario has them: NumPy passes them on as they are."""
        training = self._problem.scenario.training
        return {"learning_rate": training.learning_rate, "momentum": training.momentum} if training else {}

    def checkpoint(self) -> Checkpoint:
        """Return parameters and velocity."""
        return Checkpoint(flatten(self._state.params), flatten(self._state.velocity))

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back to a state."""
        self._state = State(unflatten(checkpoint.weights), unflatten(checkpoint.memory))

    def advance(self, first: int, stop: int, recorded: Collection[int]) -> Chunk:
        """Train from step ``first`` to ``stop - 1``."""
        problem, recorder = self._problem, self._recorder
        loss, optimizer, wanted = problem.loss, problem.optimizer, set(recorded)
        assert loss is not None
        assert optimizer is not None
        losses = []
        whole = problem.batch_size == len(problem.x)
        x, y = problem.x, problem.y
        for step, rows in zip(range(first, stop), problem.batches(first, stop), strict=True):
            recorder.on = step in wanted
            if not whole or problem.scenario.training.shuffle_seed is not None:  # type: ignore[union-attr]
                x, y = problem.x[rows], problem.y[rows]
            self._state, value = problem.train_step(
                problem.network, loss, optimizer, self._state, x, y, recorder
            )
            losses.append(value)
        return Chunk(first, np.stack(losses), np.array(sorted(wanted), dtype=int), recorder.take())

    def outputs(self) -> Chunk:
        """Return what each layer computes for all rows."""
        self._recorder.on = True
        self._problem.network.forward(self._state.params, self._tap("input", self._problem.x), self._recorder)
        return Chunk(0, np.zeros(0), np.zeros(1, dtype=int), self._recorder.take())

    def predict(self, inputs: Array) -> Array:
        """Return the network's output (N, O)."""
        x = self._tap("input", inputs)
        return self._problem.network.forward(self._state.params, x, self._tap)[0]
