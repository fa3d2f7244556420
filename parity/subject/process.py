"""Somebody's program in a process of its own, seen from ours: calls go in, plain values and failures come out.

with Subject.of_file("mynet.py") as subject:
    subject.call("describe", timeout=5)
"""

import contextlib
import itertools
import os
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from parity.subject import children, host, places, wire
from parity.subject.copies import copy_program
from parity.subject.failure import SubjectFailure
from parity.subject.limits import Limits, enclose
from parity.subject.locating import locate
from parity.subject.obituary import obituary
from parity.subject.spare import Spare, started

HANDLER = "parity.subject.handler:Handler"

TIMEOUT = 30.0
"""Seconds that a call may take unless it says otherwise."""

GRACE = 1.0
"""Seconds that the process has to stop a call itself before it is killed."""

START = 20.0
"""Seconds that starting Python and importing NumPy may take, on a machine that is busy."""


class Subject(AbstractContextManager["Subject"]):
    """A program in a process of its own. One call runs at a time; :meth:`close` may come from any thread."""

    def __init__(self, child: children.Child, folder: Path, limits: Limits) -> None:
        self._child, self._limits = child, limits
        self._tidy = weakref.finalize(self, _tidy_up, child, folder, os.getpid())
        self._lock = threading.Lock()
        self._ending = threading.Lock()
        self._holds: tuple[str, ...] | None = None
        self._numbers = itertools.count()
        self._closed = False
        self._failure: SubjectFailure | None = None

    @classmethod
    def of_file(
        cls,
        path: Path | str,
        handler: str = HANDLER,
        limits: Limits | None = None,
        spare: Spare | None = None,
    ) -> Self:
        """Start a process for a file. Returns at once: it imports NumPy while we do.

        Args:
            path: a Python file, a notebook, or the name of a module.
            handler: ``module:Class``. It is made as ``Class(path, name)`` within the first call: the path of the
                copy to load, and the original's name, for messages.
            limits: what the process may use.
            spare: has a process of the same handler waiting.

        Raises:
            ParityError: there is no such file, or it is none that can be checked.
        """
        file, limits = locate(path), limits or Limits()
        child, folder = spare.take() if spare is not None else started(handler)
        subject = cls(child, folder, limits)
        try:
            copied = copy_program(file, folder)
            opening = {
                "folder": str(folder),
                "file": str(copied),
                "name": str(file),
                "limits": limits.as_message(),
            }
            wire.send(subject._child.write, wire.encode(opening), time.monotonic() + START)
        except (wire.Closed, TimeoutError):
            pass  # the first call says what has happened
        except BaseException:
            subject.close()
            raise
        return subject

    @classmethod
    def of_object(cls, make_handler: Callable[[], Any], limits: Limits | None = None) -> Self:
        """Fork a process that keeps the objects of this one: nothing is copied, and nothing needs to be pickled.

        Args:
            make_handler: makes the handler, in the process, within the first call.
            limits: what the process may use.

        Raises:
            SubjectFailure: this platform cannot fork.
        """
        limits = limits or Limits()
        folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="parity-subject-")))

        def main(read: int, write: int) -> None:
            host.die_with_parent(read)
            places.forget()
            holds = enclose(limits, folder)
            host.serve(host.Pipes(read, write), make_handler, holds)

        try:
            return cls(children.fork(main), folder, limits)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def call(self, method: str, *, timeout: float = TIMEOUT, **arguments: Any) -> Any:
        """Call a method of the handler and return what it returns.

        Args:
            method: a public one.
            timeout: seconds. The process stops the call itself then, and lives on; if it cannot, it is killed.
            arguments: plain values and arrays, see :func:`parity.subject.wire.encode`.

        Raises:
            SubjectFailure: it raised, was refused something, took too long, or died. After a death every further
                call says so.
        """
        number = next(self._numbers)
        call = {"number": number, "method": method, "seconds": float(timeout), "arguments": arguments}
        message = wire.encode(call)
        with self._lock:
            if self._failure is not None:
                raise SubjectFailure(self._failure.kind, self._failure.message, self._failure.hint)
            if self._closed:
                raise SubjectFailure("crashed", "its process has been closed")
            try:
                self._await_start()
                answer = self._exchange(message, time.monotonic() + timeout + GRACE)
                if not isinstance(answer, dict) or answer.get("number") != number:
                    raise wire.garbled("it answers another question")
            except SubjectFailure as failure:
                self._failure = failure
                self._end()
                raise
        return _result(answer)

    @property
    def holds(self) -> tuple[str, ...]:
        """What guards the process, once a call has been made: names of limits and walls, see :func:`enclose`."""
        return self._holds or ()

    def close(self) -> None:
        """End the process and everything that it has started, and remove its folder."""
        self._closed = True
        self._end()
        with self._lock:  # a call in another thread has noticed by now
            self._tidy()

    def _await_start(self) -> None:
        """Wait for the process's first words: importing NumPy is not the program's time."""
        if self._holds is None:
            told = self._exchange(b"", time.monotonic() + START)
            self._holds = tuple(map(str, told["holds"]))

    def _exchange(self, message: bytes, deadline: float) -> Any:
        watch = threading.Timer(max(0.0, deadline - time.monotonic()), self._end) if os.name == "nt" else None
        if watch is not None:  # a pipe cannot be waited for there
            watch.start()
        try:
            wire.send(self._child.write, message, deadline)
            return wire.receive(self._child.read, deadline)
        except wire.Closed:
            if watch is not None and time.monotonic() >= deadline:
                raise self._late() from None
            raise self._dead() from None
        except TimeoutError:
            raise self._late() from None
        finally:
            if watch is not None:
                watch.cancel()

    def _late(self) -> SubjectFailure:
        return SubjectFailure(
            "timed out",
            "took longer than its time limit, and its process was killed",
            "is there a loop without end?",
        )

    def _dead(self) -> SubjectFailure:
        if self._closed:
            return SubjectFailure("crashed", "its process has been closed")
        return SubjectFailure("crashed", *obituary(self._child.wait(1.0), self._limits))

    def _end(self) -> None:
        with self._ending:
            self._child.end()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _tidy_up(child: children.Child, folder: Path, owner: int) -> None:
    """Leave nothing behind, also when nobody has closed the subject."""
    if os.getpid() == owner:  # and not a fork of ours
        child.end()
        child.close()
        with contextlib.suppress(RecursionError):  # folders in folders in folders
            shutil.rmtree(folder, ignore_errors=True)


def _result(answer: dict[str, Any]) -> Any:
    """Return the result in an answer, or raise the failure in it."""
    if "result" in answer:
        return answer["result"]
    error = answer.get("error")
    if not isinstance(error, dict):
        raise wire.garbled("it is neither result nor error")
    kind, message, hint = (_plain(error.get(name, "")) for name in ("kind", "message", "hint"))
    trace = error.get("trace")
    places = tuple(_plain(place) for place in trace[:20]) if isinstance(trace, list) else ()
    kinds = ("crashed", "timed out", "refused", "raised", "garbled")
    raise SubjectFailure(kind if kind in kinds else "raised", message, hint, places)


def _plain(text: Any) -> str:
    """Return what a hostile process says without what would move a terminal's cursor."""
    return "".join(c for c in str(text)[:2000] if c.isprintable() or c == "\n")
