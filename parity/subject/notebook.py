"""The program in a notebook: its code cells one after the other, without what only IPython understands."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from parity.errors import ParityError

PYTHON_CELLS = ("time", "timeit", "capture", "prun", "matplotlib")
"""Cell magics below which there is Python; below all others (``%%bash``) there is something else."""

MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\s*=\s*[%!].*|[\w.]+\?\??\s*)$")
SHELL = re.compile(r"^(\s*)get_ipython\(\).*$", re.MULTILINE)

Parse = Callable[[str], tuple[str, ast.Module, list[str]]]


def join(text: str, name: str, parse: Parse) -> tuple[str, list[tuple[int, int]], list[str]]:
    """Return the program in a notebook.

    Args:
        text: the notebook's JSON, of version 3 or 4.
        name: what messages call it.
        parse: see :func:`parity.subject.source.parse`.

    Returns:
        The program; for each of its lines the number of its code cell and the line in it, from 1; notes.
    """
    lines: list[str] = []
    places: list[tuple[int, int]] = []
    notes: list[str] = []
    for number, cell in enumerate(_cells(text, name), start=1):
        code, more = _python(cell, number, parse)
        notes += more
        for line, content in enumerate(code.split("\n"), start=1):
            lines.append(content)
            places.append((number, line))
    return "\n".join([*lines, ""]), places, notes


def _cells(text: str, name: str) -> Iterator[str]:
    """Yield the text of each code cell."""
    try:
        book = json.loads(text)
        sheets = book.get("worksheets") or [book]
        found = [cell for sheet in sheets for cell in sheet["cells"] if cell["cell_type"] == "code"]
        codes = [cell["source"] if "source" in cell else cell["input"] for cell in found]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ParityError(
            f"{name} is no notebook, but should be JSON with cells in it (nbformat 3 or 4)",
            "open it in Jupyter, and save it again",
        ) from None
    for code in codes:
        yield _text(code).replace("\r\n", "\n").replace("\r", "\n")


def _text(source: Any) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _python(cell: str, number: int, parse: Parse) -> tuple[str, list[str]]:
    """Return a cell's Python with as many lines as it has; none where it has no Python."""
    first = next((line for line in cell.split("\n") if line.strip()), "")
    if first.startswith("%%") and first[2:].split(" ")[0].strip() not in PYTHON_CELLS:
        return _blank(cell), []
    cell = SHELL.sub(r"\1pass", cell)
    for code in (_without_failing_magics(cell), "\n".join(map(_passed, cell.split("\n")))):
        try:
            converted, _, notes = parse(code)
        except SyntaxError as caught:
            error = caught
        else:
            return converted, notes
    return _blank(cell), [f"cell {number} is no Python, and was left out: {error.msg} [line {error.lineno}]"]


def _without_failing_magics(cell: str) -> str:
    """Return a cell without the magics that Python stumbles over.

    A line that starts with % may well be Python, the second half of a formatting.
    """
    lines = cell.split("\n")
    while True:
        try:
            ast.parse("\n".join(lines))
        except SyntaxError as error:
            at = (error.lineno or 1) - 1
            if at < len(lines) and MAGIC.match(lines[at]):
                lines[at] = _passed(lines[at])
                continue
        except (ValueError, RecursionError, MemoryError):
            pass
        return "\n".join(lines)


def _passed(line: str) -> str:
    """Return a line in which a magic, shell command or question does nothing; a block of them stays a block."""
    return MAGIC.sub(r"\1pass", line)


def _blank(cell: str) -> str:
    return "\n" * cell.count("\n")
