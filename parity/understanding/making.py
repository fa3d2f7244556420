"""Make an object of somebody's class: which constructor argument is a size, a rate, the data.

Names say it first. Where they do not, calls of the class in the user's own file do, and then trying.
"""

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from parity.understanding.calling import parameters
from parity.understanding.recipes import Recipe, Stream
from parity.understanding.roles import Role, role_of, roles_of
from parity.understanding.templates import like_template, literal, templates

MOST = 30
WIDE = ((3, 5, 4), (3, 5, 6, 4), (3, 5, 2), (3, 5, 1), (3, 4))
"""Sizes that can see: three kinds of features, no square kernel, more than one output where that is possible."""
SIZES = (Role.SIZES, Role.HIDDEN_SIZES, Role.SIZE_IN, Role.SIZE_HIDDEN, Role.SIZE_OUT)
DATA = {Role.INPUTS, Role.TARGETS}
GIVEN: tuple[tuple[Role, Any], ...] = (
    (Role.BATCH, 1000),
    (Role.SEED, 0),
    (Role.MOMENTUM, 0.0),
    (Role.PENALTY, 0.0),
    (Role.TARGETS, Role.TARGETS),
    (Role.INPUTS, Role.INPUTS),
    (Role.SWITCH, False),
)
"""What parameters are given whose names say what they are; the first that fits."""


def recipes_of(
    kind: Callable[..., Any], tree: ast.Module, namespace: Mapping[str, Any], sizes: Sequence[int] | None
) -> list[Recipe]:
    """Return ways to call a class, or a function that makes parameters, most promising first."""
    found: list[Recipe] = []
    wanted = [tuple(sizes)] if sizes else list(WIDE)
    for template in templates(kind, tree, namespace):
        found += [r for some in wanted if (r := like_template(template, some)) is not None]
    for some in wanted:
        found += _by_name(kind, some)
        found += _in_order(kind, some)
    found += [r for t in templates(kind, tree, namespace) if (r := literal(t)) is not None]
    return found[:MOST]


