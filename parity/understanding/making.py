"""Make an object of somebody's class: which constructor argument is a size, a rate, the data.

Names say it first. Where they do not, calls of the class in the user's own file do, and then trying.
"""

import ast
import copy
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from attrs import frozen

from parity.understanding.calling import Board, parameters
from parity.understanding.roles import Role, role_of, roles_of

MOST = 30
WIDE = ((3, 5, 4), (3, 5, 6, 4), (3, 5, 2), (3, 5, 1), (3, 4))
"""Sizes that can see: three kinds of features, no square kernel, more than one output where that is possible."""

SIZES = (Role.SIZES, Role.HIDDEN_SIZES, Role.SIZE_IN, Role.SIZE_HIDDEN, Role.SIZE_OUT)


@frozen(eq=False)
class Recipe:
    """How an object is made.

    Attributes:
        arguments: what is handed over by name; a role stands for what is on the board.
        sizes: of the layers, where we have chosen them.
        rate: the argument that is the learning rate, or nothing.
        positional: what is handed over by position, to a function that takes any number.
    """

    arguments: Mapping[str, Any]
    sizes: tuple[int, ...] | None
    rate: str = ""
    positional: tuple[Any, ...] = ()

    def maker(
        self, kind: Callable[..., Any], changes: Mapping[str, Any] | None = None
    ) -> Callable[[Board], Any]:
        """Return a function that makes the object."""
        given = {**self.arguments, **(changes or {})}

        def make(board: Board) -> Any:
            values = {
                name: board.values.get(value) if isinstance(value, Role) else _copy(value)
                for name, value in given.items()
            }
            return kind(*self.positional, **values)

        return make

    @property
    def holds_data(self) -> bool:
        """Whether samples are handed over when the object is made."""
        return Role.INPUTS in self.arguments.values()


class Stream(np.random.RandomState):
    """A random stream that also does what those of the newer kind do."""

    integers = np.random.RandomState.randint


def _copy(value: Any) -> Any:
    return copy.deepcopy(value) if isinstance(value, list | np.random.RandomState) else value


def recipes_of(
    kind: Callable[..., Any], tree: ast.Module, namespace: Mapping[str, Any], sizes: Sequence[int] | None
) -> list[Recipe]:
    """Return ways to call a class, or a function that makes parameters, most promising first."""
    found: list[Recipe] = []
    wanted = [tuple(sizes)] if sizes else list(WIDE)
    for template in _templates(kind, tree, namespace):
        found += [r for some in wanted if (r := _like_template(kind, template, some)) is not None]
    for some in wanted:
        found += _by_name(kind, some)
        found += _in_order(kind, some)
    found += [r for t in _templates(kind, tree, namespace) if (r := _literal(kind, t)) is not None]
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
    rate = ""
    some = parameters(kind)
    described = [p for p in some if role_of(p.name) in SIZES]
    used_sizes = False
    taken: set[Role] = {r for r in (Role.SIZE_IN, Role.SIZE_OUT) if sum(r in roles_of(p.name) for p in some) > 1 and any(
        r in roles_of(p.name) and not {Role.INPUTS, Role.TARGETS} & set(roles_of(p.name)) for p in some)}
    hidden = list(sizes[1:-1])
    for p in some:
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            continue
        needed = p.default is p.empty
        roles = roles_of(p.name)
        value: Any = None
        size_role = next((r for r in roles if r in SIZES), None)
        if size_role in taken and {Role.INPUTS, Role.TARGETS} & set(roles):
            size_role = None
        if p.default is not p.empty and not _is_size(p.default) and size_role is not None:
            size_role = None
        if size_role is not None and (described or needed):
            taken.add(size_role)
            value, used_sizes = _size(size_role, sizes, hidden, p.name), True
        elif Role.RATE in roles and (needed or isinstance(p.default, float | int)):
            value, rate = (0.5 if needed else None), p.name
        elif Role.EPOCHS in roles and (needed or isinstance(p.default, int)):
            value = 1
        elif not needed:
            continue
        elif Role.BATCH in roles:
            value = 1000
        elif Role.SEED in roles:
            value = 0
        elif Role.MOMENTUM in roles or Role.PENALTY in roles:
            value = 0.0
        elif Role.INPUTS in roles and Role.TARGETS not in roles:
            value = Role.INPUTS
        elif Role.TARGETS in roles:
            value = Role.TARGETS
        elif Role.SWITCH in roles:
            value = False
        elif Role.RANDOM in roles:
            value = Stream(0)
        else:
            unknown.append(p.name)
            continue
        if value is not None:
            given[p.name] = value
    if not unknown:
        yield Recipe(given, sizes if used_sizes else None, rate)
        return
    yield from islice(_guessed(given, unknown, sizes, rate, used_sizes), 6)


