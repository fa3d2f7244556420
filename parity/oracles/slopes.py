"""Directional derivatives of a forward pass: by the complex step, or by extrapolated differences."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
from attrs import frozen

from parity.oracles.forward import COMPLEX_STEP, Forward, NotAnalyticError
from scratch.tree import Array

EPS = float(np.finfo(float).eps)
COMPLEX128 = np.dtype("complex128")

Direction = Mapping[int, Array]
"""How far each tensor moves, by its place in the list; the others stay."""

STACK = 1 << 14
"""Numbers in a stack of parameters: beyond it the arithmetic costs more than the calls that are saved."""

ULPS = 4
"""How far jittered parameters are from the true ones, in roundings of the tensor's typical entry."""

FIRST_STEP, STEP_RATIO, LEVELS = 1e-2, 4.0, 9


@frozen
class Uncertainty:
    """How well a slope is known.

    Attributes:
        noise: how far rounding may have moved it.
        jump: by how much it jumps at a kink, from one side of the point to the other; 0 where there is none.
    """

    noise: float
    jump: float = 0.0

    @property
    def total(self) -> float:
        """How far the slope may be from another that is as good."""
        return max(self.noise, self.jump)


class Oracle(Protocol):
    """Derivatives of the loss along directions, from forward passes alone."""

    method: str

    def slopes(self, directions: Sequence[Direction]) -> Array:
        """Return the derivative along each direction."""

    def uncertainty(self, direction: Direction, slope: float, eps: float, members: int) -> Uncertainty:
        """Return how well ``slope`` along ``direction`` is known to someone who rounds by ``eps``."""


