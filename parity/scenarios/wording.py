"""How messages about scenarios are worded: where something is, what it is, what may have been meant."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from attrs import frozen

Path = tuple[str | int, ...]


@frozen
class Complaint:
    """Something is wrong at a place in a scenario.

    Attributes:
        path: where, ``("layers", 1, "units")``.
        text: what, so that it continues the last name of the path: "is 0, but should be …".
    """

    path: Path
    text: str

    def within(self, file: object = None) -> str:
        """Return ``units is 0, but … [my.toml: layers[1].units]``; without a file only the place in it."""
        last = max(i for i, step in enumerate(self.path) if isinstance(step, str))
        where = f"{file}: {place(self.path)}" if file else place(self.path)
        return f"{place(self.path[last:])} {self.text} [{where}]"


def place(path: Path) -> str:
    """Return a path the way TOML writes it, ``layers[1].units``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            bare = re.fullmatch(r"[A-Za-z0-9_-]+", step)
            text += ("." if text else "") + (step if bare else f'"{step}"')
    return text


def quoted(value: object) -> str:
    """Return a value as TOML writes it; containers and long texts are shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "empty"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def one_of(options: Iterable[str]) -> str:
    """Return ``one of a, b or c``."""
    *most, last = options
    return f"one of {', '.join(most)} or {last}" if most else last


def suggestion(given: object, options: Iterable[str]) -> str:
    """Return ``; did you mean xor?`` where one of the options is close to what was given, else nothing."""
    close = get_close_matches(str(given), list(options), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def plural(count: int, noun: str) -> str:
    """Return ``1 row`` or ``2 rows``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
