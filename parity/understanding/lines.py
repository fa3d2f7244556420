"""What the statements of a file read and assign, spelled so that it can be looked up in a frame."""

import ast
import linecache
import types
from collections.abc import Iterator, Sequence

from attrs import evolve, field, frozen

SIMPLE = (
    ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.UnaryOp, ast.BinOp, ast.Slice, ast.Tuple, ast.Load,
    ast.Store, ast.USub, ast.UAdd, ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.Not,
)  # fmt: skip
"""What can be looked up without calling anything of the user's."""

GROWS = ("append", "insert", "extend", "appendleft", "update", "add")


@frozen
class Way:
    """Something that has a value: ``W2``, ``self.W2``, ``params['W2']``.

    Attributes:
        text: as it is written.
        code: looks it up.
        whole: whether it only holds what is read or assigned: then it counts where it is an array, whose entries are
            not known one by one, but not where it is a dictionary or a list of arrays.
    """

    text: str
    code: types.CodeType = field(eq=False)
    whole: bool = False


@frozen
class Statement:
    """A statement, or the head of a loop or condition.

    Attributes:
        line: its first.
        last: its last.
        reads: what it looks up, the longest ways only.
        assigns: what has a new value after it.
        returns: whether it is a ``return``.
    """

    line: int
    last: int
    reads: tuple[Way, ...]
    assigns: tuple[Way, ...]
    returns: bool = False


def statements(file: str, tree: ast.Module | None = None) -> dict[int, Statement]:
    """Return the innermost statement of each line of a file; none where its text is not known."""
    if tree is None:
        try:
            tree = ast.parse("".join(linecache.getlines(file)))
        except (SyntaxError, ValueError):
            return {}
    found: dict[int, Statement] = {}
    for node in ast.walk(tree):  # outer ones first
        if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef | ast.ClassDef):
            one = _statement(node)
            found |= dict.fromkeys(range(one.line, one.last + 1), one)
    return found


def _statement(node: ast.stmt) -> Statement:
    heads = _heads(node)
    last = node.end_lineno or node.lineno
    if hasattr(node, "body"):
        last = max([node.lineno, *(getattr(head, "end_lineno", None) or node.lineno for head in heads)])
    assigned = list(_assigned(node))
    reads = [w for head in heads for w in _ways(head)]
    # What is changed entry by entry, or on the spot, carries on what it was before.
    reads += [w for target in assigned for w in _before(node, target)]
    stores = [w for target in assigned for w in (_way(target), *_whole(target)) if w is not None]
    return Statement(node.lineno, last, _each(reads), _each(stores), isinstance(node, ast.Return))


def _heads(node: ast.stmt) -> list[ast.AST]:
    """Return the expressions that are evaluated at a statement itself, not in its body."""
    if isinstance(node, ast.For | ast.AsyncFor):
        return [node.iter]
    if isinstance(node, ast.While | ast.If):
        return [node.test]
    if isinstance(node, ast.With | ast.AsyncWith):
        return [item.context_expr for item in node.items]
    if isinstance(node, ast.Try):
        return []
    return [node]


def _assigned(node: ast.stmt) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign):
        targets: Sequence[ast.expr] = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For):
        targets = [node.target]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        function = node.value.func
        own = isinstance(function, ast.Attribute) and function.attr in GROWS
        targets = [function.value] if own and isinstance(function, ast.Attribute) else []
        targets = [*targets, *(k.value for k in node.value.keywords if k.arg == "out")]
    else:
        targets = []
    for target in targets:
        yield from _single(target)


def _single(target: ast.expr) -> Iterator[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        for inner in target.elts:
            yield from _single(inner)
    else:
        yield target.value if isinstance(target, ast.Starred) else target


def _before(node: ast.stmt, target: ast.expr) -> Iterator[Way]:
    if isinstance(node, ast.AugAssign) and (way := _way(target)) is not None:
        yield way
    yield from _whole(target)


def _whole(target: ast.expr) -> Iterator[Way]:
    """Yield what an entry belongs to: ``deltas`` of ``deltas[j]``, and ``W`` of ``W[j][k]``."""
    while isinstance(target, ast.Subscript):
        target = target.value
        if (way := _way(target)) is not None:
            yield evolve(way, whole=True)


def _ways(node: ast.AST) -> Iterator[Way]:
    """Yield the longest ways that are read, those in comprehensions and lambdas too, which have frames of their own."""
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
        if isinstance(node.ctx, ast.Load) and (way := _way(node)) is not None:
            yield way
        if isinstance(node, ast.Subscript):
            yield from _whole(node)
            yield from _ways(node.slice)
            if not _is_simple(node):
                yield from _ways(node.value)
        elif isinstance(node, ast.Attribute) and not _is_simple(node):
            yield from _ways(node.value)
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        for inner in (node.func.value, *node.args, *node.keywords):  # ``delta.sum()`` reads delta
            yield from _ways(inner)
        return
    for inner in ast.iter_child_nodes(node):
        yield from _ways(inner)


def _is_simple(node: ast.AST) -> bool:
    return all(isinstance(inner, SIMPLE) for inner in ast.walk(node))


def _way(node: ast.expr) -> Way | None:
    if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript) or not _is_simple(node):
        return None
    text = ast.unparse(node)
    try:
        return Way(text, compile(text, "<looked up>", "eval"))
    except (SyntaxError, ValueError):
        return None


def _each(ways: Sequence[Way]) -> tuple[Way, ...]:
    found: dict[str, Way] = {}
    for way in ways:
        if way.text not in found or found[way.text].whole:
            found[way.text] = way
    return tuple(found.values())