class ComplexStep:
    """``Im f(x + ihv) / h``: nothing is truncated and nothing subtracted.

    Attributes:
        stacking: whether the function takes many parameter sets at once, in an axis in front.
    """

    method = "complex step"

    def __init__(self, forward: Forward, scales: Sequence[float], rng: np.random.Generator) -> None:
        self._forward = forward
        self._scales = scales
        self._rng = rng
        self._shifts: list[
            list[Array]
        ] = []  # the same for every direction: what crosses a kink once does so again
        self._size = sum(array.size for array in forward.base)
        self.stacking = self._size <= STACK // 8

    def slopes(self, directions: Sequence[Direction], base: Sequence[Array] | None = None) -> Array:
        """Return the derivative along each direction, at the parameters or at another point."""
        return self._slopes(directions, [self._forward.base if base is None else base] * len(directions))

    def uncertainty(self, direction: Direction, slope: float, eps: float, members: int) -> Uncertainty:
        """Return how far the slope moves when parameters move by a few roundings, and computing rounds by ``eps``.

        Points come in pairs on opposite sides: where a ReLU sees exactly 0, one of the two is beyond the kink.
        """
        single = eps > EPS
        pairs = (members + 1) // 2
        while len(self._shifts) < pairs:
            self._shifts.append([self._rng.uniform(-1, 1, array.shape) for array in self._forward.base])
        bases = []
        for member in range(members):
            size = (-1) ** member * ULPS * eps
            along = zip(self._forward.base, self._scales, self._shifts[member // 2], strict=True)
            bases.append([a + size * s * u for a, s, u in along])
        dtype = np.dtype("complex64" if single else "complex128")
        try:
            moved = self._slopes([direction] * len(bases), bases, dtype)
        except NotAnalyticError:
            return Uncertainty(np.inf)
        deviation = float(np.abs(moved - slope).max())
        # Rounding moves a smooth slope by a few roundings: one that loses half of its digits jumps.
        jumps = deviation > eps**0.5 * max(abs(slope), float(np.abs(moved).max()))
        return Uncertainty(0.0, deviation) if jumps else Uncertainty(deviation)

    def _slopes(
        self,
        directions: Sequence[Direction],
        bases: Sequence[Sequence[Array]],
        dtype: np.dtype[np.complexfloating] = COMPLEX128,
    ) -> Array:
        step = COMPLEX_STEP[dtype]
        at_once = max(STACK // max(self._size, 1), 1)
        found: list[float] = []
        for first in range(0, len(directions), at_once):
            group = slice(first, first + at_once)
            found += self._group(directions[group], bases[group], dtype, step)
        return np.array(found)

    def _group(
        self,
        directions: Sequence[Direction],
        bases: Sequence[Sequence[Array]],
        dtype: np.dtype[np.complexfloating],
        step: float,
    ) -> list[float]:
        if self.stacking and len(directions) > 1:
            stacks = [np.array(arrays, dtype) for arrays in zip(*bases, strict=True)]
            for member, direction in enumerate(directions):
                for place, v in direction.items():
                    stacks[place][member] += 1j * step * v
            slopes = self._forward.stacked(stacks, step)
            if slopes is not None:
                return list(slopes)
            self.stacking = False
        real = np.empty(0, dtype).real.dtype
        found = []
        for direction, base in zip(directions, bases, strict=True):
            # Tensors that do not move stay real: what is computed from them alone costs a quarter.
            arrays = [array.astype(real, copy=False) for array in base]
            for place, v in direction.items():
                arrays[place] = arrays[place] + np.asarray(1j * step * v, dtype)
            found.append(self._forward.imaginary(arrays, step))
        return found


class Differences:
    """Central differences at nine step sizes, extrapolated to step 0 (Ridders, 1982).

    Needs no complex numbers. The price is accuracy, which is estimated for every slope by itself: by how much
    neighbours in the extrapolation differ, and by how much rounding moves the loss.
    """

    method = "central differences"

    def __init__(self, forward: Forward, scales: Sequence[float], rng: np.random.Generator) -> None:
        self._forward = forward
        self._noise = max(EPS * abs(forward.value), roughness(forward, scales, rng))

    def slopes(self, directions: Sequence[Direction]) -> Array:
        """Return the derivative along each direction."""
        return np.array([self._extrapolated(direction)[0] for direction in directions])

    def uncertainty(self, direction: Direction, slope: float, eps: float, members: int) -> Uncertainty:
        """Return the accuracy that the extrapolation attains, and whether both sides have the same slope."""
        _, error, jump = self._extrapolated(direction)
        return Uncertainty(error, jump)

    def _extrapolated(self, direction: Direction) -> tuple[float, float, float]:
        """Return the slope, its error, and by how much it jumps at a kink (0 where there is none)."""
        steps = FIRST_STEP / STEP_RATIO ** np.arange(LEVELS)
        up = np.array([self._at(direction, h) for h in steps])
        down = np.array([self._at(direction, -h) for h in steps])
        table = (up - down) / (2 * steps)
        best, error = np.nan, np.inf
        column, factor = table, STEP_RATIO**2
        while len(column) > 1:
            finer = column[1:] + (column[1:] - column[:-1]) / (factor - 1)
            errors = np.maximum(np.abs(finer - column[1:]), np.abs(finer - column[:-1]))
            errors = errors + 4 * self._noise / steps[-len(finer) :]
            errors = np.where(np.isfinite(errors), errors, np.inf)
            here = int(errors.argmin())
            if errors[here] < error:
                best, error = float(finer[here]), float(errors[here])
            column, factor = finer, factor * STEP_RATIO**2
        bend = np.abs(up - 2 * self._forward.value + down) / steps
        rounding = 30 * self._noise / steps
        # A smooth curve bends a quarter as much over a quarter of the step; a kink bends as before.
        kinked = bend[-1] > bend[-2] / 2 and bend[-1] > rounding[-1] and bend[-2] > rounding[-2]
        return best, error, float(bend[-1]) if kinked else 0.0

    def _at(self, direction: Direction, step: float) -> float:
        return self._forward.real(moved(self._forward.base, direction, step))


def roughness(forward: Forward, scales: Sequence[float], rng: np.random.Generator) -> float:
    """Return the rounding noise of the loss: what is left of five values in a row after four differences.

    A polynomial leaves nothing; casts to float32 inside the loss do (Moré and Wild, 2011). The rows start a little
    beside the point, where there may be a kink, and the middle of three is taken.
    """
    found = []
    for _ in range(3):
        way = {
            i: s * rng.uniform(-1, 1, a.shape)
            for i, (a, s) in enumerate(zip(forward.base, scales, strict=True))
        }
        row = [forward.real(moved(forward.base, way, 1e-3 + 1e-6 * k)) for k in range(5)]
        found.append(abs(float(np.diff(row, 4)[0])) / 70**0.5)  # 70 = 1² + 4² + 6² + 4² + 1²
    middle = sorted(found)[1]
    return middle if np.isfinite(middle) else 0.0


def moved(base: Sequence[Array], direction: Direction, step: float) -> list[Array]:
    """Return the parameters ``step`` further along ``direction``."""
    return [a + step * direction[place] if place in direction else a for place, a in enumerate(base)]


def agree(at: Callable[[float], float], slope: float, scale: float, noise: float = 0.0) -> bool:
    """Return whether real steps see the slope that the complex step saw.

    They do not where the function drops imaginary parts in silence, as ``abs``, ``norm`` and ``var`` do. Smaller
    steps are tried for the sake of functions with many kinks, of which a larger one crosses some.

    Args:
        at: the loss so many steps along the direction.
        slope: what the complex step says.
        scale: size of the slopes of which this is the sum.
        noise: of the loss, where it is known to be more than its last digit.
    """
    for step in (1e-5, 1e-6, 1e-7):
        up, down = at(step), at(-step)
        allowed = 1e-9 * scale + 20 * max(EPS * max(abs(up), abs(down)), noise) / step
        if abs((up - down) / (2 * step) - slope) <= allowed:
            return True
    return False
