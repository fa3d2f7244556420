"""A file in the middle of being written: not Python yet, and no reason to run anything."""

import warnings
from pathlib import Path


def complaint(file: Path) -> str:
    """Return why a file cannot be run yet, with the line and the place in it; nothing if it is Python.

    This takes a millisecond, and spares a process that would die of the same mistake.
    """
    try:
        source = file.read_bytes()
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}"
    if not source.strip():
        return f"{file} is empty"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, str(file), "exec", dont_inherit=True)
    except SyntaxError as error:
        return _pointed_at(file, error)
    except (ValueError, RecursionError, MemoryError) as error:  # bytes of zero; nested too deeply
        return f"{file} is not Python yet: {error}"
    return ""


def _pointed_at(file: Path, error: SyntaxError) -> str:
    said = f"{file}:{error.lineno} is not Python yet: {error.msg}" if error.lineno else f"{file}: {error.msg}"
    if not error.text:
        return said
    line = error.text.rstrip()
    shown = line.lstrip()
    column = (error.offset or 1) - 1 - (len(line) - len(shown))
    return f"{said}\n    {shown}\n    {' ' * min(max(column, 0), len(shown))}^"
