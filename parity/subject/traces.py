"""Where something happened, told in the user's own lines: no frame of ours, of NumPy or of Python itself."""

import os
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from parity.subject.places import is_known, knows_any, place_of

MOST_FRAMES = 6
MOST_CHARACTERS = 300

_OURS = str(Path(__file__).parents[1]) + os.sep
_LIBRARIES = tuple(
    {sysconfig.get_path(kind) + os.sep for kind in ("stdlib", "platstdlib", "purelib", "platlib")}
)


def first_line(error: BaseException) -> str:
    """Return the first line of what an exception says, not too long, even if its own ``__str__`` fails."""
    try:
        lines = str(error).strip().splitlines()
    except Exception:  # noqa: BLE001 - a user's exception may do anything
        return ""
    return lines[0][:MOST_CHARACTERS] if lines else ""


def short_trace(error: BaseException) -> tuple[str, ...]:
    """Return where an exception passed through the user's files, innermost last.

    Returns:
        For instance ``("mynet.py:40, in train()", "mynet.py:12, in forward()")``. Of a recursion without end the
        last few.
    """
    frames = list(_frames(error.__traceback__))
    return tuple(
        f"{place_of(file, line)}, in {function}()" if function != "<module>" else place_of(file, line)
        for file, line, function in frames[-MOST_FRAMES:]
    )


def _frames(trace: TracebackType | None) -> Iterator[tuple[str, int, str]]:
    while trace is not None:
        code = trace.tb_frame.f_code
        if is_users(code.co_filename):
            yield code.co_filename, trace.tb_lineno, code.co_name
        trace = trace.tb_next


def is_users(file: str) -> bool:
    """Whether a file of a traceback is the user's: one that was loaded as such.

    Where none was, with an object that was handed over: not ours, not a library's, not Python's.
    """
    return is_known(file) if knows_any() else not file.startswith(("<", _OURS, *_LIBRARIES))
