"""Keeping results in a file, ``results.json``, and reading them back."""

import json
import os
import tempfile
from pathlib import Path

from attrs import evolve

from parity.errors import ParityError
from parity.results.converting import from_plain, to_plain
from parity.results.layout import lay_out
from parity.results.model import SCHEMA_VERSION, Comparison, Results

FILE = "results.json"
AGAIN = "Run parity again to write a new one."


def save(results: Results, path: str | Path) -> Path:
    """Write results to a file: all of it or, when that fails, nothing.

    The same results always give the same bytes: names in dictionaries and the flat list of comparisons are
    sorted.

    Raises:
        ParityError: the file cannot be written.
    """
    path = Path(path)
    aside = None
    try:
        handle, aside = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(dumps(results))
        Path(aside).chmod(0o644)  # mkstemp makes files that nobody else may read
        return Path(aside).replace(path)
    except OSError as error:
        if aside:
            Path(aside).unlink(missing_ok=True)
        raise ParityError(
            f"Cannot write {path}: {error.strerror or error}.", "Choose another file, or make room there.", 3
        ) from error


def dumps(results: Results) -> str:
    """Return results as the text of ``results.json``."""
    return lay_out(to_plain(evolve(results, comparisons=sorted(results.comparisons, key=place)))) + "\n"


def place(comparison: Comparison) -> tuple[str, str, str, str, str, int]:
    """Return where a comparison belongs in the sorted list."""
    c = comparison
    return c.scenario, c.dtype, c.framework, c.quantity, c.parameter, c.step


def load(path: str | Path) -> Results:
    """Read results from a file, or from the report folder it is in.

    Raises:
        ParityError: there is no such file, or it is not what :func:`save` writes. Every problem is listed.
    """
    path = Path(path)
    path = path / FILE if path.is_dir() else path
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ParityError(f"There is no {path}.", "Give the results.json of a report.") from None
    except OSError as error:
        raise ParityError(f"Cannot read {path}: {error.strerror or error}.") from error
    except UnicodeDecodeError:
        raise ParityError(f"{path} is not a text file.", "Give the results.json of a report.") from None
    return loads(text, str(path))


def loads(text: str, name: str = FILE) -> Results:
    """Read results from the text of a ``results.json``.

    Args:
        text: the whole file.
        name: of the file, for messages.

    Raises:
        ParityError: it is not what :func:`dumps` returns.
    """
    plain = _parse(text, name)
    if not isinstance(plain, dict) or "schema_version" not in plain:
        raise ParityError(
            f"{name} is not a results file: it has no schema_version.", "Give the results.json of a report."
        )
    version = plain["schema_version"]
    if version != SCHEMA_VERSION:
        raise ParityError(
            f"{name} has schema_version {version!r}, but this parity reads {SCHEMA_VERSION}.",
            "Use the parity that wrote it, or run parity again.",
        )
    results, problems = from_plain(plain)
    if results is None:
        raise ParityError([f"{name} is not a results file that parity wrote:", *problems], AGAIN)
    return results


def _parse(text: str, name: str) -> object:
    if not text.strip():
        raise ParityError(f"{name} is empty.", AGAIN)
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            raise ParityError(
                f"{name} ends too early, in line {error.lineno}: it was cut off.", AGAIN
            ) from None
        where = f"line {error.lineno}, column {error.colno}"
        raise ParityError(f"{name} is not JSON: {error.msg} at {where}.", AGAIN) from None
    except (ValueError, RecursionError) as error:
        raise ParityError(f"{name} is not JSON: {error}.", AGAIN) from None


def _refuse(constant: str) -> object:
    raise ValueError(f'{constant} has to be written as a string, "{constant}"')
