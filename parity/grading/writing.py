"""Writing a file all at once: who reads it sees the old one or the new one."""

import os
from contextlib import suppress
from pathlib import Path

from parity.errors import ParityError


def write_text(path: Path, text: str) -> None:
    """Put a file in the place of what is there.

    Raises:
        ParityError: it cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(text, encoding="utf-8", newline="\n")
        os.replace(aside, path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise ParityError(
            f"{path} cannot be written: {error.strerror}",
            "close it where it is open, or choose another place with --out",
            3,
        ) from error
