"""Time limits inside the process: an endless loop costs the probe that fell into it, and no other."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

AGAIN = 0.2
"""Seconds after which a limit is enforced once more: a bare ``except:`` in a loop has swallowed the first."""

POSSIBLE = hasattr(signal, "setitimer")
"""Whether this platform can interrupt a loop. Where it cannot, only the parent's limit holds."""


class TimeLimit(BaseException):
    """Something took too long. No Exception, so that a user's ``except Exception`` lets it pass."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"took longer than {seconds:g} s")


_limits: list[tuple[float, float]] = []
"""The limits in force, outermost first: when each ends, and how many seconds it gave."""

_before: list[tuple[Any, float]] = []
"""What the alarm was for, and when, before the first limit: somebody else's, to be put back."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`TimeLimit` in the block when it has run for so many seconds.

    Blocks may be nested: the limit that ends first counts. Only the main thread can be interrupted, and only
    between two instructions of Python: a single call into NumPy runs to its end.
    """
    if not POSSIBLE:
        yield
        return
    entry = (time.monotonic() + seconds, seconds)
    if not _limits:
        left, _ = signal.getitimer(signal.ITIMER_REAL)
        _before[:] = [(signal.getsignal(signal.SIGALRM), left and time.monotonic() + left)]
    _limits.append(entry)
    try:
        _arm()
        yield
    finally:
        _limits.remove(entry)
        _arm()


def _arm() -> None:
    """Set the alarm to the limit that ends first; no limit, no alarm."""
    if not _limits:
        signal.setitimer(signal.ITIMER_REAL, 0)
        handler, end = _before.pop()
        signal.signal(signal.SIGALRM, handler or signal.SIG_DFL)
        if end:
            signal.setitimer(signal.ITIMER_REAL, max(end - time.monotonic(), 1e-6))
        return
    left = min(end for end, _ in _limits) - time.monotonic()
    signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, max(left, 1e-6), AGAIN)


def _ring(number: int, frame: FrameType | None) -> None:
    now = time.monotonic()
    over = [seconds for end, seconds in _limits if end <= now]
    if over:
        raise TimeLimit(over[0])
