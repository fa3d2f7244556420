"""Which statements of a program only define something, and which do something: train, plot, read, print.

Only the former run when a program is loaded. What a name stands for is looked up in the program's namespace as it is
then, so that ``rng.normal(...)`` is known to draw numbers, and ``net.fit(...)`` to be the program's own.
"""

import ast
import builtins
import functools
import os
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np

SAFE_MODULES = frozenset(
    ("abc", "cmath", "collections", "copy", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools",
     "itertools", "logging", "math", "ntpath", "numbers", "numpy", "operator", "pathlib", "posixpath", "random", "re",
     "scipy", "statistics", "string", "time", "types", "typing", "typing_extensions", "warnings")
)  # fmt: skip
"""Modules whose functions compute, draw or set up something, and are done soon."""

SAFE_BUILTINS = frozenset(
    ("abs", "all", "any", "ascii", "bin", "bool", "bytearray", "bytes", "callable", "chr", "complex", "dict", "divmod",
     "enumerate", "filter", "float", "format", "frozenset", "getattr", "hasattr", "hash", "hex", "id", "int",
     "isinstance", "issubclass", "iter", "len", "list", "map", "max", "min", "next", "object", "oct", "ord", "pow",
     "property", "range", "repr", "reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple", "type", "zip",
     "classmethod", "staticmethod", "super", "vars")
)  # fmt: skip

DOING = frozenset(
    ("load", "loadtxt", "genfromtxt", "fromfile", "fromregex", "memmap", "save", "savez", "savez_compressed", "savetxt",
     "tofile", "dump", "open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "rmdir",
     "rename", "replace_file", "touch", "iterdir", "glob", "rglob", "sleep", "test", "show_config", "system")
)  # fmt: skip
"""Functions and methods that wait, read or write, whatever they belong to."""

DATA = (
    bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range, slice,
    np.ndarray, np.generic, np.dtype, np.random.Generator, np.random.RandomState, type(os.environ),
)  # fmt: skip

LITERALS = (
    ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.JoinedStr, ast.BinOp, ast.UnaryOp, ast.Compare,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip

_SOME_DATA, _UNKNOWN = 0, object()


class Definitions:
    """Tells definitions from doings, in one namespace."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace

    def defines(self, statement: ast.stmt, nested: bool = False) -> bool:
        """Whether a statement only defines something.

        Args:
            statement: of a module's level.
            nested: whether names that are not there yet may be defined by the time it runs: it stands in a block.
        """
        match statement:
            case (
                ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom()
            ):
                return True
            case ast.Pass() | ast.Delete():
                return True
            case ast.Expr(value=ast.Call() as call):
                return self._computes(call, nested)
            case ast.Assign(targets=targets, value=value):
                return self._computes(value, nested) and all(
                    self._assigns(target, nested) for target in targets
                )
            case ast.AugAssign(target=target, value=value):
                return self._computes(value, nested) and self._assigns(target, nested)
            case ast.AnnAssign(target=target, value=value):
                return (value is None or self._computes(value, nested)) and self._assigns(target, nested)
            case ast.If(test=test) if not any(is_name(node, "__name__") for node in ast.walk(test)):
                return self._computes(test, nested) and self._all(statement.body, statement.orelse)
            case ast.Try():
                caught = [line for handler in statement.handlers for line in handler.body]
                return self._all(statement.body, caught, statement.orelse, statement.finalbody)
        return hasattr(ast, "TypeAlias") and isinstance(statement, ast.TypeAlias)

    def _all(self, *blocks: list[ast.stmt]) -> bool:
        return all(self.defines(statement, nested=True) for block in blocks for statement in block)

    def _assigns(self, target: ast.expr, nested: bool) -> bool:
        if isinstance(target, ast.Attribute) and isinstance(self._object(target.value), ModuleType):
            return False
        return self._computes(target, nested)

    def _computes(self, expression: ast.expr, nested: bool) -> bool:
        for node in _evaluated(expression):
            if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom):
                return False
            if isinstance(node, ast.Call) and not self._may_call(node.func, nested):
                return False
        return True

    def _may_call(self, function: ast.expr, nested: bool) -> bool:
        if isinstance(function, ast.Name):
            found = self._lookup(function.id)
            return nested if found is _UNKNOWN else is_safe(found)
        if not isinstance(function, ast.Attribute) or function.attr in DOING:
            return False
        owner = self._object(function.value)
        if owner is _UNKNOWN:
            root = _root(function)
            return nested and isinstance(root, ast.Name) and self._lookup(root.id) is _UNKNOWN
        if isinstance(owner, ModuleType):
            return _top(owner.__name__) in SAFE_MODULES or is_safe(getattr(owner, function.attr, None))
        return isinstance(owner, DATA) or _top(_module_of(owner)) in SAFE_MODULES or owner in DATA

    def _object(self, expression: ast.expr) -> Any:
        """Return what an expression stands for, without computing anything; ``_UNKNOWN`` where that takes more."""
        if isinstance(expression, LITERALS):
            return _SOME_DATA
        if isinstance(expression, ast.Name):
            return self._lookup(expression.id)
        if isinstance(expression, ast.Call):  # it has been judged, or will be: what may be called gives data
            return _SOME_DATA if self._may_call(expression.func, False) else _UNKNOWN
        if isinstance(expression, ast.Subscript):
            return _SOME_DATA if isinstance(self._object(expression.value), DATA) else _UNKNOWN
        if isinstance(expression, ast.Attribute):
            owner = self._object(expression.value)
            if isinstance(owner, ModuleType):
                return getattr(owner, expression.attr, _UNKNOWN)
            return _SOME_DATA if isinstance(owner, DATA) else _UNKNOWN
        return _UNKNOWN

    def _lookup(self, name: str) -> Any:
        return self._namespace.get(name, getattr(builtins, name, _UNKNOWN))


def is_name(node: ast.AST, name: str) -> bool:
    """Whether a node of a tree is this very name."""
    return isinstance(node, ast.Name) and node.id == name


def is_safe(function: Any) -> bool:
    """Whether a function or class is one of Python's or NumPy's that computes, draws or sets up something."""
    if isinstance(function, np.vectorize | functools.partial) or not callable(function):
        return False
    name = str(getattr(function, "__name__", ""))
    if getattr(builtins, name, None) is function:
        return name in SAFE_BUILTINS
    return name not in DOING and _top(_module_of(function)) in SAFE_MODULES


def _module_of(thing: Any) -> str:
    """Return the name of the module that a function, class or object is from."""
    own = thing.__dict__.get("__module__") if isinstance(thing, type) else getattr(thing, "__module__", None)
    if not isinstance(own, str):
        bound = getattr(thing, "__self__", None)
        own = type(thing if bound is None or isinstance(bound, ModuleType) else bound).__module__
    return own


def _top(name: str) -> str:
    return name.partition(".")[0]


def _root(expression: ast.expr) -> ast.expr:
    while isinstance(expression, ast.Attribute | ast.Subscript):
        expression = expression.value
    return expression


def _evaluated(expression: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that are computed with an expression: the body of a lambda is not."""
    yield expression
    if not isinstance(expression, ast.Lambda):
        for child in ast.iter_child_nodes(expression):
            yield from _evaluated(child)
