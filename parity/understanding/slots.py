"""Where numbers live in somebody's objects: found by walking, read and written by their path.

A slot is one array of float numbers (or a list of floats, an ``np.matrix``, a plain number) that can be reached from
a root: ``self.W1``, ``parameters['b2']``, ``self.layers[0].weights``. Names mean nothing here, they are only the way.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import field, frozen

from scratch.tree import Array

DEEPEST = 6
MOST_ITEMS = 4000
MOST_ENTRIES = 5_000_000

Step = tuple[str, Any]
"""One step of a path: ``("attr", name)`` or ``("item", key)``."""

Path = tuple[Step, ...]


@frozen(eq=False)
class Slot:
    """A place, or several places of one array.

    Attributes:
        paths: every way that leads to the same array; each begins with the name of a root.
        value: what stood there when it was found, as float64; (...).
        exact: whether the array that stands there is float64 itself, so that it can be overwritten in place.
        whole: whether the numbers are integers: data, labels and counters, seldom weights.
    """

    paths: tuple[Path, ...]
    value: Array
    whole: bool = False

    @property
    def name(self) -> str:
        """The way to it in the user's own words: ``self.W1``."""
        return spelled(self.paths[0])

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of its value."""
        return tuple(self.value.shape)

    def read(self, roots: Mapping[str, Any]) -> Array:
        """Return what stands there now, as an array of float64 (or complex) numbers.

        Raises:
            LookupError, ValueError: nothing is there any more, or no numbers.
        """
        return as_numbers(reach(roots, self.paths[0]))

    def write(self, roots: Mapping[str, Any], value: Array) -> None:
        """Put ``value`` there: in place where an array of its type stands there, else as what stood there was."""
        old = reach(roots, self.paths[0])
        if _fits(old, value):
            old[...] = value.reshape(old.shape)
            if all(reach(roots, path) is old for path in self.paths[1:]):
                return
        new = alike(old, value)
        for path in self.paths:
            put(roots, path, new)


@frozen(eq=False)
class Stack:
    """Slots of one shape that make one array: the weights of each neuron of a layer, one below the other.

    Attributes:
        slots: from the first neuron to the last.
        name: the way to them, ``network[0][*].weights``.
    """

    slots: tuple[Slot, ...]
    name: str
    value: Array = field(init=False)
    whole: bool = False

    def __attrs_post_init__(self) -> None:
        """Put the values together."""
        object.__setattr__(self, "value", np.stack([slot.value for slot in self.slots]))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of all together."""
        return tuple(self.value.shape)

    def read(self, roots: Mapping[str, Any]) -> Array:
        """Return what stands in all of them."""
        return np.stack([slot.read(roots) for slot in self.slots])

    def write(self, roots: Mapping[str, Any], value: Array) -> None:
        """Hand each its part."""
        for slot, part in zip(self.slots, value, strict=True):
            slot.write(roots, part)


Place = Slot | Stack


def walk(roots: Mapping[str, Any]) -> list[Slot]:
    """Return every slot that can be reached from ``roots``, in the order in which it is met."""
    found: dict[int, tuple[Any, list[Path]]] = {}
    seen: set[int] = set()
    loose: list[tuple[Path, Any]] = []  # plain numbers have no identity
    for path, item in _leaves(roots, seen):
        if isinstance(item, np.ndarray | list):
            found.setdefault(id(item), (item, []))[1].append(path)
        else:
            loose.append((path, item))
    slots = [_slot(tuple(paths), item) for item, paths in found.values()]
    slots += [_slot((path,), item) for path, item in loose]
    return [slot for slot in slots if slot is not None]


def _slot(paths: tuple[Path, ...], item: Any) -> Slot | None:
    try:
        value = as_numbers(item)
    except (TypeError, ValueError, OverflowError):
        return None
    whole = isinstance(item, int) or (isinstance(item, np.ndarray) and item.dtype.kind in "iub")
    return Slot(paths, value, whole)


def _leaves(roots: Mapping[str, Any], seen: set[int]) -> Iterator[tuple[Path, Any]]:
    left = MOST_ITEMS
    queue: list[tuple[Path, Any]] = [((("root", name),), value) for name, value in roots.items()]
    while queue and left:
        path, item = queue.pop(0)
        left -= 1
        if is_numbers(item):
            yield path, item
        elif len(path) <= DEEPEST and id(item) not in seen:
            seen.add(id(item))
            inner = [((*path, step), value) for step, value in children(item)]
            queue = inner + queue


def children(item: Any) -> Iterator[tuple[Step, Any]]:
    """Yield what an object holds: attributes of a user's own object, items of a list, tuple or dict."""
    if isinstance(item, dict):
        yield from ((("item", key), value) for key, value in list(item.items()) if isinstance(key, str | int))
    elif isinstance(item, list | tuple) or (isinstance(item, np.ndarray) and item.dtype == object):
        yield from ((("item", number), value) for number, value in enumerate(item))
    elif is_own(item):
        attributes = vars(item) if hasattr(item, "__dict__") else {}
        slots = {n: getattr(item, n) for n in getattr(type(item), "__slots__", ()) if hasattr(item, n)}
        yield from ((("attr", name), value) for name, value in {**slots, **attributes}.items())


