"""A process that is started before there is a program for it: who checks often need not wait for Python and NumPy."""

import os
import shutil
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from parity.subject import children

Started = tuple[children.Child, Path]
"""A process, and its working folder."""


def started(handler: str) -> Started:
    """Start a process that imports what it needs, and waits to be told of a program.

    Args:
        handler: ``module:Class``, see :meth:`parity.subject.process.Subject.of_file`.
    """
    folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="parity-subject-")))
    # -P: what lies in the working folder is no module of ours, whatever its name.
    command = [sys.executable, "-P", "-m", "parity.subject.host", "0", "1", handler]
    try:
        return children.start(command, folder), folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


class Spare(AbstractContextManager["Spare"]):
    """The next process, one at a time. It holds no program: each serves one, and is ended with it."""

    def __init__(self, handler: str) -> None:
        self._handler = handler
        self._next: Started | None = None
        self.prepare()

    def prepare(self) -> None:
        """Start the next process, where none waits. Returns at once."""
        if self._next is None:
            self._next = started(self._handler)

    def take(self) -> Started:
        """Return a process to use and to end: the one that waits, or a new one where that has died."""
        waits, self._next = self._next, None
        if waits is not None and waits[0].process.poll() is None:
            return waits
        self._discard(waits)
        return started(self._handler)

    def close(self) -> None:
        """End the process that waits."""
        waits, self._next = self._next, None
        self._discard(waits)

    def _discard(self, waits: Started | None) -> None:
        if waits is not None:
            child, folder = waits
            child.end()
            child.close()
            shutil.rmtree(folder, ignore_errors=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
