"""Functions of a file that change weights, but that were not called: what they do is not judged, and that is said."""

import ast
from collections.abc import Collection, Iterator

from parity.understanding.roles import Role, roles_of

Function = ast.FunctionDef | ast.AsyncFunctionDef


def updates(tree: ast.Module, called: Collection[str]) -> list[str]:
    """Return the functions that add something times a learning rate to something, as ``train() (line 12)``.

    Args:
        tree: of the file.
        called: functions that were called: what they call is taken for reached.
    """
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    reached = _reached(functions, called)
    found = []
    for function in functions:
        lines = (getattr(node, "lineno", 0) for node in _own(function) if _is_update(node))
        line = min(lines, default=0)
        if line and function.name not in reached:
            found.append(f"{function.name}() (line {line})")
    return found


def loops(tree: ast.Module, called: Collection[str]) -> list[str]:
    """Return the functions that call one of those again and again, and were not called themselves."""
    found = []
    for function in (node for node in ast.walk(tree) if isinstance(node, Function)):
        if function.name in called:
            continue
        again = [node for node in _own(function) if isinstance(node, ast.For | ast.While)]
        if any(_callee(node) in called for loop in again for node in ast.walk(loop)):
            found.append(f"{function.name}() (line {function.lineno})")
    return found


def _reached(functions: list[Function], called: Collection[str]) -> set[str]:
    """Return the names of functions that are called by those that were called, and by those again."""
    calls = {f.name: {name for node in ast.walk(f) if (name := _callee(node))} for f in functions}
    reached, todo = set(called), list(called)
    while todo:
        for name in calls.get(todo.pop(), set()) - reached:
            reached.add(name)
            todo.append(name)
    return reached


def _callee(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _own(function: Function) -> Iterator[ast.AST]:
    """Yield the nodes of a function, those of functions within it left out."""
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop(0)
        yield node
        if not isinstance(node, Function):
            todo += ast.iter_child_nodes(node)


def _is_update(node: ast.AST) -> bool:
    """Return whether something is ``w -= rate * …`` or ``w - rate * …``, with any sign, wherever it stands."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
        return _has_rate(node.value)
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add | ast.Sub):
        return False
    product = isinstance(node.right, ast.BinOp) and isinstance(node.right.op, ast.Mult | ast.Div)
    return product and not isinstance(node.left, ast.Constant) and _has_rate(node.right)


def _has_rate(expression: ast.expr) -> bool:
    for node in ast.walk(expression):
        name = (
            node.id
            if isinstance(node, ast.Name)
            else node.attr
            if isinstance(node, ast.Attribute)
            else node.value
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            else ""
        )
        if len(name) > 1 and Role.RATE in roles_of(name)[:1]:
            return True
    return False
