"""What an implementation does: build a twin of a problem, say its settings, train, predict.

A *twin* is the same network in some framework. It does the real thing with the framework's real
layers, losses and optimizers; what it hands out is in scratch's conventions (kernels ``(in, out)``,
paths like ``gradient/dense_1/kernel``), so that nobody else has to know about any other.
"""

from collections.abc import Collection
from typing import Protocol

from attrs import field, frozen

from parity.scenarios.problem import Problem
from scratch.tree import Array


@frozen(eq=False)
class Checkpoint:
    """Everything needed to go on training, as plain arrays.

    Attributes:
        weights: parameters by path, ``dense_1/kernel``, kernels (I, O).
        memory: what the optimizer remembers, by the same paths, in the framework's own convention.
    """

    weights: dict[str, Array]
    memory: dict[str, Array] = field(factory=dict)


@frozen(eq=False)
class Chunk:
    """A stretch of training.

    Attributes:
        first: number of its first step.
        losses: the loss before each update, (S,).
        steps: numbers of the steps recorded in full, (R,).
        arrays: what was recorded at those steps, by path: ``output/sigmoid_1`` (R, N, O),
            ``gradient/dense_1/kernel`` and ``weight/dense_1/kernel`` (R, I, O): before and after the update.
    """

    first: int
    losses: Array
    steps: Array
    arrays: dict[str, Array]


class Twin(Protocol):
    """One network in one framework."""

    def effective(self) -> dict[str, float]:
        """Return the numbers that the optimizer really uses, read back from it, by their setting's name."""

    def checkpoint(self) -> Checkpoint:
        """Return the present state."""

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back to a state, bit for bit."""

    def advance(self, first: int, stop: int, recorded: Collection[int]) -> Chunk:
        """Train from step ``first`` to ``stop - 1``; record the steps in ``recorded`` in full."""

    def outputs(self) -> Chunk:
        """Return what each layer computes for all rows, as a chunk of one step without losses."""

    def predict(self, inputs: Array) -> Array:
        """Return the network's output (N, O) for ``inputs`` (N, I)."""


class Framework(Protocol):
    """A module that builds twins. ``NAME``, :func:`about` and :func:`twin` are all that is asked of it."""

    NAME: str

    def about(self) -> dict[str, str]:
        """Return versions, threads and flags, for the report."""

    def twin(self, problem: Problem) -> Twin:
        """Return the twin of a problem, with its initial weights."""
