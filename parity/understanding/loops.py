"""The loops of a script: what stands before each of them, and one pass of its body."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from parity.understanding.roles import Role, role_of

MOST_LOOPS = 4


@frozen(eq=False)
class Program:
    """Statements that prepare, and the body of a loop that trains.

    Attributes:
        name: in words.
        prologue: what is executed before.
        body: one pass.
        line: where the loop begins.
        given: variables that are set first: what a function's parameters would hold.
    """

    name: str
    prologue: tuple[ast.stmt, ...]
    body: tuple[ast.stmt, ...]
    line: int
    given: Mapping[str, Any]


def programs(tree: ast.Module) -> Iterator[Program]:
    """Yield the loops of the module, of its main block, and of its functions, in this order."""
    top = list(_flattened(tree.body))
    yield from _loops("the loop", top, {})
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield from _loops(f"the loop in {node.name}()", list(_flattened(node.body)), _handed_over(node))


def everything(tree: ast.Module) -> list[ast.stmt]:
    """Return the statements of the module and its main block, and of a function ``main`` without parameters."""
    mains = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "main" and not n.args.args]
    return [*_flattened(tree.body), *(s for node in mains for s in _flattened(node.body))]


def _flattened(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, with those of ``if __name__ == "__main__"``, ``with`` and ``try`` in their place."""
    for node in body:
        if (isinstance(node, ast.If) and _is_main(node.test)) or isinstance(node, ast.Try):
            yield from _flattened(node.body)
        else:
            yield node


def _is_main(test: ast.expr) -> bool:
    return any(isinstance(n, ast.Name) and n.id == "__name__" for n in ast.walk(test))


def _loops(name: str, body: Sequence[ast.stmt], given: Mapping[str, Any]) -> Iterator[Program]:
    count = 0
    for place, node in enumerate(body):
        if isinstance(node, ast.For | ast.While) and count < MOST_LOOPS:
            count += 1
            yield Program(name, tuple(body[:place]), tuple(_one_pass(node)), node.lineno, given)


def _one_pass(loop: ast.For | ast.While) -> list[ast.stmt]:
    """Return statements that run the body of a loop over epochs once, or a loop over data as it is."""
    if isinstance(loop, ast.For) and not counts(loop.iter):
        return [loop]
    zero = ast.Tuple([ast.Constant(0)], ast.Load())
    target = loop.target if isinstance(loop, ast.For) else ast.Name("_", ast.Store())
    once = ast.For(target=target, iter=zero, body=loop.body, orelse=[], lineno=loop.lineno, col_offset=0)
    return [ast.fix_missing_locations(ast.copy_location(once, loop))]


def counts(iterable: ast.expr) -> bool:
    """Return whether a loop counts (epochs) rather than going through data: ``range(n)``, not ``range(len(x))``."""
    if isinstance(iterable, ast.Call):
        name = getattr(iterable.func, "id", getattr(iterable.func, "attr", ""))
        if name in ("tqdm", "trange", "prange") and iterable.args:
            return name == "trange" or counts(iterable.args[0])
        if name in ("range", "xrange"):
            return not any(
                (isinstance(n, ast.Call) and getattr(n.func, "id", "") == "len")
                or isinstance(n, ast.Attribute)
                for a in iterable.args
                for n in ast.walk(a)
            )
        return name == "count"
    return False


def _handed_over(node: ast.FunctionDef) -> dict[str, Any]:
    """Return values for a function's parameters whose names say what they are; defaults are evaluated later."""
    given: dict[str, Any] = {}
    positional = [*node.args.posonlyargs, *node.args.args]
    defaults: dict[str, ast.expr | None] = dict(
        zip([a.arg for a in reversed(positional)], reversed(node.args.defaults), strict=False)
    )
    defaults |= {a.arg: d for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)}
    for argument in [*positional, *node.args.kwonlyargs]:
        role = role_of(argument.arg)
        if role is Role.SWITCH and re.match(r"print|verb|show_?(loss|cost|err)|disp", argument.arg):
            given[argument.arg] = True  # the loss is what there is to see
            continue
        if (default := defaults.get(argument.arg)) is not None and role is not Role.EPOCHS:
            given[argument.arg] = default
            continue
        given[argument.arg] = {
            Role.RATE: 0.5,
            Role.EPOCHS: 1,
            Role.BATCH: 1,
            Role.SIZE_HIDDEN: 5,
            Role.SIZE_IN: 5,
            Role.SIZE_OUT: 3,
            Role.MOMENTUM: 0.0,
            Role.PENALTY: 0.0,
            Role.SEED: 0,
            Role.SWITCH: False,
            Role.SIZES: [3, 5, 1],
        }.get(role, role)
    return given
