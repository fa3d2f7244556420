"""Networks made of functions: where the parameters come from that the functions are handed."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from typing import Any

from attrs import frozen

from parity.understanding.calling import Board, Source, parameters, required, returned_names
from parity.understanding.leaves import leaves
from parity.understanding.making import recipes_of
from parity.understanding.preparing import hoisted
from parity.understanding.recipes import Recipe
from parity.understanding.roles import Role, likeness, role_of, roles_of
from parity.understanding.target import Capped, Refused, Target, guarded, is_data, sample_data, user_functions

INITIAL = re.compile(
    r"init\w*|\w*init(ial\w*)?|create\w*|make\w*|build\w*|random\w*|new\w*|setup\w*|inicializar\w*|get_(params|weights)\w*",
    re.IGNORECASE,
)
CARRIER = "parameters of the network"
QUICK = 0.3
"""Seconds in which parameters are made by a function that does nothing else."""


@frozen(eq=False)
class Home:
    """A module whose functions know where the parameters are.

    Attributes:
        target: the module.
        known: names of parameters that are found in the namespace.
        sizes: I … O, where we have chosen them.
    """

    target: Target
    known: Mapping[str, Source]
    sizes: tuple[int, ...] | None


def homes(namespace: dict[str, Any], origin: str, sizes: Sequence[int] | None, source: Any) -> Iterator[Home]:
    """Yield the module with parameters made by one of its functions."""
    functions = user_functions(namespace, origin)
    initial = [n for n in functions if INITIAL.fullmatch(n) and not _trains(functions[n])]
    for name in sorted(initial, key=len):
        for recipe in recipes_of(functions[name], source, namespace, sizes or None):
            home = _made_by(name, functions, recipe, namespace)
            if home is not None:
                yield home


def variables(namespace: dict[str, Any], origin: str, more: Sequence[str] = ()) -> Home:
    """Return the module with the parameters that stand in its variables now."""
    known = {n: Source("root", n) for n, v in namespace.items() if is_data(v) and "(" not in n}
    known |= {n: Source("root", where) for n, where in hoisted(namespace).items() if n not in known}
    names = (*more, *user_functions(namespace, origin))
    kept = {n: namespace[n] for n in more if n in namespace}
    return Home(Target("functions", namespace, None, None, names, kept), known, None)


def _trains(function: Callable[..., Any]) -> bool:
    """Return whether a function that is called like one that begins does the whole training."""
    return any(role_of(p.name) in (Role.EPOCHS, Role.RATE) for p in parameters(function))


def _made_by(
    name: str, functions: Mapping[str, Callable[..., Any]], recipe: Recipe, namespace: dict[str, Any]
) -> Home | None:
    """Return the module with the parameters that a function makes, or None if it makes none."""
    function, names = functions[name], returned_names(functions[name])

    def extras() -> dict[str, Any]:
        made = recipe.maker(function)(Board(sample_data(), namespace))
        if made is None:
            return {}
        if isinstance(made, tuple):
            called = (
                names if len(made) == len(names) and all(names) else _taken_in_order(functions, len(made))
            )
            if called:
                return dict(zip(called, made, strict=True))
        return {CARRIER: made}

    try:
        with guarded(QUICK), redirect_stdout(Capped()):
            made = extras()
    except Refused:
        return None
    if made and not _is_data(made.values()):
        return None
    kept = [n for n in made if n != CARRIER] if made else [n for n, v in namespace.items() if is_data(v)]
    known = {n: Source("root", n) for n in kept}
    if CARRIER in made:
        known |= {n: Source("root", CARRIER) for n in _carriers(functions, names)}

    def again(*_: Any, **__: Any) -> Any:
        """Return the parameters that are there, to who would make new ones."""
        if CARRIER in made:
            return namespace[CARRIER]
        return tuple(namespace[n] for n in made) if made else None

    others = tuple(n for n in functions if n != name)
    target = Target(f"functions, parameters from {name}()", namespace, None, extras, others, {name: again})
    return Home(target, known, recipe.sizes)


def _is_data(made: Iterable[Any]) -> bool:
    """Return whether something that was made may be parameters: has numbers, or is something to keep them in."""
    values = list(made)
    numbers = any(array.dtype.kind == "f" for value in values for _, array in leaves(value))
    return numbers or any(is_data(value) for value in values)


def _taken_in_order(functions: Mapping[str, Callable[..., Any]], count: int) -> list[str]:
    """Return the names under which a forward pass takes so many parameters, beside samples, in their order."""
    for name in sorted(functions, key=lambda n: likeness(n, "forward")):
        others = [n for n in required(functions[name]) if not {Role.INPUTS, Role.TARGETS} & set(roles_of(n))]
        if len(others) == count:
            return others
    return []


def _carriers(functions: Mapping[str, Callable[..., Any]], names: Sequence[str]) -> list[str]:
    """Return the names under which functions take all parameters at once."""
    found = {p.name for f in functions.values() for p in parameters(f) if Role.PARAMS in roles_of(p.name)}
    return [*found, *(n for n in names if n)]
