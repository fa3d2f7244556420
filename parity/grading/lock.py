"""One run at a time writes a table of grades.

The lock is held by the system and ends with the process that holds it, however that ends: a file that was left behind
by a run that was killed locks nothing. The number of the process is in it only to be shown.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from parity.errors import ParityError

AFTER_THE_TEXT = 1 << 20


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock.

    Args:
        path: of the lock's file, which is removed afterwards.

    Raises:
        ParityError: another process holds it, or the file cannot be written.
    """
    try:
        descriptor = _taken(path)
    except OSError as error:
        raise ParityError(f"{path} cannot be written: {error.strerror}", "--out DIR/grades.csv", 3) from error
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        with suppress(OSError):  # Windows removes no open file: then it stays, and locks nothing
            path.unlink()
        os.close(descriptor)


def _taken(path: Path) -> int:
    """Return the descriptor of a file that is locked and still has this name."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock(descriptor)
        except OSError:
            holder = _holder(descriptor)
            os.close(descriptor)
            raise ParityError(
                f"{path.with_suffix('.csv')} is being written by another run{holder}",
                "wait for it, or choose another table with --out",
            ) from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), os.stat(path)):
                return descriptor
        os.close(descriptor)  # its holder removed it between our two steps


def _holder(descriptor: int) -> str:
    with suppress(OSError, ValueError):
        return f", process {int(os.read(descriptor, 20))}"
    return ""


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, AFTER_THE_TEXT, os.SEEK_SET)  # nobody can read what is locked
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        # lockf, not flock: a child that was forked from us and outlives us would keep the other kind
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
