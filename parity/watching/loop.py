"""The loop: a save, a check, a verdict."""

import time
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from parity.checking.findings import Check
from parity.errors import ParityError
from parity.watching.half_saved import complaint
from parity.watching.saves import Stamp, saves
from parity.watching.screen import Screen

COULD_NOT_RUN = 3
INTERRUPTED = 130


def watch_file(
    file: Path,
    check: Callable[[], Check],
    screen: Screen,
    *,
    strict: bool = False,
    changes: Iterable[Stamp | None] | None = None,
) -> int:
    """Check a file now and at every save, until Ctrl-C.

    Args:
        file: what is watched.
        check: checks it as it is when called. Whatever makes it fast (worker processes that are warm, the next child
            started early) is its own affair.
        screen: shows the verdicts.
        strict: see :meth:`Check.exit_code`.
        changes: an item for every save, None where the file is gone; by default those of ``file``.

    Returns:
        The exit code of the last check.

    Raises:
        ParityError: there is no such file to begin with.
    """
    if not file.is_file():
        what = "a folder" if file.is_dir() else "not there"
        raise ParityError(f"{file} is {what}, but should be a file of Python", "parity watch mynet.py")
    code = INTERRUPTED
    try:
        for state in saves(file) if changes is None else changes:
            code, show = _once(file, state, check, screen, strict)
            show()  # last: Ctrl-C within it ends with this check's exit code
    except KeyboardInterrupt:
        pass
    return code


def _once(
    file: Path, state: Stamp | None, check: Callable[[], Check], screen: Screen, strict: bool
) -> tuple[int, Callable[[], None]]:
    """Return the exit code of a check, and what shows its verdict, or why there is none."""
    if state is None:
        return COULD_NOT_RUN, partial(screen.remark, file, f"{file} is gone; it is checked when it is back")
    if why := complaint(file):
        return COULD_NOT_RUN, partial(screen.remark, file, why)
    screen.working(file)
    begun = time.perf_counter()
    try:
        found = check()
    except ParityError as error:
        lines = [f"error: {problem}" for problem in error.problems]
        said = "\n".join([*lines, *([f"hint:  {error.hint}"] if error.hint else [])])
        return error.exit_code, partial(screen.remark, file, said)
    except Exception:  # noqa: BLE001 - a mistake of ours must not end what the user is doing
        said = f"{traceback.format_exc()}error: parity itself failed; please report this"
        return COULD_NOT_RUN, partial(screen.remark, file, said)
    return found.exit_code(strict), partial(screen.verdict, file, found, time.perf_counter() - begun)
