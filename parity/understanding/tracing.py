"""Follow one training step line by line: where parameters change, and from which lines their change comes.

Values are known by their numbers: random weights make every intermediate value a number of its own, so what was
computed in one line is recognized where it is read, whichever way it went: through an attribute, a dictionary, a
parameter. What depends on the targets, and on the weights, shows in a second and a third run with others.
"""

import ast
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import Factory, define

from parity.subject import places
from parity.understanding.lines import Statement, Way, statements
from scratch.tree import Array

MOST_EVENTS = 20_000
MOST_LEAVES = 64
MOST_ENTRIES = 200_000
INNER = ("<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>")

Look = Callable[[], Mapping[str, Array]]
"""Returns the parameters as they are now, by our paths."""


@define(eq=False)
class Event:
    """A statement that was executed.

    Attributes:
        file: where.
        statement: which.
        function: in which function it stands; empty at the module's level.
        read: marks of the values that it read, its calls' results included.
        wrote: marks of the values that it assigned or returned.
        names: what it assigned.
        sizes: how many numbers what it assigned or returned has.
        changed: paths of the parameters that changed.
        uses: paths of the parameters whose entries it read.
        calls: the user's own functions that it called: name, first line, and the number of the event that returned.
        caller: the event that called the function in which it stands; None where nothing of the user's did.
        new: whether any of what it assigned was not there before: else it only hands values on.
        ended: when it was through, those that it called before it; -1 if it never was.
    """

    file: str
    statement: Statement
    function: str
    read: list[int] = Factory(list)
    wrote: list[int] = Factory(list)
    names: list[str] = Factory(list)
    sizes: list[int] = Factory(list)
    changed: list[str] = Factory(list)
    uses: list[str] = Factory(list)
    calls: list[tuple[str, int, int]] = Factory(list)
    caller: "Event | None" = None
    new: bool = False
    ended: int = -1

    @property
    def key(self) -> tuple[str, int]:
        """Which statement it is."""
        return self.file, self.statement.line


@define(eq=False)
class _Open:
    """A frame, and the statement of it that is being executed; those of comprehensions count for what is around."""

    frame: types.FrameType
    inner: bool
    event: Event | None = None


