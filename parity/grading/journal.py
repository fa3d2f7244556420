"""What is known already: a line for each file that was checked, written as soon as it is known.

A run that is killed loses nothing that was finished, and a file that has not changed is not checked again. A line is
found by everything its verdict rests on: the file's name and content, the options, and the version of parity. What
could not run is not kept: that may have been the machine's fault.
"""

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parity.checking.findings import Check
from parity.errors import ParityError
from parity.results.converting import structure, to_plain


class Journal:
    """A file of JSON lines; only appended to, so that another program may read it at any time.

    Args:
        path: of the file.
        options: what a verdict depends on besides the file.
        fresh: forget what is there.
    """

    def __init__(self, path: Path, options: Mapping[str, Any], *, fresh: bool = False) -> None:
        self._path = path
        self._options = json.dumps(to_plain(dict(options)), sort_keys=True)
        self._lock = threading.Lock()
        try:
            if fresh:
                path.unlink(missing_ok=True)
            self._known = dict(_read(path)) if path.exists() else {}
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
            self._end_line()
        except OSError as error:
            raise ParityError(
                f"{path} cannot be written: {error.strerror}", "--out DIR/grades.csv", 3
            ) from error

    def key(self, file: Path, content: bytes) -> str:
        """Return by what the verdict on a file is found again."""
        digest = hashlib.sha256()
        for part in (os.fsencode(file.absolute()), content, self._options.encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()

    def known(self, key: str) -> Check | None:
        """Return what was found out before, or None."""
        plain = self._known.get(key)
        try:
            return None if plain is None else structure(plain, Check)
        except Exception:  # noqa: BLE001 - whatever is wrong with an old line: the file is checked again
            return None

    def write(self, key: str, check: Check) -> None:
        """Keep a check: on the disk when this returns."""
        line = json.dumps({"key": key, "check": to_plain(check)}) + "\n"
        with self._lock:
            os.write(self._descriptor, line.encode())
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _end_line(self) -> None:
        """Begin a new line where a run was killed in the middle of one."""
        size = os.fstat(self._descriptor).st_size
        if size:
            os.lseek(self._descriptor, size - 1, os.SEEK_SET)
            if os.read(self._descriptor, 1) != b"\n":
                os.write(self._descriptor, b"\n")


def _read(path: Path) -> list[tuple[str, Any]]:
    found = []
    for line in path.read_bytes().splitlines():
        try:
            plain = json.loads(line)
            found.append((plain["key"], plain["check"]))
        except (ValueError, TypeError, KeyError):  # half a line: a run was killed while it wrote
            continue
    return found
