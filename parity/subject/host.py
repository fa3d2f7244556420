"""The process that holds somebody's program: reads calls, answers them, and outlives whatever the program raises.

    python -m parity.subject.host IN_FD OUT_FD HANDLER

The first message is the opening: limits, folder and file; the first answer, which limits hold. Every further
message is a call ``{"method", "arguments",
"seconds", "number"}``, answered by ``{"number", "result"}`` or ``{"number", "error": {"kind", "message", "hint",
"trace"}}``.
"""

import contextlib
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import frozen

from parity.errors import ParityError
from parity.subject import wire
from parity.subject.failure import SubjectFailure
from parity.subject.guard import Refused
from parity.subject.limits import Limits, enclose
from parity.subject.printed import Printed
from parity.subject.timing import TimeLimit, time_limit
from parity.subject.traces import first_line, short_trace

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@frozen
class Pipes:
    """The two ends that lead to the parent."""

    read: int
    write: int


def main(arguments: list[str]) -> None:
    """Serve the parent that has started this process."""
    read, write, handler = int(arguments[0]), int(arguments[1]), arguments[2]
    # The program is not to find our pipes where it expects its own input and output.
    pipes = Pipes(os.dup(read), os.dup(write))
    make = _handler_class(handler)
    opening = wire.receive(pipes.read)
    folder, file, name = Path(opening["folder"]), Path(opening["file"]), str(opening["name"])
    sys.argv = [name]
    die_with_parent(pipes.read)
    holds = enclose(Limits(**opening["limits"]), folder, threads=False)
    serve(pipes, lambda: make(file, name), holds)


def _handler_class(name: str) -> Callable[[Path, str], Any]:
    """Import the handler, and NumPy, while the parent is still busy."""
    import numpy as np  # noqa: F401

    module, _, attribute = name.partition(":")
    made: Callable[[Path, str], Any] = getattr(importlib.import_module(module), attribute)
    return made


def serve(pipes: Pipes, make_handler: Callable[[], Any], holds: tuple[str, ...]) -> None:
    """Say what holds, then answer calls until the parent is gone.

    The handler is made within the first call, and its limit.
    """
    handler: list[Any] = []
    wire.send(pipes.write, wire.encode({"holds": list(holds)}))
    Printed().start()  # what a handler does not capture itself goes nowhere
    while True:
        try:
            call = wire.receive(pipes.read)
            _watch(pipes.read, True)
            answer = _answer(handler, make_handler, call)
            _watch(pipes.read, False)
            wire.send(pipes.write, answer)
        except wire.Closed:
            return
        except BaseException:  # noqa: BLE001, S112 - an alarm that rang too late, or the program's last signal
            continue


def _answer(handler: list[Any], make_handler: Callable[[], Any], call: dict[str, Any]) -> bytes:
    """Return the message that answers a call, whatever happens in it."""
    try:
        with time_limit(float(call["seconds"])):
            if not handler:
                handler.append(make_handler())
            method = str(call["method"])
            if method.startswith("_"):
                raise AttributeError(f"{method} is no public method")
            result = getattr(handler[0], method)(**call["arguments"])
        return wire.encode({"number": call["number"], "result": result})
    except BaseException as error:  # noqa: BLE001 - also SystemExit: whatever it is becomes a sentence
        return wire.encode({"number": call["number"], "error": describe(error)})


def describe(error: BaseException) -> dict[str, Any]:
    """Return what an exception says, in words and as plain values."""
    kind, message, hint = _words(error)
    trace = short_trace(error)
    return {"kind": kind, "message": message, "hint": hint, "trace": list(trace)}


def _words(error: BaseException) -> tuple[str, str, str]:
    if isinstance(error, SubjectFailure):
        return error.kind, error.message, error.hint
    if isinstance(error, ParityError):
        return "refused", "\n".join(error.problems), error.hint
    if isinstance(error, Refused):
        return "refused", str(error), error.hint
    if isinstance(error, TimeLimit):
        return (
            "timed out",
            f"took longer than {error.seconds:g} s, and was stopped",
            "is there a loop without end?",
        )
    if isinstance(error, SystemExit):
        return "raised", "the program ends itself: it calls exit()", "take the call out of what is checked"
    if isinstance(error, RecursionError):
        return (
            "raised",
            "a function calls itself without end (RecursionError)",
            "where does the recursion stop?",
        )
    if isinstance(error, MemoryError):
        return "raised", f"ran out of memory{_asked(error)}", "does an array grow with every step?"
    return "raised", f"{type(error).__name__}: {first_line(error)}".removesuffix(": "), ""


def _asked(error: MemoryError) -> str:
    line = first_line(error)
    return f": {line}" if line else ""


def die_with_parent(descriptor: int) -> None:
    """Have the end of the parent's pipe end this process, wherever it is.

    Linux's PR_SET_PDEATHSIG is no use: it follows the parent's thread, and whoever starts us may use a short-lived
    one. So the kernel is told to signal that something happens at our pipe (SIGIO, which ends a process), and while
    a call runs nothing ever does but its end. To be called before :func:`enclose`, which forbids it.
    """
    if hasattr(fcntl, "F_SETOWN") and hasattr(os, "O_ASYNC"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())


def _watch(descriptor: int, on: bool) -> None:
    if hasattr(fcntl, "F_SETOWN") and hasattr(os, "O_ASYNC"):
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC if on else flags & ~os.O_ASYNC)


if __name__ == "__main__":
    main(sys.argv[1:])
    os._exit(0)
