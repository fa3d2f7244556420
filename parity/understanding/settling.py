"""Objects that only make their weights when they begin to train: have them made before, once and for all."""

import re
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from typing import Any

import numpy as np

from parity.understanding.calling import Board, arguments, plans
from parity.understanding.roles import Role
from parity.understanding.slots import walk
from parity.understanding.target import SELF, Refused, guarded, methods, sample_data

INITIAL = re.compile(
    r"_*(\w*init\w*|set_?up|build\w*|create\w*|make\w*|reset\w*|prepare\w*|compile|random\w*|gen\w*_weights?|allocate\w*)",
    re.IGNORECASE,
)
WANTED = (Role.SIZE_IN, Role.SIZE_OUT, Role.SIZE_HIDDEN, Role.SIZES, Role.INPUTS, Role.TARGETS, Role.SEED)
SIZES = {Role.SIZE_IN: 3, Role.SIZE_HIDDEN: 5, Role.SIZE_OUT: 4, Role.SIZES: [3, 5, 4], Role.SEED: 0}


def settled(make: Callable[[Board], Any]) -> Callable[[Board], Any]:
    """Return a maker whose objects have weights, and do not make new ones when they train.

    Where an object has none, its methods that are called like one that makes them are tried; the first after which it
    has is then switched off.
    """
    how: list[tuple[str, Any]] = []

    def make_settled(board: Board) -> Any:
        item = make(board)
        if has_weights(item):
            return item
        if how:
            _apply(item, *how[0])
            return item
        for name in (n for n in methods(type(item)) if INITIAL.fullmatch(n)):
            if (plan := _working(make, board, name)) is not None:
                how.append((name, plan))
                _apply(item, name, plan)
                break
        return item

    return make_settled


def has_weights(item: Any) -> bool:
    """Return whether an object holds a matrix of numbers that are no integers."""
    return any(len(s.shape) >= 2 and not s.whole for s in walk({SELF: item}))


def _working(make: Callable[[Board], Any], board: Board, name: str) -> Any:
    """Return how a method has to be called so that a new object has weights, or None."""
    for plan in islice(plans(name, getattr(make(board), name), WANTED, {}, [Role.SIZE_IN, Role.SIZE_OUT]), 6):
        item = make(board)
        with suppress(Refused), guarded(0.3):
            _apply(item, name, plan)
            if has_weights(item):
                return plan
    return None


def _apply(item: Any, name: str, plan: Any) -> None:
    data = sample_data() | {Role.TARGETS: np.eye(4)}
    positional, by_name = arguments(plan, Board(data | SIZES, {}))
    getattr(item, name)(*positional, **by_name)
    with suppress(AttributeError):
        setattr(item, name, lambda *_, **__: None)
