"""Make objects like the user's own file does: from calls whose arguments are known."""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from parity.understanding.calling import parameters
from parity.understanding.recipes import Recipe
from parity.understanding.roles import Role, roles_of


@frozen
class Template:
    """A call of the class in the user's file: literal arguments, or the value of a module's variable."""

    arguments: dict[str, Any]


def templates(kind: Callable[..., Any], tree: ast.Module, namespace: Mapping[str, Any]) -> list[Template]:
    """Return how the user's own file makes objects of a class, as far as the arguments are constants."""
    names = [p.name for p in parameters(kind)]
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and getattr(node.func, "id", None) == kind.__name__):
            continue
        if any(isinstance(a, ast.Starred) for a in node.args) or len(node.args) > len(names):
            continue
        pairs = [*zip(names, node.args, strict=False), *((k.arg, k.value) for k in node.keywords if k.arg)]
        values: dict[str, Any] = {}
        for name, expression in pairs:
            value = _constant(expression, namespace)
            values[str(name)] = value if value is not NOTHING else _guess(str(name))
        if (
            NOTHING not in values.values()
            if not any(isinstance(v, np.ndarray) for v in values.values())
            else True
        ):
            found.append(Template(values))
    return found[:4]


NOTHING = object()


def _constant(expression: ast.expr, namespace: Mapping[str, Any]) -> Any:
    try:
        return ast.literal_eval(expression)
    except (ValueError, TypeError, SyntaxError):
        pass
    if isinstance(
        expression, ast.Name | ast.Attribute | ast.Subscript | ast.List | ast.Call | ast.BinOp | ast.Lambda
    ):
        try:
            code = compile(ast.Expression(expression), "<argument>", "eval")
            return eval(code, dict(namespace))  # noqa: S307 - the user's own file, in its own process
        except Exception:  # noqa: BLE001 - whatever it needs is not there
            return NOTHING
    return NOTHING


def _guess(name: str) -> Any:
    """Return what an argument that is no constant stands for, by its name."""
    roles = roles_of(name)
    for role in (Role.INPUTS, Role.TARGETS):
        if role in roles:
            return role
    return NOTHING


def like_template(template: Template, sizes: tuple[int, ...]) -> Recipe | None:
    """Return a recipe like a call in the user's file, with sizes of ours."""
    given: dict[str, Any] = {}
    rate, used = "", False
    numbers = [n for n, v in template.arguments.items() if isinstance(v, int) and not isinstance(v, bool)]
    numbers = [n for n in numbers if not {Role.EPOCHS, Role.BATCH, Role.SEED, Role.RATE} & set(roles_of(n))]
    for name, value in template.arguments.items():
        if value is NOTHING:
            return None
        if (own := _sized(name, value, numbers, sizes)) is not None:
            given[name], used = own, True
        elif isinstance(value, np.ndarray):
            given[name] = Role.TARGETS if Role.TARGETS in roles_of(name) else Role.INPUTS
        elif isinstance(value, int) and not isinstance(value, bool) and Role.EPOCHS in roles_of(name):
            given[name] = 1
        else:
            given[name] = value
        if Role.RATE in roles_of(name) and isinstance(value, float | int):
            rate = name
    return Recipe(given, _sizes_of(given, sizes), rate) if used else None


def _sized(name: str, value: Any, numbers: Sequence[str], sizes: tuple[int, ...]) -> Any:
    """Return sizes of ours in the form of an argument that holds the user's, or None where it holds none."""
    if isinstance(value, list | tuple):
        same: Callable[[Sequence[int]], Any] = type(value)
        if len(value) >= 2 and all(isinstance(v, int) for v in value):
            return same(_stretched(sizes, len(value)))
        if len(value) == 1 and isinstance(value[0], int):
            return same(sizes[1:-1] or sizes[:1])
    if name in numbers and len(numbers) >= 2:
        return _stretched(sizes, len(numbers))[numbers.index(name)]
    return None


def _stretched(sizes: tuple[int, ...], count: int) -> list[int]:
    """Return ``count`` sizes, with those of ours at the ends."""
    if count == len(sizes):
        return list(sizes)
    if count < len(sizes):
        return [*sizes[: count - 1], sizes[-1]]
    middle = [6, 7, 8, 9, 10][: count - len(sizes)]
    return [*sizes[:-1], *middle, sizes[-1]]


def _sizes_of(given: Mapping[str, Any], sizes: tuple[int, ...]) -> tuple[int, ...] | None:
    for value in given.values():
        if isinstance(value, list | tuple) and len(value) >= 2 and all(isinstance(v, int) for v in value):
            return tuple(value)
    numbers = [v for v in given.values() if isinstance(v, int) and not isinstance(v, bool) and v in sizes]
    return tuple(numbers) if len(numbers) == len(sizes) else None


def literal(template: Template) -> Recipe | None:
    """Return a recipe exactly like a call in the user's file, data excepted."""
    given = {}
    rate = ""
    for name, value in template.arguments.items():
        if value is NOTHING:
            return None
        array = isinstance(value, np.ndarray) and value.ndim >= 1
        given[name] = (Role.TARGETS if Role.TARGETS in roles_of(name) else Role.INPUTS) if array else value
        if Role.RATE in roles_of(name) and isinstance(value, float | int):
            rate = name
    return Recipe(given, None, rate)
