"""What is seen while a file is watched: only ever the last verdict on a terminal, one after the other elsewhere."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from parity.checking.findings import Check
from parity.checking.wording import printable

CLEAR = "\x1b[2J\x1b[3J\x1b[H"


class Screen:
    """Prints verdicts on standard output.

    Args:
        words: makes a check into text.
        machine: whether a program reads it: nothing but the words, remarks on standard error.
        quiet: whether only the verdicts are wanted.
    """

    def __init__(self, words: Callable[[Check], str], *, machine: bool = False, quiet: bool = False) -> None:
        self._words = words
        self._bare = machine or quiet
        self._remarks = sys.stderr if machine else sys.stdout
        self._clears = sys.stdout.isatty() and not self._bare
        self._printed = False

    def working(self, file: Path) -> None:
        """Say that a check goes on, on a terminal; it makes room for the verdict."""
        if self._clears:
            print(f"{CLEAR}{printable(str(file))}  checking …", end="", flush=True)

    def verdict(self, file: Path, check: Check, seconds: float) -> None:
        """Show a check."""
        if not self._bare:
            self._head(file, f"checked in {seconds:.2f} s")
        print(self._words(check), flush=True)

    def remark(self, file: Path, text: str) -> None:
        """Show why there is no verdict."""
        if not self._bare:
            self._head(file, "not checked")
        lines = "\n".join(map(printable, text.splitlines()))
        print(lines, file=self._remarks, flush=True)

    def _head(self, file: Path, done: str) -> None:
        if self._clears:
            print(CLEAR, end="")
        elif self._printed:
            print()
        self._printed = True
        now = time.strftime("%H:%M:%S")
        print(f"{printable(str(file))}  {now}  {done}, again at every save; Ctrl-C ends it\n")
