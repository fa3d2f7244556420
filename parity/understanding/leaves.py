"""Find the arrays in what a call returned or left behind, and find them again."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from parity.understanding.slots import Slot, as_numbers, children, is_numbers
from parity.understanding.target import Refused, Target
from scratch.tree import Array

Leaf = tuple[str, tuple[Any, ...]]


def leaves(value: Any, way: tuple[Any, ...] = (), depth: int = 4) -> Iterator[tuple[tuple[Any, ...], Array]]:
    """Yield every array of numbers in what a function returned, with the way to it."""
    if isinstance(value, np.ndarray | list | int | float | np.number) and is_numbers(value):
        yield way, as_numbers(value)
    elif isinstance(value, list) and value and all(is_numbers(v) and np.size(v) == 1 for v in value):
        yield way, np.array([as_numbers(v).reshape(()) for v in value])
    if depth and (isinstance(value, dict | tuple) or (isinstance(value, list) and not is_numbers(value))):
        for (_, key), inner in children(value):
            yield from leaves(inner, (*way, key), depth - 1)


def leaf_of(target: Target, leaf: Leaf, result: Any) -> Array:
    """Return the array at a leaf.

    Raises:
        Refused: it is not there any more.
    """
    kind, way = leaf
    try:
        if kind == "slot":
            return Slot((way,), np.zeros(())).read(target.namespace)
        for found, array in leaves(result):
            if found == way:
                return array
    except (LookupError, ValueError, TypeError) as error:
        raise Refused(str(error)) from error
    raise Refused("the output is not where it was")
