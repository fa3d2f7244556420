"""What everything is compared with: scratch, and the noise around it."""

import numpy as np
from attrs import frozen

from parity.frameworks.protocol import Chunk
from parity.frameworks.scratch import ScratchTwin
from parity.oracles.noise import MEMBERS, Ensemble, Noise
from parity.scenarios.problem import Problem
from scratch.tree import Array


class UnsteadyError(ValueError):
    """The hand-written network does not give the same numbers for the same input."""


MEANINGLESS = 0.1
"""Noise as a share of the number itself from which on a comparison means nothing."""


@frozen(eq=False)
class Stretch:
    """A stretch of scratch's training, and its noise."""

    truth: Chunk
    noise: Noise


class Reference:
    """Scratch and its noise ensemble, trained in step.

    Attributes:
        problem: what they train on.
        horizon: first step at which the noise of the loss reached a tenth of the loss; None until then.
    """

    def __init__(self, problem: Problem, members: int = MEMBERS, seed: int = 0) -> None:
        """Check that scratch gives the same numbers twice, and start.

        Raises:
            UnsteadyError: it does not. Its own randomness would be taken for rounding noise.
        """
        _check_steady(problem)
        self.problem = problem
        self.horizon: int | None = None
        self._twin = ScratchTwin(problem)
        self._ensemble = Ensemble(problem, members, seed)

    def advance(self, first: int, stop: int, recorded: list[int]) -> Stretch:
        """Train from step ``first`` to ``stop - 1``."""
        with np.errstate(all="ignore"):
            truth = self._twin.advance(first, stop, recorded)
            noise = self._ensemble.advance(first, stop, recorded, truth)
        beyond = past_horizon(noise.now, np.abs(truth.losses))
        if self.horizon is None and beyond.any():
            self.horizon = first + int(beyond.argmax())
        return Stretch(truth, noise)

    def outputs(self) -> Stretch:
        """Return what each layer computes for all rows, without training."""
        truth = self._twin.outputs()
        return Stretch(truth, self._ensemble.outputs(truth))

    def predict(self, inputs: Array) -> tuple[Array, Array]:
        """Return scratch's prediction (N, O) and its noise, entry by entry."""
        with np.errstate(all="ignore"):
            truth = self._twin.predict(inputs)
        return truth, self._ensemble.predict(inputs, truth)


def _check_steady(problem: Problem) -> None:
    first, second = (_first_numbers(problem) for _ in range(2))
    for path, array in first.items():
        if not np.array_equal(array, second[path], equal_nan=array.dtype.kind == "f"):
            raise UnsteadyError(
                f"the hand-written network gives other numbers when it is run again: {path} differs. "
                "What is random in it (dropout, shuffling) has to be seeded or switched off"
            )


def _first_numbers(problem: Problem) -> dict[str, Array]:
    """Return everything that scratch computes in its first step."""
    twin = ScratchTwin(problem)
    with np.errstate(all="ignore"):
        return (twin.advance(0, 1, [0]) if problem.steps else twin.outputs()).arrays


def past_horizon(noise: Array, magnitude: Array) -> Array:
    """Return where noise has grown so large that comparing numbers of this magnitude means nothing.

    A magnitude of exactly zero has no horizon: zero against zero is for others to judge.
    """
    return (noise > MEANINGLESS * magnitude) & (magnitude > 0)
