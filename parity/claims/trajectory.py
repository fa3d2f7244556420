"""Training that goes as far as it is asked to."""

from collections.abc import Iterator
from itertools import repeat
from typing import TypeVar

import numpy as np

from parity.scenarios import Problem
from scratch import State, begin, train_step
from scratch.tree import Array, Tree

T = TypeVar("T")


class Trajectory:
    """The way that training takes from the initial weights of a problem, by the hand-written network.

    It may be an ensemble: then parameters, and perhaps the data, have an axis in front, one entry for each
    member. Steps that were asked for are remembered, so that nobody walks the same way twice.

    Attributes:
        problem: what is trained, and how.
        x: inputs, (N, I) or (members, N, I).
        y: targets, (N, O) or (members, N, O).
    """

    def __init__(
        self, problem: Problem, params: Tree | None = None, x: Array | None = None, y: Array | None = None
    ) -> None:
        self.problem = problem
        self.x = problem.x if x is None else x
        self.y = problem.y if y is None else y
        params = problem.params if params is None else params
        optimizer = problem.optimizer
        start = begin(optimizer, params) if optimizer else State(params, {})
        self._states = {0: start}
        self._losses: list[Array] = []

    def params(self, step: int) -> Tree:
        """Return the parameters after ``step`` updates."""
        if step not in self._states:
            self._walk(step)
        return self._states[step].params

    def losses(self, steps: int) -> Array:
        """Return the losses before each of the first ``steps`` updates, (steps,) or (steps, members)."""
        if len(self._losses) < steps:
            self._walk(steps)
        return np.array(self._losses[:steps])

    def loss(self, step: int) -> Array:
        """Return the loss of all rows after ``step`` updates: one number, or one for each member."""
        loss = _trained(self.problem.loss)
        value, _ = loss.forward(self.outputs(step), self.y)
        return np.asarray(value)

    def outputs(self, step: int) -> Array:
        """Return what the network says about all rows after ``step`` updates, (N, O)."""
        y, _ = self.problem.network.forward(self.params(step), self.x)
        return y

    def correct(self, step: int) -> Array:
        """Return how many rows are right after ``step`` updates: one number, or one for each member."""
        return rows_right(self.problem, self.outputs(step), self.y)

    def _walk(self, step: int) -> None:
        """Train from the nearest step that is remembered, and remember ``step``."""
        problem = self.problem
        loss, optimizer = _trained(problem.loss), _trained(problem.optimizer)
        start = max(known for known in self._states if known <= step)
        state = self._states[start]
        for number, (x, y) in zip(range(start, step), self._batches(start, step), strict=True):
            state, value = train_step(problem.network, loss, optimizer, state, x, y)
            if number == len(self._losses):
                self._losses.append(value)
        self._states[step] = state

    def _batches(self, start: int, stop: int) -> Iterator[tuple[Array, Array]]:
        """Yield inputs and targets of each step; all rows in their order need no copy."""
        training = self.problem.scenario.training
        if self.problem.steps_per_epoch == 1 and training and training.shuffle_seed is None:
            yield from repeat((self.x, self.y), stop - start)
        else:
            for rows in self.problem.batches(start, stop):
                yield self.x[..., rows, :], self.y[..., rows, :]


def rows_right(problem: Problem, outputs: Array, targets: Array) -> Array:
    """Return how many rows of ``outputs`` (N, O) are on the right side, or in the right class."""
    if problem.task == "classes":
        right = outputs.argmax(axis=-1) == targets.argmax(axis=-1)
    else:
        right = ((outputs > 0.5) == (targets > 0.5)).all(axis=-1)
    return np.asarray(right.sum(axis=-1))


def _trained(part: T | None) -> T:
    if part is None:
        raise ValueError("nothing is trained in this scenario")
    return part