def _guessed(
    given: Mapping[str, Any], unknown: Sequence[str], sizes: tuple[int, ...], rate: str, used: bool
) -> Iterator[Recipe]:
    """Yield recipes for parameters whose names say nothing."""
    if used:  # sizes are placed already: what is left is a number
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


CHOICES = ("sigmoid", "tanh", "relu", "leaky_relu", "logistic", "linear", "identity", "softmax", "Sigmoid", "Tanh", "ReLU", "Relu", "leakyrelu", "lrelu", "hyperbolic")


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


@frozen
class _Template:
    """A call of the class in the user's file: literal arguments, or the value of a module's variable."""

    arguments: dict[str, Any]


def _templates(kind: Callable[..., Any], tree: ast.Module, namespace: Mapping[str, Any]) -> list[_Template]:
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
            values[str(name)] = value if value is not _NOTHING else _guess(str(name))
        if (
            _NOTHING not in values.values()
            if not any(isinstance(v, np.ndarray) for v in values.values())
            else True
        ):
            found.append(_Template(values))
    return found[:4]


_NOTHING = object()


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
            return _NOTHING
    return _NOTHING


def _guess(name: str) -> Any:
    """Return what an argument that is no constant stands for, by its name."""
    roles = roles_of(name)
    for role in (Role.INPUTS, Role.TARGETS):
        if role in roles:
            return role
    return _NOTHING


def _like_template(kind: Callable[..., Any], template: _Template, sizes: tuple[int, ...]) -> Recipe | None:
    """Return a recipe like a call in the user's file, with sizes of ours."""
    given: dict[str, Any] = {}
    rate, used = "", False
    numbers = [n for n, v in template.arguments.items() if isinstance(v, int) and not isinstance(v, bool)]
    numbers = [n for n in numbers if not {Role.EPOCHS, Role.BATCH, Role.SEED, Role.RATE} & set(roles_of(n))]
    for name, value in template.arguments.items():
        if value is _NOTHING:
            return None
        if isinstance(value, Role):
            given[name] = value
        elif isinstance(value, list | tuple) and len(value) >= 2 and all(isinstance(v, int) for v in value):
            given[name] = type(value)(_stretched(sizes, len(value)))
            used = True
        elif isinstance(value, list | tuple) and len(value) == 1 and isinstance(value[0], int):
            given[name] = type(value)(sizes[1:-1] or sizes[:1])
            used = True
        elif name in numbers and len(numbers) >= 2:
            place = numbers.index(name)
            given[name] = _stretched(sizes, len(numbers))[place]
            used = True
        elif isinstance(value, np.ndarray):
            given[name] = Role.TARGETS if Role.TARGETS in roles_of(name) else Role.INPUTS
        elif isinstance(value, int) and not isinstance(value, bool) and Role.EPOCHS in roles_of(name):
            given[name] = 1
        else:
            given[name] = value
        if Role.RATE in roles_of(name) and isinstance(value, float | int):
            rate = name
    if not used:
        return None
    return Recipe(given, None if not used else _sizes_of(given, sizes), rate)


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


def _literal(kind: Callable[..., Any], template: _Template) -> Recipe | None:
    """Return a recipe exactly like a call in the user's file, data excepted."""
    given = {}
    rate = ""
    for name, value in template.arguments.items():
        if value is _NOTHING:
            return None
        array = isinstance(value, np.ndarray) and value.ndim >= 1
        given[name] = (Role.TARGETS if Role.TARGETS in roles_of(name) else Role.INPUTS) if array else value
        if Role.RATE in roles_of(name) and isinstance(value, float | int):
            rate = name
    return Recipe(given, None, rate)