class Tracer:
    """Records the statements of certain files while a step is run.

    Attributes:
        events: what was executed, in order of the beginnings.
    """

    def __init__(self, look: Look, file: str = "", tree: ast.Module | None = None) -> None:
        self.events: list[Event] = []
        self._look, self._file = look, file
        self._statements: dict[str, dict[int, Statement]] = {file: statements(file, tree)} if tree else {}
        self._stack: list[_Open] = []
        self._now: dict[str, bytes] = {}
        self._entries: dict[str, Array] = {}
        self._number: dict[int, int] = {}
        self._ended = 0

    def run(self, step: Callable[[], Any]) -> Any:
        """Run ``step`` and record it."""
        old = sys.gettrace()
        sys.settrace(self._call)
        try:
            return step()
        finally:
            sys.settrace(old)

    def _call(self, frame: types.FrameType, event: str, _: Any) -> Any:
        file = frame.f_code.co_filename
        if (
            event != "call"
            or len(self.events) > MOST_EVENTS
            or not (file == self._file or places.is_known(file))
        ):
            return None
        if not self._now:
            self._see()
        inner = frame.f_code.co_name in INNER and bool(self._stack)
        self._stack.append(_Open(frame, inner))
        return self._local

    def _local(self, frame: types.FrameType, event: str, result: Any) -> Any:
        while self._stack and self._stack[-1].frame is not frame:
            self._stack.pop()  # left by an exception
        if not self._stack:
            return None
        top = self._stack[-1]
        if event == "line":
            self._line(top, frame)
        elif event == "return":
            self._close(top, frame)
            self._stack.pop()
            if not top.inner:
                self._returned(top, result)
        return self._local

    def _line(self, top: _Open, frame: types.FrameType) -> None:
        statement = self._of(frame.f_code.co_filename).get(frame.f_lineno)
        if statement is None:
            return
        if top.inner:
            event = next((o.event for o in reversed(self._stack) if o.event is not None), None)
            if event is not None:
                self._read(event, statement.reads, frame)
            return
        if top.event is not None and top.event.statement is statement and statement.last > statement.line:
            return  # another line of the same statement
        self._close(top, frame)
        name = frame.f_code.co_name
        top.event = Event(frame.f_code.co_filename, statement, "" if name == "<module>" else name)
        outer = [o.event for o in self._stack[:-1] if o.event is not None]
        top.event.caller = outer[-1] if outer else None
        self._number[id(top.event)] = len(self.events)
        self.events.append(top.event)
        self._read(top.event, statement.reads, frame)

    def _of(self, file: str) -> dict[int, Statement]:
        if file not in self._statements:
            self._statements[file] = statements(file)
        return self._statements[file]

    def _read(self, event: Event, ways: Sequence[Way], frame: types.FrameType) -> None:
        for way in ways:
            for value in _found(way, frame):
                event.read.append(mark(value))
                event.uses += [p for p in self._owners(value) if p not in event.uses]

    def _owners(self, value: Array) -> Iterator[str]:
        for path, entries in self._entries.items():
            if value.size <= entries.size and bool(np.isin(value, entries).all()):
                yield path

    def _close(self, top: _Open, frame: types.FrameType) -> None:
        """Note what became of the statement that was executed last."""
        if top.inner:
            return
        if top.event is not None:
            self._ended += 1
            top.event.ended = self._ended
            top.event.changed += self._see()
            for way in top.event.statement.assigns:
                values = _found(way, frame)
                if values:
                    top.event.names.append(way.text)
                    top.event.wrote += map(mark, values)
                    top.event.sizes += [value.size for value in values]

    def _see(self) -> list[str]:
        """Return which parameters have changed since the last time."""
        try:
            values = self._look()
        except (LookupError, ValueError, TypeError):
            return []
        seen = {path: value.tobytes() for path, value in values.items()}
        changed = [path for path in seen if path in self._now and self._now[path] != seen[path]]
        for path in changed if self._now else seen:
            old = self._entries.get(path, np.empty(0))
            self._entries[path] = np.concatenate([old, values[path].ravel()])
        self._now = seen
        return changed

    def _returned(self, top: _Open, result: Any) -> None:
        """Hand what a function returned to the statement that called it."""
        values = _leaves(result)
        marks = [mark(value) for value in values]
        caller = next((o.event for o in reversed(self._stack) if o.event is not None), None)
        number = -1
        if top.event is not None:
            top.event.wrote += marks
            top.event.sizes += [value.size for value in values]
            number = self._number[id(top.event)]
        if caller is not None:
            caller.read += marks
            code = top.frame.f_code
            caller.calls.append((code.co_name, code.co_firstlineno, number))


def _found(way: Way, frame: types.FrameType) -> list[Array]:
    """Return the arrays that a way leads to."""
    value = _value(way, frame)
    found = _leaves(value)
    if way.whole and not isinstance(value, np.ndarray):
        return found[-1:] if isinstance(value, list) and all(leaf.size == 1 for leaf in found[:-1]) else []
    return found


def _value(way: Way, frame: types.FrameType) -> Any:
    try:
        return eval(way.code, frame.f_globals, frame.f_locals)  # noqa: S307 - a name or attribute of the user's own
    except Exception:  # noqa: BLE001 - not there yet, or not any more
        return None


def _leaves(value: Any, depth: int = 3) -> list[Array]:
    """Return the arrays of numbers that a value is, or holds: those by which it can be recognized."""
    if isinstance(value, float | np.floating):
        value = np.array([value])
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc":
        flat = np.asarray(value, dtype=float).ravel() if value.dtype.kind == "f" else np.abs(value).ravel()
        telling = 0 < flat.size <= MOST_ENTRIES and not (flat == np.round(flat)).all()
        return [flat] if telling else []
    if not depth or not isinstance(value, dict | list | tuple | np.ndarray) or len(value) > MOST_LEAVES:
        return []
    items = list(value.values()) if isinstance(value, dict) else list(value)
    found = [leaf for item in items if item is not value for leaf in _leaves(item, depth - 1)]
    if isinstance(value, list) and len(found) > 1 and all(leaf.size == 1 for leaf in found):
        found.append(np.concatenate(found))
    return found[:MOST_LEAVES]


def mark(value: Array) -> int:
    """Return a number by which an array is recognized, in whatever shape it is."""
    return hash(np.sort(value.ravel()).tobytes())
