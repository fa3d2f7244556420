"""Names of places in somebody's files: ``mynet.py:57``, or ``cell 3, line 5`` of a notebook."""

from collections.abc import Sequence
from pathlib import PurePath

_cells: dict[str, Sequence[tuple[int, int]]] = {}
_names: dict[str, str] = {}


def remember(file: str, name: str, cells: Sequence[tuple[int, int]] = ()) -> None:
    """Remember what a file is called, and for a notebook, which cell and which line of it each line is."""
    _names[file] = name
    if cells:
        _cells[file] = cells


def is_known(file: str) -> bool:
    """Whether a file is one of those that have been loaded as somebody's."""
    return file in _names


def forget() -> None:
    """Forget all files: a fork begins anew."""
    _names.clear()
    _cells.clear()


def knows_any() -> bool:
    """Whether any file has been loaded as somebody's."""
    return bool(_names)


def place_of(file: str, line: int) -> str:
    """Return the name of a line of a file, as a person would look it up."""
    cells = _cells.get(file)
    if cells and 1 <= line <= len(cells):
        return "cell {}, line {}".format(*cells[line - 1])
    return f"{_names.get(file, PurePath(file).name)}:{line}"
