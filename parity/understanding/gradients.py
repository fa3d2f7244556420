"""Find gradients, or new parameters, in what a training step returned or left behind."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from parity.understanding.leaves import Leaf
from parity.understanding.slots import Path, Slot
from parity.understanding.stepping import Step
from scratch.tree import Array

Assignment = dict[int, tuple[Leaf, bool]]
"""Where the gradient of each parameter is, by its number, and whether it is transposed."""


def paths_of(place: Any) -> list[Path]:
    """Return every path of a place."""
    return list(place.paths) if isinstance(place, Slot) else [p for slot in place.slots for p in slot.paths]


def new_parameters(
    found: Sequence[tuple[Leaf, Array]], step: Step, shapes: Sequence[tuple[int, ...]]
) -> dict[int, Leaf] | None:
    """Return which of the returned arrays are the parameters after the step: near what they were, none the same."""
    if len(found) < len(shapes):
        return None
    taken: dict[int, Leaf] = {}
    for place, shape in enumerate(shapes):
        for leaf, array in found:
            near = array.shape == shape and np.abs(array - step.before[place]).max(initial=0) < 0.5 * np.abs(
                step.before[place]
            ).max(initial=0)
            if near and leaf not in taken.values():
                taken[place] = leaf
                break
    moved = any(not np.array_equal(dict(found)[leaf], step.before[place]) for place, leaf in taken.items())
    return taken if len(taken) == len(shapes) and moved else None


def assignments(found: Sequence[tuple[Leaf, Array]], places: Sequence[Any]) -> list[Assignment]:
    """Return which arrays may be the gradients, likeliest first: of the shapes of the parameters, and named alike.

    Where several arrays fit a parameter, they stand in the order of the parameters, or from the last to the first.
    """
    ways = (_assigned(found, places), _assigned(found[::-1], places))
    some = [way for way in ways if way is not None]
    return some[:1] if len(some) == 2 and some[0] == some[1] else some


def _assigned(found: Sequence[tuple[Leaf, Array]], places: Sequence[Any]) -> Assignment | None:
    taken: Assignment = {}
    used: set[Leaf] = set()
    for number, place in enumerate(places):
        last = _word(place.name)
        free = [(leaf, a) for leaf, a in found if leaf not in used]
        options = [(leaf, a) for leaf, a in free if _shaped(a, place.shape) is not None]
        if not options:  # a bias whose gradient is a single number, which is then broadcast
            options = [(leaf, a) for leaf, a in free if a.size == 1 and last in word_of(leaf)]
        if not options:
            return None

        def doubt(option: tuple[Leaf, Array], last: str = last, shape: Any = place.shape) -> tuple[bool, ...]:
            leaf, array = option
            word = word_of(leaf)
            return not (last and last in word), not looks_like_gradient(word), array.shape != shape

        leaf, array = min(options, key=doubt)
        used.add(leaf)
        taken[number] = (leaf, bool(_shaped(array, place.shape)))
    return taken


def _shaped(array: Array, shape: tuple[int, ...]) -> bool | None:
    """Return whether an array fits a parameter as it is (False) or transposed (True); None if not at all."""
    if array.shape == shape:
        return False
    if (
        array.size == int(np.prod(shape))
        and max(array.shape, default=1) == max(shape, default=1) == array.size
    ):
        return False
    return True if array.shape == shape[::-1] else None


def _word(name: str) -> str:
    """Return the last word of a place's name: ``W1`` of ``self.W1``, ``weights`` of ``self.layers[0].weights``."""
    words = [
        w for w in name.replace("]", " ").replace("[", " ").replace(".", " ").replace("'", " ").split() if w
    ]
    return next((w.lower() for w in reversed(words) if not w.isdigit() and w != "*"), "")


def word_of(leaf: Leaf) -> str:
    """Return the names on the way to an array, in small letters."""
    kind, way = leaf
    steps = [key for _, key in way] if kind == "slot" else list(way)
    return "/".join(str(key).lower() for key in steps)


def looks_like_gradient(word: str) -> bool:
    """Return whether a name is one that gradients have."""
    return any(part in word for part in ("grad", "nabla", "delta", "/d", "_d", "d_")) or word.startswith("d")
