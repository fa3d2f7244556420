"""How samples are handed to somebody's network: as rows, as columns, one at a time, as lists."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from attrs import frozen

from scratch.tree import Array


@frozen
class Feed:
    """A way to hand over a batch of samples (N, I).

    Attributes:
        name: in words, for what is said to the user.
        single: one sample a call; else the whole batch.
        lay: turns a batch (N, F) into what is handed over; one row at a time where ``single``.
        read: turns what comes back into (N, O), given N; raises ValueError where it does not fit.
    """

    name: str
    single: bool
    lay: Callable[[Array], Any]
    read: Callable[[Array, int], Array]

    def calls(self, x: Array) -> Iterator[Any]:
        """Yield what each call is given."""
        if self.single:
            for row in x:
                yield self.lay(row[None])
        else:
            yield self.lay(x)


def _rows(value: Array, count: int) -> Array:
    if value.ndim == 3 and 1 in value.shape[1:]:
        value = value.reshape(len(value), -1)
    if value.ndim == 1 and len(value) == count:
        return value[:, None]
    if value.ndim != 2 or len(value) != count:
        raise ValueError("no rows")
    return value


def _columns(value: Array, count: int) -> Array:
    if value.ndim == 1 and len(value) == count:
        return value[:, None]
    if value.ndim != 2 or value.shape[1] != count:
        raise ValueError("no columns")
    return value.T


def _flat(value: Array, count: int) -> Array:
    if count != 1 or value.ndim > 3 or (value.ndim > 1 and max(value.shape) != value.size):
        raise ValueError("not one sample")
    return value.reshape(1, -1)


ROWS = Feed("rows are samples", False, lambda x: x.copy(), _rows)
COLUMNS = Feed("columns are samples", False, lambda x: x.T.copy(), _columns)
VECTOR = Feed("one sample a call", True, lambda x: x[0].copy(), _flat)
COLUMN = Feed("one sample a call, as a column", True, lambda x: x.T.copy(), _flat)
ROW = Feed("one sample a call, as a row", True, lambda x: x.copy(), _flat)
NUMBERS = Feed("one sample a call, as a list", True, lambda x: x[0].tolist(), _flat)
SCALAR = Feed("one number a call", True, lambda x: float(x[0, 0]), _flat)
LISTS = Feed("rows are samples, as lists", False, lambda x: x.tolist(), _rows)
COLUMN_STACK = Feed("a stack of columns", False, lambda x: x[:, :, None].copy(), _rows)
ROW_STACK = Feed("a stack of rows", False, lambda x: x[:, None, :].copy(), _rows)
MATRIX = Feed("rows are samples, as a matrix", False, lambda x: np.asmatrix(x.copy()), _rows)
SERIES = Feed("a vector of numbers", False, lambda x: x[:, 0].copy(), _rows)

FORWARD_FEEDS = (ROWS, COLUMNS, VECTOR, COLUMN, NUMBERS, ROW, MATRIX, LISTS, SCALAR, SERIES)
"""What is tried for a forward pass, in the order of how often people do it."""


@frozen
class Pairing:
    """A way to hand over samples together with their targets.

    Attributes:
        name: in words.
        x: how inputs are laid.
        y: turns targets (N, O) (or (1, O) of one sample) into what is handed over.
        single: one sample a call.
        joined: a single argument with both, made of ``(x, y)``; None where there are two.
    """

    name: str
    x: Feed
    y: Callable[[Array], Any]
    single: bool
    joined: Callable[[Array, Array], Any] | None = None


def _labels(y: Array) -> Any:
    """Return class numbers; with one output, the targets as a vector."""
    return y.argmax(axis=1) if y.shape[1] > 1 else y[:, 0].copy()


def pairings(feed: Feed, outputs: int) -> list[Pairing]:
    """Return the ways in which targets may go with inputs laid like ``feed``."""
    found = [Pairing(feed.name, feed, feed.lay, feed.single)]
    if outputs == 1:
        flat: Callable[[Array], Any] = (
            (lambda y: float(y[0, 0])) if feed.single else (lambda y: y[:, 0].copy())
        )
        found.append(Pairing(f"{feed.name}, targets as numbers", feed, flat, feed.single))
    else:
        label: Callable[[Array], Any] = (lambda y: int(y[0].argmax())) if feed.single else _labels
        found.append(Pairing(f"{feed.name}, targets as class numbers", feed, label, feed.single))
        if feed.single:
            vector: Callable[[Array], Any] = lambda y: y[0].copy()  # noqa: E731
            found.append(Pairing(f"{feed.name}, targets as vectors", feed, vector, True))
    return found


def datasets(feed: Feed, outputs: int) -> list[Pairing]:
    """Return the ways to hand over a whole data set to a loop that takes its samples one by one."""
    whole = {VECTOR: ROWS, NUMBERS: LISTS, COLUMN: COLUMN_STACK, ROW: ROW_STACK, SCALAR: SERIES}.get(
        feed, feed
    )
    found = pairings(whole, outputs) if whole is not feed else []
    if feed is VECTOR or feed is NUMBERS or feed is ROW:
        found += [
            p for other in (ROWS, LISTS, ROW_STACK) if other is not whole for p in pairings(other, outputs)
        ]
    if feed is COLUMN:
        found += pairings(ROWS, outputs)
    return found + joined(feed, outputs)


def joined(feed: Feed, outputs: int) -> list[Pairing]:
    """Return the ways to hand over samples and targets in one argument."""
    one = feed.lay if feed.single else (lambda x: x[0].copy())

    def pairs(x: Array, y: Array) -> Any:
        return [(one(a[None]), one(b[None])) for a, b in zip(x, y, strict=True)]

    def rows_with_targets(x: Array, y: Array) -> Any:
        return [[*a.tolist(), *b.tolist()] for a, b in zip(x, y, strict=True)]

    def rows_with_labels(x: Array, y: Array) -> Any:
        return [[*a.tolist(), int(b.argmax())] for a, b in zip(x, y, strict=True)]

    def list_pairs(x: Array, y: Array) -> Any:
        return [[a.tolist(), b.tolist()] for a, b in zip(x, y, strict=True)]

    name = "a list of (sample, target)"
    last = rows_with_labels if outputs > 1 else rows_with_targets
    return [
        Pairing(name, feed, feed.lay, False, pairs),
        Pairing("a list of [inputs, targets]", feed, feed.lay, False, list_pairs),
        Pairing("rows that end in the target", feed, feed.lay, False, last),
    ]
