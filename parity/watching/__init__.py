"""The verdict again at every save of a file."""

from parity.watching.loop import watch_file
from parity.watching.screen import Screen

__all__ = ["Screen", "watch_file"]