def is_own(item: Any) -> bool:
    """Return whether an object is of a class that somebody wrote in Python, not a module, function or class."""
    kind = type(item)
    if isinstance(item, type) or (callable(item) and hasattr(item, "__code__")):
        return False
    return kind.__module__ not in ("builtins", "numpy", "_io", "random") and (
        hasattr(item, "__dict__") or hasattr(kind, "__slots__")
    )


def is_numbers(item: Any) -> bool:
    """Return whether something is a float array, a number, or a list (of lists) of numbers."""
    if isinstance(item, np.ndarray):
        return item.dtype.kind in "fciub" and 0 < item.size <= MOST_ENTRIES
    if isinstance(item, bool):
        return False
    if isinstance(item, int | float | np.number):
        return True
    if isinstance(item, list) and item:
        return is_rectangular(item)
    return False


def is_rectangular(item: list[Any]) -> bool:
    """Return whether a list holds numbers only, or lists of one length that do."""
    if all(isinstance(x, int | float | np.number) and not isinstance(x, bool) for x in item):
        return True
    if all(isinstance(x, list) and x for x in item):
        return len({len(x) for x in item}) == 1 and all(is_rectangular(x) for x in item)
    return False


def as_numbers(item: Any) -> Array:
    """Return numbers as an array of float64 or complex128; what stood there is not shared.

    Raises:
        TypeError, ValueError: they are no numbers.
    """
    array = np.array(item)
    if array.dtype.kind not in "fciub":
        raise TypeError(f"{type(item).__name__} holds no numbers")
    return np.array(array, dtype=complex if array.dtype.kind == "c" else float)


def alike(old: Any, value: Array) -> Any:
    """Return ``value`` as the kind of thing that ``old`` is: array, matrix, list, number."""
    if isinstance(old, np.matrix):
        return np.asmatrix(value.reshape(old.shape))
    if isinstance(old, np.ndarray):
        kind = value.dtype if value.dtype.kind == "c" or old.dtype.kind != "f" else old.dtype
        return np.array(value.reshape(old.shape), dtype=kind)
    if isinstance(old, list):
        return value.tolist()
    if isinstance(old, np.number):
        return value.reshape(())[()]
    return value.reshape(()).item()


def _fits(old: Any, value: Array) -> bool:
    return (
        isinstance(old, np.ndarray)
        and old.dtype.kind == "f"
        and value.dtype.kind == "f"
        and old.size == value.size
        and old.flags.writeable
    )


def reach(roots: Mapping[str, Any], path: Path) -> Any:
    """Return what stands at the end of a path.

    Raises:
        LookupError: nothing does.
    """
    item: Any = roots
    for kind, key in path:
        try:
            item = getattr(item, key) if kind == "attr" else item[key]
        except (AttributeError, TypeError, KeyError, IndexError) as error:
            raise LookupError(spelled(path)) from error
    return item


def put(roots: Mapping[str, Any], path: Path, value: Any) -> None:
    """Set what stands at the end of a path; a tuple on the way is made anew."""
    holder, (kind, key) = reach(roots, path[:-1]), path[-1]
    if kind == "attr":
        object.__setattr__(holder, key, value) if not hasattr(holder, "__dict__") else setattr(
            holder, key, value
        )
    elif isinstance(holder, tuple):
        put(roots, path[:-1], (*holder[:key], value, *holder[key + 1 :]))
    else:
        holder[key] = value


def spelled(path: Path) -> str:
    """Return a path as one would write it: ``self.layers[0].W``."""
    text = ""
    for kind, key in path:
        text += {"root": str(key), "attr": f".{key}"}.get(kind, f"[{key!r}]")
    return text


def stacked(slots: Sequence[Slot]) -> list[Place]:
    """Return the slots with those of one shape that only differ in one number of their path put together.

    ``network[0][0]['weights']`` and ``network[0][1]['weights']`` become one array, a row a neuron.
    """
    groups: dict[tuple[str, tuple[int, ...]], list[Slot]] = {}
    lettered = _lettered(slots)
    for slot in slots:
        groups.setdefault((lettered.get(slot.name) or _pattern(slot.name), slot.shape), []).append(slot)
    done: set[tuple[str, tuple[int, ...]]] = set()
    places: list[Place] = []
    for slot in slots:
        key = (lettered.get(slot.name) or _pattern(slot.name), slot.shape)
        if key in done:
            continue
        group = groups[key]
        if len(slot.shape) <= 1 and "*" in key[0]:
            done.add(key)
            places.append(Stack(tuple(group), key[0]))
        else:
            places.append(slot)
    return places


def _lettered(slots: Sequence[Slot]) -> dict[str, str]:
    """Return a common name for single numbers that differ in their last letter: ``w1[*]`` for ``w1a`` and ``w1b``."""
    groups: dict[str, list[str]] = {}
    for slot in slots:
        stem, last = slot.name.rstrip(")")[:-1], slot.name.rstrip(")")[-1:]
        if slot.shape == () and last.isalpha():
            groups.setdefault(stem, []).append(slot.name)
    return {name: f"{stem}[*]" for stem, names in groups.items() if len(names) > 1 for name in names}


def _pattern(name: str) -> str:
    """Return a path with its last number in brackets replaced by a star."""
    found = list(re.finditer(r"\[\d+\]", name))
    return name[: found[-1].start()] + "[*]" + name[found[-1].end() :] if found else name
