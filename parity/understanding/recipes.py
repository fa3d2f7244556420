"""How an object is made: what is handed to its class, and what stands for our data."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from attrs import frozen

from parity.understanding.calling import Board
from parity.understanding.roles import Role


@frozen(eq=False)
class Recipe:
    """How an object is made.

    Attributes:
        arguments: what is handed over by name; a role stands for what is on the board.
        sizes: of the layers, where we have chosen them.
        rate: the argument that is the learning rate, or nothing.
        positional: what is handed over by position, to a function that takes any number.
    """

    arguments: Mapping[str, Any]
    sizes: tuple[int, ...] | None
    rate: str = ""
    positional: tuple[Any, ...] = ()

    def maker(
        self, kind: Callable[..., Any], changes: Mapping[str, Any] | None = None
    ) -> Callable[[Board], Any]:
        """Return a function that makes the object."""
        given = {**self.arguments, **(changes or {})}

        def make(board: Board) -> Any:
            values = {
                name: board.values.get(value) if isinstance(value, Role) else _copy(value)
                for name, value in given.items()
            }
            return kind(*self.positional, **values)

        return make

    @property
    def holds_data(self) -> bool:
        """Whether samples are handed over when the object is made."""
        return Role.INPUTS in self.arguments.values()


class Stream(np.random.RandomState):
    """A random stream that also does what those of the newer kind do."""

    integers = np.random.RandomState.randint


def _copy(value: Any) -> Any:
    return copy.deepcopy(value) if isinstance(value, list | np.random.RandomState) else value
