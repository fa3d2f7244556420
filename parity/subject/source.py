"""The text of somebody's program: out of a file in any encoding, out of a notebook, out of Python 2."""

import ast
import codecs
import io
import tokenize
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from parity.errors import ParityError
from parity.subject import notebook

MOST_BYTES = 2 * 2**20
"""Bytes of a Python file. A notebook may have as many in its code, and pictures besides."""

MOST_NOTEBOOK = 64 * 2**20


@frozen
class Source:
    """A program's text, and what was done to get it.

    Attributes:
        text: Python 3, lines end in a line feed.
        tree: of all of it.
        notes: what a reader should know.
        cells: of a notebook, for each line: cell and line in it.
    """

    text: str
    tree: ast.Module
    notes: tuple[str, ...] = ()
    cells: Sequence[tuple[int, int]] = ()


def read_source(path: Path, name: str) -> Source:
    """Read a program.

    Args:
        path: the file.
        name: what messages call it.

    Raises:
        ParityError: it is no program in Python.
    """
    text, notes = decode(_bytes(path, name), name)
    if path.suffix == ".ipynb":
        text, cells, more = notebook.join(text, name, parse)
        notes += more
    else:
        cells = []
    try:
        text, tree, more = parse(text)
    except SyntaxError as error:
        raise _not_python(error, name, cells) from None
    notes += more
    return Source(text, tree, tuple(dict.fromkeys(notes)), cells)


def _bytes(path: Path, name: str) -> bytes:
    most = MOST_NOTEBOOK if path.suffix == ".ipynb" else MOST_BYTES
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise ParityError(f"{name} cannot be read: {error.strerror}") from None
    if len(data) > most:
        raise ParityError(
            f"{name} is larger than {most / 2**20:.0f} MB, but should be a program",
            "keep data in files of their own",
        )
    return data


def decode(data: bytes, name: str) -> tuple[str, list[str]]:
    """Return the text in a file's bytes, and notes: PEP 263, byte order marks, and Latin-1 where nothing else fits."""
    notes = []
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
        notes.append("its encoding is UTF-16, but should be UTF-8")
    else:
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            data.decode(encoding)
        except (SyntaxError, UnicodeDecodeError, LookupError):
            encoding = "latin-1"
            notes.append("it is not in the encoding that it says (UTF-8, if nothing); read as Latin-1")
    text = (
        data.decode(encoding, errors="replace")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .removeprefix("\ufeff")
    )
    if "\0" in text:
        raise ParityError(
            f"{name} contains NUL bytes, but should be text",
            "is it a compiled or a damaged file? Save it again as UTF-8",
        )
    return text, notes


def parse(text: str) -> tuple[str, ast.Module, list[str]]:
    """Return a program in Python 3, its tree, and notes. Mixed tabs and Python 2 are mended.

    Raises:
        SyntaxError: it is neither Python 3 nor Python 2. The error is that of Python 3.
    """
    try:
        return text, _tree(text), []
    except TabError:
        spaces = "\n".join(_expanded(line) for line in text.split("\n"))
        converted, tree, notes = parse(spaces)
        return converted, tree, ["tabs and spaces are mixed; read as eight columns to a tab", *notes]
    except SyntaxError as error:
        from parity.subject.python2 import convert

        python3 = convert(text)
        if python3 is None:
            raise error from None
        try:
            tree = _tree(python3)
        except SyntaxError:
            raise error from None
        return python3, tree, _notes(text, python3)


def _tree(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (RecursionError, MemoryError, ValueError) as error:
        raise SyntaxError(f"an expression is nested too deeply ({type(error).__name__})") from None


def _expanded(line: str) -> str:
    code = line.lstrip(" \t")
    return line[: len(line) - len(code)].expandtabs(8) + code


def _notes(before: str, after: str) -> list[str]:
    notes = ["converted from Python 2 (in which 1/2 is 0, and here 0.5)"]
    if before.count("\n") != after.count("\n"):
        notes.append("line numbers are those of the converted text")
    return notes


def _not_python(error: SyntaxError, name: str, cells: Sequence[tuple[int, int]]) -> ParityError:
    line = error.lineno or 1
    where = "cell {}, line {}".format(*cells[line - 1]) if 1 <= line <= len(cells) else f"line {line}"
    hint = "does it run at all? python -m py_compile says more"
    return ParityError(f"{name} is no Python: {error.msg} [{where}]", hint)
