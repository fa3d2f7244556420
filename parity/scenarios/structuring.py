"""From the plain tables of a TOML file to the fields of a scenario, strictly and with every mistake named.

No type is guessed: ``"3"`` is no number and ``true`` is not 1. What can be read is read even where
other parts cannot, so that one look at the messages is enough to mend the file.
"""

import math
from collections.abc import Iterator
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, get_args, get_origin

import attrs
from cattrs import BaseValidationError, Converter
from cattrs.cols import list_structure_factory
from cattrs.errors import ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn, make_mapping_structure_fn

from parity.scenarios.limits import Matrix, Vector
from parity.scenarios.model import Scenario
from parity.scenarios.wording import Complaint, Path, one_of, quoted, suggestion

NOT_IN_FILES = "path"  # says where a scenario was read from
KINDS = {
    str: "text",
    int: "a whole number",
    float: "a finite number",
    bool: "true or false",
    Vector: "a list of numbers",
    Matrix: "a list of rows of numbers",
    Vector | Matrix: "a list of numbers or a list of rows of numbers",
    str | float | bool | None: "text, a number, true or false",
}


class UnfitError(ValueError):
    """A value cannot stand where it does."""

    def __init__(self, value: object, kind: Any, more: str = "") -> None:
        super().__init__(f"is {quoted(value)}, but should be {describe(kind)}{more}")


def structure(raw: dict[str, Any]) -> tuple[dict[str, Any], list[Complaint]]:
    """Return the fields of a scenario that are sound, by name, and what is wrong with the others."""
    sound: dict[str, Any] = {}
    complaints: list[Complaint] = []
    known = [own for own in attrs.fields(Scenario) if own.name != NOT_IN_FILES]
    for own in known:
        try:
            sound[own.name] = _structure_field(raw, own)
        except (BaseValidationError, KeyError, UnfitError) as error:
            complaints += _explain(error, (own.name,), own.type)
    names = [own.name for own in known]
    complaints += [_unknown(key, names, ()) for key in raw if key not in names]
    return sound, complaints


def plain(scenario: Scenario) -> dict[str, Any]:
    """Undo :func:`structure`: the tables of a scenario that was made in Python."""
    return attrs.asdict(scenario, filter=lambda own, value: own.name != NOT_IN_FILES and value is not None)


def describe(kind: Any) -> str:
    """Return what a value of a type is called in a message, ``a whole number of at least 1``."""
    if kind in KINDS:
        return KINDS[kind]
    origin, arguments = _origin(kind), get_args(kind)
    if origin is Annotated:
        return f"{describe(arguments[0])} {arguments[1].description}"
    if origin is Literal:
        return one_of(arguments)
    if origin is UnionType:
        return describe(next(argument for argument in arguments if argument is not NoneType))
    if origin is list:
        return "a list of tables" if attrs.has(arguments[0]) else "a list of names"
    return "a table"


def _structure_field(raw: dict[str, Any], own: Any) -> Any:
    if own.name in raw:
        return _converter().structure(raw[own.name], own.type)
    if own.default is attrs.NOTHING:
        raise KeyError(own.name)
    return own.default.factory() if isinstance(own.default, attrs.Factory) else own.default  # type: ignore[arg-type]


def _explain(error: BaseException, path: Path, kind: Any) -> Iterator[Complaint]:
    if isinstance(error, BaseValidationError):
        inside, here = error.group_exceptions()
        for inner, note in inside:
            step = note.name if hasattr(note, "name") else note.index
            yield from _explain(inner, (*path, step), note.type)
        for inner in here:
            yield from _explain(inner, path, error.cl)
    elif isinstance(error, ForbiddenExtraKeysError):
        names = [own.name for own in attrs.fields(error.cl)]
        yield from (_unknown(key, names, path) for key in sorted(error.extra_fields))
    elif isinstance(error, KeyError):
        yield Complaint(path, f"is missing, but should be {describe(kind)}")
    elif isinstance(error, UnfitError):
        yield Complaint(path, str(error))
    else:
        raise error


def _unknown(key: str, names: list[str], path: Path) -> Complaint:
    meant = suggestion(key, names) or f", but should be {one_of(names)}"
    return Complaint((*path, key), f"is unknown here{meant}")


@cache
def _converter() -> Converter:
    """Return a converter whose hooks check first and convert then; the later ones take precedence."""
    converter = Converter(forbid_extra_keys=True)
    for kind in (str, int, float, bool):
        converter.register_structure_hook(kind, _read)
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, kind: value)
    converter.register_structure_hook_func(lambda kind: _origin(kind) is Literal, _read_choice)
    converter.register_structure_hook_factory(lambda kind: _origin(kind) is Annotated, _limited)
    converter.register_structure_hook_factory(lambda kind: _origin(kind) is list, _list)
    converter.register_structure_hook_factory(lambda kind: _origin(kind) is dict, _mapping)
    converter.register_structure_hook_factory(attrs.has, _table)
    converter.register_structure_hook(Vector | Matrix, _read_vector_or_matrix)
    converter.register_structure_hook(str | float | bool | None, _read_claimed)
    return converter


def _read(value: Any, kind: Any) -> Any:
    """Take a value as it is; but a whole number may stand for a number."""
    if kind is float and type(value) is int:
        value = float(value) if abs(value) < 2**1023 else math.inf
    if type(value) is not kind or (kind is float and not math.isfinite(value)):
        raise UnfitError(value, kind)
    return value


def _read_choice(value: Any, kind: Any) -> Any:
    if value not in get_args(kind):
        raise UnfitError(value, kind, suggestion(value, get_args(kind)))
    return value


def _read_vector_or_matrix(value: Any, kind: Any) -> Any:
    if not isinstance(value, list):
        raise UnfitError(value, kind)
    rows = any(isinstance(row, list) for row in value)
    return _converter().structure(value, Matrix if rows else Vector)


def _read_claimed(value: Any, kind: Any) -> Any:
    if not isinstance(value, str | float | bool | int):
        raise UnfitError(value, kind)
    return value


def _origin(kind: Any) -> Any:
    """Return ``get_origin(kind)``, whose stubs do not believe that it may be ``Literal``."""
    return get_origin(kind)


def _limited(kind: Any, converter: Converter) -> Any:
    base, limit = get_args(kind)
    read = converter.get_structure_hook(base)

    def hook(value: Any, _: Any) -> Any:
        try:
            result = read(value, base)
        except UnfitError:
            raise UnfitError(value, kind) from None
        if not limit.allows(result):
            raise UnfitError(value, kind)
        return result

    return hook


def _list(kind: Any, converter: Converter) -> Any:
    return _only(list, list_structure_factory(kind, converter))


def _mapping(kind: Any, converter: Converter) -> Any:
    return _only(dict, make_mapping_structure_fn(kind, converter, val_type=get_args(kind)[1]))


def _table(kind: Any, converter: Converter) -> Any:
    return _only(dict, make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True))


def _only(container: type, structure_inside: Any) -> Any:
    """Let nothing but ``container`` in: cattrs itself would take a text for a list of letters."""

    def hook(value: Any, kind: Any) -> Any:
        if not isinstance(value, container):
            raise UnfitError(value, kind)
        return structure_inside(value, kind)

    return hook
