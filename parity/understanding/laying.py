"""Lay our samples like the user's own data: rows, columns, lists, pairs."""

from collections.abc import Callable
from typing import Any

import numpy as np

from parity.understanding.feeding import Feed, Pairing
from parity.understanding.slots import as_numbers
from scratch.tree import Array


def laid_like(x: Any, y: Any) -> Pairing | None:
    """Return how our samples have to be laid to look like the user's."""
    try:
        if y is None:
            return _joined(x)
        inputs, targets = as_numbers(x), as_numbers(y)
    except (TypeError, ValueError):
        return None
    axis = sample_axis(inputs, targets)
    if axis is None:
        return None
    lay_x, lay_y = _like(x, axis), _like(y, min(axis, targets.ndim - 1))
    return Pairing(
        f"like {'rows' if axis == 0 else 'columns'} of the script's own data", _feed(lay_x), lay_y, False
    )


def _feed(lay: Callable[[Array], Any]) -> Feed:
    def read(value: Array, count: int) -> Array:
        if count != 1 or (value.ndim > 1 and max(value.shape) != value.size):
            raise ValueError("not one sample")
        return value.reshape(1, -1)

    return Feed("one pass of the loop", True, lay, read)


def sample_axis(x: Array, y: Array) -> int | None:
    """Return the axis of samples in the inputs, or None where they and the targets do not go together."""
    if len(x) == len(y):
        return 0
    if x.ndim == 2 and x.shape[1] == (y.shape[-1] if y.ndim == 2 else len(y)):
        return 1
    return None


def _like(value: Any, axis: int) -> Callable[[Array], Any]:
    """Return a function that lays a batch (N, F) like ``value``: rows, columns, a stack, a list, flat."""
    array = as_numbers(value)
    shape = array.shape

    def lay(batch: Array) -> Any:
        if len(shape) == 1:
            laid = batch.argmax(axis=1) if batch.shape[1] > 1 else batch[:, 0].copy()
        elif len(shape) == 3:
            laid = batch[:, :, None].copy() if shape[2] == 1 else batch[:, None, :].copy()
        else:
            laid = batch.copy() if axis == 0 else batch.T.copy()
        if isinstance(value, np.matrix):
            return np.asmatrix(laid)
        return laid.tolist() if isinstance(value, list) else laid

    return lay


def _joined(value: list[Any]) -> Pairing | None:
    first = value[0]
    if not isinstance(first, tuple | list) or len(first) < 2:
        return None
    if len(first) == 2 and not all(isinstance(v, int | float) for row in value for v in row):
        one_x, one_y = _like_one(first[0]), _like_one(first[1])
        kind: Callable[..., Any] = type(first)

        def pairs(x: Array, y: Array) -> Any:
            return [kind((one_x(a), one_y(b))) for a, b in zip(x, y, strict=True)]

        return Pairing(
            "pairs of sample and target", _feed(lambda x: x.copy()), lambda y: y.copy(), False, pairs
        )
    if all(isinstance(v, int | float) for v in first):
        label = isinstance(first[-1], int)

        def rows(x: Array, y: Array) -> Any:
            last = (lambda b: int(b.argmax())) if label and y.shape[1] > 1 else (lambda b: b[0].item())
            return [type(first)([*a.tolist(), last(b)]) for a, b in zip(x, y, strict=True)]

        return Pairing(
            "rows that end in the target", _feed(lambda x: x.copy()), lambda y: y.copy(), False, rows
        )
    return None


def _like_one(value: Any) -> Callable[[Array], Any]:
    if isinstance(value, int | float | np.number):
        return lambda row: row[0].item()
    shape = np.shape(value)

    def lay(row: Array) -> Any:
        laid = row.reshape(-1, 1) if len(shape) == 2 and shape[1] == 1 else row
        laid = row.reshape(1, -1) if len(shape) == 2 and shape[0] == 1 and shape[1] > 1 else laid
        return laid.tolist() if isinstance(value, list) else laid.copy()

    return lay
