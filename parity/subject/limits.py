"""What somebody's program may use: memory, time, files. Applied in its process, before any of its code runs.

Every limit is there where the platform has it: on macOS there is no limit to memory, on Windows there are only
:mod:`parity.subject.guard` and the time limits of the parent.
"""

import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import Any

from attrs import asdict, frozen

from parity.subject import guard, kernel

ENVIRONMENT = {
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
    "NUMEXPR_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "VECLIB_MAXIMUM_THREADS": "1",
}
"""Set before Python starts: one thread, no windows, no files, and sets in the same order every time."""


@frozen
class Limits:
    """What the process may use.

    Attributes:
        memory: bytes on top of what it has when the program is loaded.
        processor: seconds of processor time, in all.
        file_size: bytes in one file.
        open_files: files open at once.
        audit: whether Python refuses what no network needs, see :mod:`parity.subject.guard`.
        walls: whether the kernel does, see :mod:`parity.subject.kernel`.
    """

    memory: int = 2 * 2**30
    processor: int = 120
    file_size: int = 16 * 2**20
    open_files: int = 64
    audit: bool = True
    walls: bool = True

    def as_message(self) -> dict[str, Any]:
        """Return them as plain values."""
        return asdict(self)


def environment() -> dict[str, str]:
    """Return the environment for the process."""
    return {**os.environ, **ENVIRONMENT}


def enclose(limits: Limits, folder: Path, threads: bool = True) -> tuple[str, ...]:
    """Apply the limits to this process. There is no way back.

    Args:
        limits: what it may use.
        folder: the working folder, the only one in which it may change anything.
        threads: whether it has threads of its own that must be able to start anew, as after a fork.

    Returns:
        What holds: names of limits, of walls (see :mod:`parity.subject.kernel`), ``audit``.
    """
    os.chdir(folder)
    _silence()
    _default_signals()
    # Limits first: the walls forbid to change them.
    holds = _limit_resources(_wanted(limits))
    if limits.walls:
        holds += kernel.wall_in(folder)
        if not threads and "seccomp" not in holds:  # counts threads too; and root is exempt
            holds += _limit_resources({"RLIMIT_NPROC": 0})
    if limits.audit:
        guard.install(folder)
        holds += ("audit",)
    return holds


def _silence() -> None:
    """Lead standard input, output and error nowhere, also for code in C."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    if nowhere > 2:
        os.close(nowhere)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - stays open


def _default_signals() -> None:
    """Forget what a process that was forked has inherited; Ctrl-C is the parent's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGIO"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)


def _wanted(limits: Limits) -> dict[str, int]:
    wanted = {
        "RLIMIT_CPU": limits.processor,
        "RLIMIT_FSIZE": limits.file_size,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_CORE": 0,
    }
    if sys.platform == "linux":
        data, whole = _memory_used()
        wanted |= {"RLIMIT_DATA": data + limits.memory, "RLIMIT_AS": whole + limits.memory}
    return wanted


def _limit_resources(wanted: dict[str, int]) -> tuple[str, ...]:
    """Set resource limits, as far as this platform has them; return which hold."""
    try:
        import resource
    except ImportError:  # Windows
        return ()
    holds = []
    for name, most in wanted.items():
        with contextlib.suppress(ValueError, OSError, AttributeError):
            which = getattr(resource, name)
            _, hard = resource.getrlimit(which)
            # A second more for the hard limit on processor time: the signal of the soft one says why it died.
            last = most + (name == "RLIMIT_CPU")
            last = last if hard == resource.RLIM_INFINITY else min(last, hard)
            resource.setrlimit(which, (min(most, last), last))
            holds.append(name)
    return tuple(holds)


def _memory_used() -> tuple[int, int]:
    """Return the bytes of this process's private data, and of its whole address space."""
    sizes = {}
    with open("/proc/self/status") as status:
        for line in status:
            name, _, value = line.partition(":")
            if name in ("VmData", "VmSize"):
                sizes[name] = int(value.split()[0]) * 1024
    return sizes["VmData"], sizes["VmSize"]
