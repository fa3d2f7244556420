"""The noise ensemble: how far rounding alone takes every number of a training run.

K members train side by side, the same network on the same data, and every number that is stored (weights and
velocities at every step, inputs, each layer's output, each back-propagated error) is multiplied by
``1 + eps * u`` with u drawn from {-1, 0, 1}: as if it had been rounded a little differently. What they
differ by is what two correct programs may differ by.

An exact zero stays zero: a unit that a ReLU has switched off must not flicker.
"""

from collections.abc import Collection
from itertools import cycle

import numpy as np
from attrs import frozen

from parity.frameworks.protocol import Chunk
from parity.frameworks.scratch import ScratchTwin
from parity.scenarios.problem import Problem
from scratch.tree import Array

MEMBERS = 16
POOL = 1 << 18
DRAWS = 512
FEWEST_DRAWS = 8


@frozen(eq=False)
class Noise:
    """How far rounding takes what a :class:`Chunk` holds.

    Attributes:
        now: largest deviation of any member's loss from scratch's at each step, (S,).
        losses: the same, but never less than at an earlier step, (S,).
        arrays: largest deviation of any entry of any member, (R,), by path; never less than at an earlier
            step, and never less than one rounding of the array's largest entry.
    """

    now: Array
    losses: Array
    arrays: dict[str, Array]


class Jitter:
    """A tap that rounds every number a little differently in every member.

    Half of the members draw anew at every step. The other half keep the factor of each place: a program
    whose exponential is a little off is off in the same direction whenever it sees the same number, and training
    sees nearly the same numbers step after step. Such errors add up, where random ones cancel.
    """

    def __init__(self, dtype: str, members: int, seed: int) -> None:
        self._eps = np.finfo(dtype).eps
        self._dtype = dtype
        self._members = members
        self._rng = np.random.default_rng(seed)
        self._draws: dict[tuple[str, tuple[int, ...]], Array] = {}
        self._choices = cycle(self._rng.integers(DRAWS, size=POOL).tolist())

    def __call__(self, path: str, array: Array) -> Array:
        """Return ``array`` times ``1 + eps * u``; gradients and losses are rounded where they are used."""
        if path.startswith(("gradient/", "loss")):
            return array
        if path == "input":
            array = self.spread(array)
        draws = self._draws.get((path, array.shape))
        if draws is None:
            draws = self._draw(array.shape)
            self._draws[path, array.shape] = draws
        jittered: Array = array * draws[next(self._choices) % len(draws)]
        return jittered

    def spread(self, array: Array) -> Array:
        """Return ``array`` with an ensemble axis in front."""
        spread: Array = np.broadcast_to(array, (self._members, *array.shape))
        return spread

    def _draw(self, shape: tuple[int, ...]) -> Array:
        """Return factors (D, K, ...) to choose from: drawing new ones at every step costs ten times as much.

        Along the first axis the first half of the members changes, the second half does not.
        """
        count = max(FEWEST_DRAWS, min(DRAWS, POOL // max(int(np.prod(shape)), 1)))
        half = self._members // 2
        units = self._rng.integers(-1, 2, (count, *shape), dtype=np.int8)
        units[:, half:] = units[0, half:]
        draws: Array = (1 + self._eps * units).astype(self._dtype)
        return draws


class Ensemble:
    """K hand-written networks with rounding noise, trained in step with the one they stand for."""

    def __init__(self, problem: Problem, members: int = MEMBERS, seed: int = 0) -> None:
        jitter = Jitter(problem.dtype, members, seed)
        self._twin = ScratchTwin(problem, jitter, jitter.spread)
        self._finfo = np.finfo(problem.dtype)
        self._so_far: dict[str, float] = {}

    def advance(self, first: int, stop: int, recorded: Collection[int], truth: Chunk) -> Noise:
        """Train over the same steps as ``truth``, the run without noise, and measure the distance."""
        return self._measure(self._twin.advance(first, stop, recorded), truth)

    def outputs(self, truth: Chunk) -> Noise:
        """Measure the noise of every layer's output."""
        return self._measure(self._twin.outputs(), truth)

    def predict(self, inputs: Array, truth: Array) -> Array:
        """Return the noise of the prediction ``truth`` (N, O), entry by entry."""
        with np.errstate(all="ignore"):
            deviation = _certain(np.abs(self._twin.predict(inputs) - truth).max(axis=0, initial=0))
        noise: Array = np.maximum(deviation, self._least(_largest(truth[None])))
        return noise

    def _measure(self, chunk: Chunk, truth: Chunk) -> Noise:
        with np.errstate(all="ignore"):  # a run that overflows is judged later, it need not warn here
            now = _certain(_largest(chunk.losses - truth.losses[:, None]))
            now = np.maximum(now, self._least(np.abs(truth.losses)))
            arrays = {}
            for path, array in chunk.arrays.items():
                reference = truth.arrays[path]
                deviation = _largest(array - reference[:, None])
                arrays[path] = self._highest(path, np.maximum(deviation, self._least(_largest(reference))))
            return Noise(now, self._highest("loss", now), arrays)

    def _least(self, magnitude: Array) -> Array:
        """Return the least noise of arrays with these largest entries: one rounding, or the smallest number.

        Numbers below the smallest normal one may be flushed to zero, as TensorFlow does.
        """
        least: Array = np.fmax(self._finfo.eps * magnitude.astype(float), float(self._finfo.tiny))
        return least

    def _highest(self, path: str, noise: Array) -> Array:
        """Return the highest noise up to each step."""
        if not len(noise):
            return noise
        noise = np.maximum.accumulate(np.maximum(_certain(noise), self._so_far.get(path, 0.0)))
        self._so_far[path] = float(noise[-1])
        return noise


def _certain(noise: Array) -> Array:
    """Return ``noise``; what is not a number counts as infinite."""
    return np.where(np.isnan(noise), np.inf, noise)


def _largest(differences: Array) -> Array:
    """Return the largest absolute value for each step, the first axis, in float64."""
    flat = differences.reshape(len(differences), int(np.prod(differences.shape[1:])))
    largest: Array = np.maximum(flat.max(axis=1, initial=0), -flat.min(axis=1, initial=0)).astype(float)
    return largest
