"""Which entries of a gradient are wrong, found with few forward passes."""

import heapq
from collections.abc import Sequence
from math import ceil, log2

import numpy as np
from attrs import field, frozen

from parity.oracles.parameters import Tensor
from parity.oracles.slopes import Oracle
from scratch.tree import Array

FEW = 64
"""Up to so many entries, each is looked at."""

SAMPLE = 16
"""So many entries, drawn at random, tell whether nearly all are wrong."""

LISTED = 8
"""Wrong entries that are searched for; where there are more, these stand for them."""


@frozen(eq=False)
class Located:
    """Entries that were looked at one by one.

    Attributes:
        places: their places in the flattened tensor, (K,); wrong ones first, worst of all in front.
        want: their true gradients, (K,).
        wrong: how many of them are wrong.
        complete: whether there are no wrong entries beside these.
        everywhere: whether all entries are wrong, or of a random sample nearly all.
    """

    places: list[int] = field(factory=list)
    want: list[float] = field(factory=list)
    wrong: int = 0
    complete: bool = True
    everywhere: bool = False


class Locator:
    """Finds the wrong entries of one tensor.

    Args:
        oracle: what is true.
        place: of the tensor among all.
        tensor: the parameter and the gradient that is wrong somewhere.
        direction: along which it was seen, the shape of the tensor.
        residual: claimed derivative less the true one along it.
        allowed: how much of the residual may be rounding.
        each: by how much a single entry may be off.
    """

    def __init__(
        self,
        oracle: Oracle,
        place: int,
        tensor: Tensor,
        direction: Array,
        residual: float,
        allowed: float,
        each: float,
    ) -> None:
        self._oracle = oracle
        self._place = place
        self._shape = tensor.value.shape
        self._got = tensor.gradient.ravel()
        self._direction = direction.ravel()
        self._residual = residual
        self._allowed = allowed
        self._each = each
        self._unit = tensor.scale
        self._known: dict[int, float] = {}

    def find(self, thorough: bool, rng: np.random.Generator) -> Located:
        """Return the wrong entries; all others, too, if ``thorough`` or if there are few."""
        size = self._got.size
        if thorough or size <= FEW:
            self._look(range(size))
            wrong = self._wrong()
            return self._located(complete=True, everywhere=len(wrong) == size)
        if self._single():
            return self._located(complete=True, everywhere=False)
        sample = rng.choice(size, SAMPLE, replace=False).tolist()
        self._look(sample)
        everywhere = sum(place in self._wrong() for place in sample) >= SAMPLE - 2
        if everywhere:
            return self._located(complete=False, everywhere=True)
        return self._located(complete=self._bisect(), everywhere=False)

    def _single(self) -> bool:
        """Try whether one entry alone is wrong, in two passes however many there are.

        The residual ``Σ (g - g*) v`` is one term then. Weighed with the entry's number in the row it is
        that number times as large: the quotient says which entry it is.
        """
        size = self._got.size
        weights = np.arange(1, size + 1) / size
        weighed = self._along([self._direction * weights])[0]
        number = weighed / self._residual * size
        place = round(number) - 1 if np.isfinite(number) else -1
        if not 0 <= place < size:
            return False
        self._look([place])
        explained = (self._got[place] - self._known[place]) * self._direction[place]
        if abs(self._residual - explained) <= self._allowed:
            return True
        self._known.clear()
        return False

    def _bisect(self) -> bool:
        """Halve the parts with the largest residual first; return whether nothing was left unsearched."""
        size = self._got.size
        passes = LISTED * ceil(log2(size)) * 2
        parts = [(-abs(self._residual), 0, size, self._residual)]
        found = 0
        while parts and found < LISTED and passes > 0:
            _, start, stop, residual = heapq.heappop(parts)
            if stop - start == 1:
                self._look([start])
                found += 1
                continue
            middle = (start + stop) // 2
            passes -= 1
            half = np.zeros(size)
            half[start:middle] = self._direction[start:middle]
            left = float(self._along([half])[0])
            for begin, end, part in ((start, middle, left), (middle, stop, residual - left)):
                if abs(part) > self._allowed:
                    heapq.heappush(parts, (-abs(part), begin, end, part))
        return not parts

    def _along(self, directions: Sequence[Array]) -> Array:
        """Return the residuals ``Σ (g - g*) v`` along flat directions."""
        shaped = [{self._place: v.reshape(self._shape)} for v in directions]
        claimed = np.array([float(self._got @ v) for v in directions])
        residuals: Array = claimed - self._oracle.slopes(shaped)
        return residuals

    def _look(self, places: Sequence[int]) -> None:
        """Compute the true gradient of single entries."""
        chunk = 256
        for first in range(0, len(places), chunk):
            some = places[first : first + chunk]
            units = np.zeros((len(some), self._got.size))
            units[np.arange(len(some)), some] = self._unit
            shaped = [{self._place: unit.reshape(self._shape)} for unit in units]
            slopes = self._oracle.slopes(shaped) / self._unit
            self._known |= dict(zip(some, slopes.tolist(), strict=True))

    def _wrong(self) -> list[int]:
        """Return the known entries that are wrong, worst first."""
        gaps = {place: abs(self._got[place] - want) for place, want in self._known.items()}
        return sorted((place for place, gap in gaps.items() if not gap <= self._each), key=lambda p: -gaps[p])

    def _located(self, complete: bool, everywhere: bool) -> Located:
        wrong = self._wrong()
        places = wrong + sorted(set(self._known) - set(wrong))
        want = [self._known[place] for place in places]
        return Located(places, want, len(wrong), complete, everywhere and bool(wrong))
