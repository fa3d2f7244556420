"""Calls of somebody's functions: which value goes into which parameter, found by name first and by trying then."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from attrs import field, frozen

from parity.understanding.roles import Role, roles_of

MOST_PLANS = 40
ASKED = (Role.RATE, Role.EPOCHS, Role.BATCH, Role.INPUTS, Role.TARGETS, Role.PENALTY, Role.MOMENTUM)
"""Roles that are filled even where a parameter has a default."""


@frozen
class Source:
    """Where an argument comes from.

    Attributes:
        kind: ``role`` (a value on the board), ``root`` (a name in the namespace), ``named`` (a value that an earlier
            call returned under this name), ``constant``.
        key: the role, the name, or the value itself.
    """

    kind: str
    key: Any


@frozen
class Plan:
    """How a function is called.

    Attributes:
        function: its name.
        arguments: a source for each parameter that is given one; positional parameters come first, in order.
        loose: names of parameters that can only be given by position.
    """

    function: str
    arguments: Mapping[str, Source] = field(factory=dict)
    loose: tuple[str, ...] = ()

    def uses(self, role: Role) -> bool:
        """Return whether a value of this role is handed over."""
        return any(source.kind == "role" and source.key is role for source in self.arguments.values())


class Board:
    """What is known while somebody's functions are called one after the other: values by role, and by name."""

    def __init__(self, values: Mapping[Role, Any], namespace: Mapping[str, Any]) -> None:
        self.values = dict(values)
        self.named: dict[str, Any] = {}
        self._namespace = namespace

    def value(self, source: Source) -> Any:
        """Return what an argument is.

        Raises:
            LookupError: nobody has said so yet.
        """
        if source.kind == "constant":
            return source.key
        if source.kind == "role":
            return self.values[source.key]
        if source.kind == "named":
            return self.named[source.key]
        return self._namespace[source.key]


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """Return the parameters of a function, without ``self``; of what cannot be inspected, none."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def required(function: Callable[..., Any]) -> list[str]:
    """Return the names of the parameters that have no default."""
    return [
        p.name
        for p in parameters(function)
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    ]


def plans(
    name: str,
    function: Callable[..., Any],
    wanted: Sequence[Role],
    given: Mapping[str, Source],
    fallback: Sequence[Role],
) -> Iterator[Plan]:
    """Yield ways to call a function, most likely first.

    Args:
        name: what the function is called.
        function: the function itself.
        wanted: roles that there are values for.
        given: sources of values that are known by their very name.
        fallback: roles that are tried for required parameters whose name says nothing.
    """
    fixed, options = _sources(function, wanted, given, fallback)
    loose = tuple(p.name for p in parameters(function) if p.kind is p.POSITIONAL_ONLY)
    if not all(options.values()):
        return
    for chosen in islice(_choices(list(options.values())), MOST_PLANS):
        roles = {name: Source("role", role) for name, role in zip(options, chosen, strict=True)}
        yield Plan(name, {**fixed, **roles}, loose)


def _sources(
    function: Callable[..., Any],
    wanted: Sequence[Role],
    given: Mapping[str, Source],
    fallback: Sequence[Role],
) -> tuple[dict[str, Source], dict[str, list[Role | None]]]:
    """Return the parameters whose source is certain, and the roles that each of the others may have."""
    needed = set(required(function))
    fixed: dict[str, Source] = {}
    open_: dict[str, list[Role | None]] = {}
    for parameter in parameters(function):
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        options: list[Role | None] = [role for role in roles_of(parameter.name) if role in wanted]
        source = given.get(parameter.name)
        if source is not None and source.kind == "root" and {Role.INPUTS, Role.TARGETS} & set(options):
            source = None  # the file's own data have the same name
        if source is not None and (parameter.name in needed or not options):
            if parameter.name in needed:
                fixed[parameter.name] = source
            continue
        if parameter.name in needed:
            open_[parameter.name] = [*options, *(role for role in fallback if role not in options)]
        elif options and options[0] in ASKED:
            open_[parameter.name] = [options[0]]
    return fixed, open_


def _choices(options: Sequence[Sequence[Role | None]]) -> Iterator[tuple[Role | None, ...]]:
    """Yield a role for each parameter, none twice; those whose names fit best come first."""
    ranked = sorted(
        islice(product(*(range(len(some)) for some in options)), 5000), key=lambda ranks: (sum(ranks), ranks)
    )
    for ranks in ranked:
        chosen = tuple(options[place][rank] for place, rank in enumerate(ranks))
        if len(set(chosen)) == len(chosen):
            yield chosen


def arguments(plan: Plan, board: Board) -> tuple[list[Any], dict[str, Any]]:
    """Return what is handed over by position and by name."""
    by_name = {name: board.value(source) for name, source in plan.arguments.items()}
    positional = [by_name.pop(name) for name in plan.loose if name in by_name]
    return positional, by_name


def returned_names(function: Callable[..., Any]) -> list[str]:
    """Return the names in ``return a, b, c`` of a function's last return statement, as far as they are names."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return []
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value is not None:
            items = node.value.elts if isinstance(node.value, ast.Tuple | ast.List) else [node.value]
            found = [named(item) for item in items]
    return found


def named(node: ast.expr) -> str:
    """Return the name that an expression has by itself: ``W1``, or ``hidden`` for ``self.hidden``."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
