"""Something that may hold a network: a class or the module itself, made anew for every probe.

Every probe starts from the same state: whatever a call before has changed (weights, momentum, counters, the random
stream) is put back. Attributes are reached from the root ``self``, module variables by their names.
"""

import copy
import inspect
import io
import os
import random
import sys
import time
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any

import numpy as np
from attrs import define, field

from parity.subject.timing import TimeLimit, time_limit
from parity.understanding.calling import Board, Plan, arguments
from parity.understanding.roles import Role
from parity.understanding.slots import Path, Slot, children, is_numbers, is_own, walk
from scratch.tree import Array

SECONDS_A_CALL = 1.5
MOST_PRINTED = 65_536
SEED = 1234
SELF = "self"
REPLACED = "__replaced__"
TROUBLES: dict[str, None] = {}
"""What calls have raised in this process, each once, in order."""


class Refused(Exception):  # noqa: N818 - no mistake: an attempt that led nowhere
    """A call raised, took too long, or gave nothing that could be used."""


@define(eq=False)
class Target:
    """A class, or a module.

    Attributes:
        name: in words: ``class NeuralNetwork``.
        namespace: the user's module.
        make: makes a new object from the board; None for a module.
        extras: more roots, made anew for every probe: parameters that functions are handed.
        names: the functions that may be called: methods, or functions of the module.
        settings: what is put into the namespace for every probe, by name: ``epochs`` and the like.
        alone: whether the module's variables are left as they are: those of a live object's module belong to others.
        printed: what was printed since somebody emptied it.
        slow: calls that took too long, and are not made again.
        seed: of the random streams, from which every probe begins.
        held: numbers that are put into every new object, which would have others each time.
    """

    name: str
    namespace: dict[str, Any]
    make: Callable[[Board], Any] | None = None
    extras: Callable[[], dict[str, Any]] | None = None
    names: tuple[str, ...] = ()
    settings: dict[str, Any] = field(factory=dict)
    alone: bool = False
    printed: str = ""
    slow: set[str] = field(factory=set)
    seed: int = SEED
    held: dict[Path, tuple[Slot, Array]] = field(factory=dict)
    _pristine: dict[str, Any] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """Remember the module's variables as they are now."""
        self._pristine = copied(self._variables())

    def fresh(self, board: Mapping[Role, Any] | None = None) -> Board:
        """Put everything back, make a new object, and return a board with the values given.

        Raises:
            Refused: the object cannot be made.
        """
        self.namespace.pop(SELF, None)
        seed(self.seed)
        for name in [n for n in self._variables() if n not in self._pristine]:
            del self.namespace[name]  # left there by another probe
        self.namespace.update(copied(self._pristine))
        replaced = self.namespace.setdefault(REPLACED, {})
        self.namespace.update(replaced)  # what another target has put in the place of the file's own
        replaced |= {n: self.namespace[n] for n in self.settings if n in self.namespace and n not in replaced}
        self.namespace.update(self.settings)
        values = Board(board or sample_data(), self.namespace)
        if self.extras is not None:
            with guarded():
                self.namespace.update(self.extras())
        if self.make is not None:
            with guarded():
                self.namespace[SELF] = self.make(values)
        for slot, value in self.held.values():
            with suppress(LookupError, ValueError, TypeError):
                slot.write(self.namespace, value)
        seed(self.seed)
        return values

    def function(self, name: str) -> Callable[..., Any]:
        """Return a method of the present object, or a function of the module."""
        holder = self.namespace.get(SELF)
        if holder is not None and name in self.names:
            method: Callable[..., Any] = getattr(holder, name)
            return method
        if name not in self.namespace:
            raise Refused(f"{name}() is not there")
        function: Callable[..., Any] = self.namespace[name]
        return function

    def call(self, plan: Plan, board: Board) -> Any:
        """Call a function as planned; what it prints is kept in ``printed``.

        Raises:
            Refused: it raised, or took too long.
        """
        sink, key = Capped(), repr(plan)
        if key in self.slow:
            raise Refused("took too long before")
        begun = time.monotonic()
        try:
            with guarded(), redirect_stdout(sink):
                positional, by_name = arguments(plan, board)
                return self.function(plan.function)(*positional, **by_name)
        except Refused:
            if time.monotonic() - begun >= SECONDS_A_CALL:
                self.slow.add(key)
            TROUBLES.setdefault(f"{plan.function}(): {sys.exc_info()[1]}")
            raise
        finally:
            self.printed += sink.getvalue()

    def roots(self) -> dict[str, Any]:
        """Return what slots are looked for in: the object, or the module's variables."""
        own = self.namespace.get(SELF)
        return ({SELF: own} if own is not None else {}) | self._variables()

    def _variables(self) -> dict[str, Any]:
        """Return the module's variables that may hold numbers."""
        if self.alone:
            return {}
        return {
            n: v for n, v in self.namespace.items() if not n.startswith("__") and n != SELF and is_data(v)
        }

    def slots(self) -> list[Slot]:
        """Return every place that holds numbers now."""
        return walk(self.roots())


