"""Memory that one check leaves to the next: for a network of middling size, fresh pages cost more than arithmetic."""

import sys

import numpy as np

from scratch.tree import Array

KEPT = 1 << 21
"""Numbers that are kept between two checks, 16 MB; more is returned to the system."""

_spare: list[Array] = []


class Workspace:
    """Room for arrays of float64, uninitialised.

    Args:
        size: how many numbers in all.
    """

    def __init__(self, size: int) -> None:
        spare = _spare[-1:]
        _spare.clear()
        self._memory = spare[0] if spare and spare[0].size >= size else np.empty(size)
        self._used = 0

    def take(self, size: int) -> Array:
        """Return an array of so many numbers."""
        start = self._used
        self._used = start + size
        return self._memory[start : self._used]

    def give_back(self) -> None:
        """Leave the memory to the next one, unless somebody still holds a part of it, such as a user's network."""
        memory = self._memory
        del self._memory
        if (
            memory.size <= KEPT and sys.getrefcount(memory) == 2
        ):  # this variable, and the argument of the count
            _spare[:] = [memory]
