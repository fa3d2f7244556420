"""When a file is saved, however its editor does that.

An editor may write into the file, or write another one and put it in its place; for a moment there may be no file, or
an empty one. So what the system reports only wakes us: whether something has changed, the file itself says. That also
holds where nothing is reported, as on network drives and in some containers.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

Stamp = tuple[int, int, int]
Wait = Callable[[], None]

SETTLED = 0.02
"""Seconds for which a file must stay the same to count as saved."""

GONE = 0.5
"""Seconds after which a file that vanished is not expected back at once."""

POLLING = 0.05
LOOK_AGAIN_MS = 500


def saves(file: Path, wait: Wait | None = None) -> Iterator[Stamp | None]:
    """Yield what a file is like: now, and after every change, until the caller has had enough.

    A change that happens while the caller works is seen afterwards; of several only the last.

    Args:
        file: need not be there.
        wait: returns after a while, or when something may have changed.

    Yields:
        Something that differs from save to save; None if the file is gone.
    """
    wait = wait or waiting(file)
    last: Stamp | None = _settled(file)
    yield last
    while True:
        if stamp(file) == last:
            wait()
            continue
        now = _settled(file)
        if now != last:
            last = now
            yield last


def stamp(file: Path) -> Stamp | None:
    """Return time, size and identity of a file; None if it is not there, or a folder on the way is missing."""
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _settled(file: Path) -> Stamp | None:
    """Return the stamp of a file as soon as it stays the same; None only if the file stays away."""
    begun = time.monotonic()
    now = stamp(file)
    while True:
        time.sleep(SETTLED)
        before, now = now, stamp(file)
        if now == before and (now is not None or time.monotonic() - begun > GONE):
            return now


def waiting(file: Path) -> Wait:
    """Return a function that waits for a change around a file: as the system reports it, or by looking often."""
    try:
        return _notified(file)
    except (ImportError, OSError):  # no package watchfiles; no more watches, or no folder
        return _looking_often


def _looking_often() -> None:
    time.sleep(POLLING)


def _notified(file: Path) -> Wait:
    from watchfiles import watch

    folders = {file.absolute().parent, file.resolve().parent}  # two, if the file is a link
    reported = watch(
        *(folder for folder in folders if folder.is_dir()),
        watch_filter=None,
        debounce=20,
        step=5,
        rust_timeout=LOOK_AGAIN_MS,
        yield_on_timeout=True,
        recursive=False,
    )

    def wait() -> None:
        try:
            next(reported)
        except (OSError, StopIteration):
            time.sleep(POLLING)

    return wait