def sample_data() -> dict[Role, Any]:
    """Return samples and targets for an object that wants some when it is made."""
    rng = np.random.default_rng(4)
    return {Role.INPUTS: rng.normal(size=(4, 3)), Role.TARGETS: (rng.random((4, 1)) > 0.5).astype(float)}


class Capped(io.StringIO):
    """Keeps what is printed, but not without end."""

    def write(self, text: str) -> int:
        """Keep ``text`` as long as there is room."""
        if self.tell() < MOST_PRINTED:
            super().write(text[:MOST_PRINTED])
        return len(text)


@contextmanager
def guarded(seconds: float = SECONDS_A_CALL) -> Iterator[None]:
    """Run somebody's code: what it raises, and that it takes too long, becomes :class:`Refused`."""
    try:
        with time_limit(seconds), np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Refused:
        raise
    except TimeLimit as error:
        raise Refused(f"took longer than {seconds:g} s") from error
    except (Exception, SystemExit) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error


def seed(number: int = SEED) -> None:
    """Begin the random streams again: what is drawn at random is drawn alike in every probe."""
    np.random.seed(number)
    random.seed(number)


def copied(items: Mapping[str, Any]) -> dict[str, Any]:
    """Return deep copies that share what the originals share; what cannot be copied stays as it is."""
    memo: dict[int, Any] = {}
    found = {}
    for name, value in items.items():
        try:
            found[name] = copy.deepcopy(value, memo)
        except Exception:  # noqa: BLE001 - a generator, a lock, a stub: nothing that holds weights
            found[name] = value
    return found


def is_data(value: Any) -> bool:
    """Return whether a module's variable may hold numbers."""
    if isinstance(value, types.ModuleType | type | types.FunctionType | types.BuiltinFunctionType | str):
        return False
    if is_numbers(value):
        return True
    if isinstance(value, dict):
        return all(isinstance(key, str | int) for key in value) and not any(
            isinstance(v, types.ModuleType) for v in value.values()
        )
    if isinstance(value, list | tuple):
        return True
    return is_own(value) and any(True for _ in children(value))


def is_own_module(name: str, origin: str) -> bool:
    """Return whether a module is the user's: the file itself, or one that lies in its folder."""
    if name == origin:
        return True
    file = getattr(sys.modules.get(name), "__file__", None)
    home = getattr(sys.modules.get(origin), "__file__", None) or ""
    folder = os.path.dirname(home) if home else os.getcwd()
    return bool(file) and os.path.realpath(str(file)).startswith(os.path.realpath(folder) + os.sep)


def user_functions(namespace: Mapping[str, Any], origin: str) -> dict[str, Callable[..., Any]]:
    """Return the functions that were written in the module itself."""
    return {
        name: value
        for name, value in namespace.items()
        if isinstance(value, types.FunctionType) and is_own_module(value.__module__, origin)
    }


def user_classes(namespace: Mapping[str, Any], origin: str) -> dict[str, type]:
    """Return the classes that were written in the module itself."""
    return {
        name: value
        for name, value in namespace.items()
        if isinstance(value, type) and is_own_module(value.__module__, origin)
    }


def methods(kind: type) -> tuple[str, ...]:
    """Return the names of the methods that somebody wrote, own ones first, then inherited ones."""
    found: dict[str, None] = {}
    for base in kind.__mro__:
        if base is object:
            continue
        for name, value in vars(base).items():
            ordinary = not name.startswith("__") or name == "__call__"
            if ordinary and (inspect.isfunction(value) or isinstance(value, staticmethod | classmethod)):
                found.setdefault(name)
    return tuple(found)