def _in_order(kind: Callable[..., Any], sizes: tuple[int, ...]) -> Iterator[Recipe]:
    """Yield recipes that hand sizes over in their order, whatever the parameters are called."""
    some = parameters(kind)
    if any(p.kind is p.VAR_POSITIONAL for p in some):
        yield Recipe({}, sizes, "", sizes)
    needed = [p.name for p in some if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    if len(needed) == len(sizes) > 1:
        yield Recipe(dict(zip(needed, sizes, strict=True)), sizes)


def _by_name(kind: Callable[..., Any], sizes: tuple[int, ...]) -> Iterator[Recipe]:
    """Yield recipes whose arguments follow from the names of the parameters."""
    given: dict[str, Any] = {}
    unknown: list[str] = []
    rate, used_sizes = "", False
    some = parameters(kind)
    described = any(role_of(p.name) in SIZES for p in some)
    taken = _sizes_elsewhere(some)
    hidden = list(sizes[1:-1])
    for p in some:
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            continue
        needed = p.default is p.empty
        roles = roles_of(p.name)
        size_role = _size_role(p, roles, taken)
        if size_role is not None and (described or needed):
            taken.add(size_role)
            given[p.name], used_sizes = _size(size_role, sizes, hidden, p.name), True
        elif Role.RATE in roles and (needed or isinstance(p.default, float | int)):
            rate = p.name
            given |= {p.name: 0.5} if needed else {}
        elif Role.EPOCHS in roles and (needed or isinstance(p.default, int)):
            given[p.name] = 1
        elif needed and (value := _usual(roles)) is not None:
            given[p.name] = value
        elif needed:
            unknown.append(p.name)
    if not unknown:
        yield Recipe(given, sizes if used_sizes else None, rate)
        return
    yield from islice(_guessed(given, unknown, sizes, rate, used_sizes), 6)


def _sizes_elsewhere(some: Sequence[inspect.Parameter]) -> set[Role]:
    """Return the sizes that a parameter stands for which cannot be data: others of that name then are the data."""
    return {
        r
        for r in (Role.SIZE_IN, Role.SIZE_OUT)
        if sum(r in roles_of(p.name) for p in some) > 1
        and any(r in roles_of(p.name) and not DATA & set(roles_of(p.name)) for p in some)
    }


def _size_role(p: inspect.Parameter, roles: Sequence[Role], taken: set[Role]) -> Role | None:
    """Return which size a parameter is, or None."""
    role = next((r for r in roles if r in SIZES), None)
    if role in taken and DATA & set(roles):
        return None
    if p.default is not p.empty and not _is_size(p.default):
        return None
    return role


def _usual(roles: Sequence[Role]) -> Any:
    """Return what a parameter is given that has no default and is no size, or None where nothing is known."""
    for role, value in GIVEN:
        if role in roles:
            return value
    return Stream(0) if Role.RANDOM in roles else None


def _guessed(
    given: Mapping[str, Any], unknown: Sequence[str], sizes: tuple[int, ...], rate: str, used: bool
) -> Iterator[Recipe]:
    """Yield recipes for parameters whose names say nothing."""
    if used:  # what is left are widths between the sizes that are placed, or other numbers
        widths = [5, 6, 7, 8, 9][: len(unknown)]
        if len(widths) == len(unknown):
            ours = (sizes[0], *widths, sizes[-1])
            yield Recipe({**given, **dict(zip(unknown, widths, strict=True))}, ours, rate)
        for number in (0.5, 1, 0):
            yield Recipe({**given, **dict.fromkeys(unknown, number)}, sizes, rate)
    count = len(unknown)
    texts = [n for n in unknown if role_of(n) in (Role.ACTIVATION, Role.LOSS)]
    if texts and len(texts) == count:
        for text in ("sigmoid", "tanh", "relu"):
            yield Recipe({**given, **dict.fromkeys(texts, text)}, sizes if used else None, rate)
        return
    if count == 1:
        yield Recipe({**given, unknown[0]: list(sizes)}, sizes, rate)
        yield Recipe({**given, unknown[0]: Role.INPUTS}, None, rate)
    if count == 2:
        yield Recipe({**given, unknown[0]: list(sizes), unknown[1]: 0.5}, sizes, unknown[1])
        yield Recipe({**given, unknown[0]: Role.INPUTS, unknown[1]: Role.TARGETS}, None, rate)
    if count == len(sizes):
        yield Recipe({**given, **dict(zip(unknown, sizes, strict=True))}, sizes, rate)
    if count == len(sizes) + 1:
        yield Recipe({**given, **dict(zip(unknown, (*sizes, 0.5), strict=True))}, sizes, unknown[-1])


def _is_size(default: Any) -> bool:
    return isinstance(default, int | list | tuple) and not isinstance(default, bool)


def _size(role: Role, sizes: tuple[int, ...], hidden: list[int], name: str) -> Any:
    if role is Role.SIZES:
        return list(sizes)
    if role is Role.HIDDEN_SIZES:
        return list(sizes[1:-1])
    if role is Role.SIZE_IN:
        return sizes[0]
    if role is Role.SIZE_OUT:
        return sizes[-1]
    if len(hidden) > 1 and not name[-1:].isdigit():
        return hidden[0]
    return hidden.pop(0) if len(hidden) > 1 else (hidden[0] if hidden else sizes[0])


CHOICES = (
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "logistic",
    "linear",
    "identity",
    "softmax",
    "Sigmoid",
    "Tanh",
    "ReLU",
    "Relu",
    "leakyrelu",
    "lrelu",
    "hyperbolic",
)
USUAL = ("sigmoid", "tanh", "relu")


def options(kind: type, recipe: Recipe) -> Iterator[tuple[str, str]]:
    """Yield the constructor's parameters that choose an activation, and every other choice that its source names."""
    try:
        source = inspect.getsource(inspect.getmodule(kind) or kind)
    except (OSError, TypeError):
        source = ""
    named = [c for c in CHOICES if f"'{c}'" in source or f'"{c}"' in source]
    for p in parameters(kind):
        chosen = recipe.arguments.get(p.name, p.default)
        if isinstance(chosen, str) and chosen in CHOICES:
            # Where only one is named, the others are what is left in an else.
            others = named if len(named) > 1 else [*named, *USUAL]
            yield from ((p.name, other) for other in dict.fromkeys(others) if other != chosen)
