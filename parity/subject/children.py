"""A child process and the two pipes to it: started or forked, waited for, ended together with all its offspring."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from attrs import define, field

from parity.subject.failure import SubjectFailure
from parity.subject.limits import environment


class Process(Protocol):
    """What :class:`subprocess.Popen` and :class:`Forked` have in common."""

    pid: int

    def poll(self) -> int | None:
        """Return the exit code if it has ended; negative if a signal did it."""

    def kill(self) -> None:
        """End it."""


@define
class Child:
    """A process, and our ends of the pipes.

    Attributes:
        process: see :class:`Process`.
        read: where its answers come from.
        write: where calls go.
    """

    process: Process
    read: int
    write: int
    _ended: bool = field(default=False, init=False)

    def wait(self, seconds: float) -> int | None:
        """Wait for its end, and return its exit code, or None if it lives on."""
        deadline = time.monotonic() + seconds
        while (code := self.process.poll()) is None and time.monotonic() < deadline:
            time.sleep(0.002)
        return code

    def end(self) -> int | None:
        """Kill it and whatever it has started, and return how it ended."""
        code = self.process.poll()
        if self._ended:  # by now its number may be another's
            return code
        self._ended = True
        if code is None:
            self.process.kill()
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        for survivor in _session(self.process.pid):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(survivor, signal.SIGKILL)
        return self.wait(5.0) if code is None else code

    def close(self) -> None:
        """Close our ends of the pipes."""
        for descriptor in (self.read, self.write):
            with contextlib.suppress(OSError):
                os.close(descriptor)


def start(command: list[str], folder: Path) -> Child:
    """Start a program that speaks to us through its standard input and output."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd=folder,
        env=environment(),
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    read, write = os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())
    process.stdin.close()
    process.stdout.close()
    return _ready(Child(process, read, write))


def fork(main: Callable[[int, int], None]) -> Child:
    """Fork, and run ``main(read, write)`` in the child, which keeps every object of ours.

    Raises:
        SubjectFailure: this platform cannot fork.
    """
    if not hasattr(os, "fork"):
        raise SubjectFailure(
            "refused",
            "an object cannot be handed to another process on this platform",
            "check the file instead: parity check mynet.py",
        )
    (their_read, write), (read, their_write) = os.pipe(), os.pipe()
    with warnings.catch_warnings():
        # Python 3.12 warns where there are threads, and NumPy has some: they prepare for a fork themselves.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        os.close(their_read)
        os.close(their_write)
        return _ready(Child(Forked(pid), read, write))
    code = 70  # EX_SOFTWARE, see sysexits.h
    try:
        os.setsid()
        _close_all_but({0, 1, 2, their_read, their_write})
        main(their_read, their_write)
        code = 0
    finally:
        os._exit(code)  # whatever has happened, our caller's code does not run twice


class Forked:
    """A child that was forked."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return the exit code if it has ended; negative if a signal did it."""
        if self._code is None:
            with contextlib.suppress(ChildProcessError):
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def kill(self) -> None:
        """End it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def _ready(child: Child) -> Child:
    """Have our ends never block: who waits for a hostile process waits with a deadline."""
    if os.name != "nt":
        os.set_blocking(child.read, False)
        os.set_blocking(child.write, False)
    return child


def _close_all_but(kept: set[int]) -> None:
    """Close what a fork has inherited: files of our caller, and pipes to other subjects."""
    first = 0
    for descriptor in [*sorted(kept), os.sysconf("SC_OPEN_MAX")]:
        if first < descriptor:  # os.closerange(0, 0) closes everything
            os.closerange(first, descriptor)
        first = descriptor + 1


def _session(leader: int) -> list[int]:
    """Return the processes of a session that are still there, as far as this platform tells."""
    if sys.platform != "linux":
        return []
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) == leader and fields[0] not in "ZX":
                    found.append(int(entry))
    return found
