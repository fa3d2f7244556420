"""Results to and from what JSON can hold, strictly: no field too many or too few, no type guessed."""

import math
from functools import cache
from typing import Any, TypeVar

import attrs
from cattrs import BaseValidationError, Converter, transform_error
from cattrs.errors import ForbiddenExtraKeysError

from parity.results.model import Results, Verdict

T = TypeVar("T")

SHOWN = 12
SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def to_plain(value: Any) -> Any:
    """Return records as dictionaries, lists, strings and finite numbers; keys that are names are sorted."""
    if attrs.has(type(value)):
        return {field.name: to_plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
    if isinstance(value, dict):
        return {str(key): to_plain(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, float):
        return _to_number(float(value))  # NumPy's float64 is a float too, with another repr
    return str(value) if isinstance(value, str) else value


def _to_number(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def from_plain(plain: Any) -> tuple[Results | None, list[str]]:
    """Return results from what :func:`to_plain` made; or None, and what is wrong with it and where."""
    try:
        return _converter().structure(plain, Results), []
    except BaseValidationError as error:
        problems = transform_error(error, format_exception=_describe)
        more = len(problems) - SHOWN
        return None, [_path_first(p) for p in problems[:SHOWN]] + ([f"  and {more} more"] if more > 0 else [])


def structure(plain: Any, kind: type[T]) -> T:
    """Return a record of ``kind`` from what :func:`to_plain` made; anything that does not fit raises."""
    record: T = _converter().structure(plain, kind)
    return record


@cache
def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    for kind in (int, float, bool):
        converter.register_structure_hook(kind, _read)
    converter.register_structure_hook_func(lambda kind: kind is str, _read)  # the other way takes Verdict too
    converter.register_structure_hook_func(lambda kind: kind == list[str], _read_names)
    return converter


def _read(value: Any, kind: type) -> Any:
    """Take a value as it is: cattrs itself would call ``str(5)`` a name and ``int(2.5)`` a step."""
    if kind is float and isinstance(value, str) and value in SPECIAL:
        return SPECIAL[value]
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise TypeError
    return value


def _read_names(value: Any, _: Any) -> list[str]:
    """Take a list of strings: to cattrs, a string is a list of letters."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError
    return value


def _describe(error: BaseException, kind: type | None) -> str:
    name = str(getattr(kind, "__name__", kind)) if "[" not in str(kind) else str(kind)
    if isinstance(error, KeyError):
        return "is missing"
    if isinstance(error, ForbiddenExtraKeysError):
        return f"has unknown fields: {', '.join(sorted(error.extra_fields))}"
    if kind is Verdict:
        return f"is not one of: {', '.join(Verdict)}"
    if isinstance(error, TypeError | ValueError | AttributeError):
        return f"is not a {name}"
    return f"is wrong: {error}"


def _path_first(problem: str) -> str:
    """Turn ``is missing @ $.scenarios[0].name`` around."""
    what, _, path = problem.rpartition(" @ ")
    return f"  {path.removeprefix('$').removeprefix('.') or 'the file'} {what}"
