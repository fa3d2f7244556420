"""Execute what stands before a loop: no training, no printing, and small data for those that are not there."""

import ast
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from typing import Any

import numpy as np

from parity.understanding.calling import parameters
from parity.understanding.loops import counts
from parity.understanding.recipes import Stream
from parity.understanding.roles import Role, likeness, roles_of
from parity.understanding.target import Capped, Refused, guarded

HARMLESS = {"add", "append", "extend", "seed", "compile", "build", "insert", "setdefault", "update"}
PROLOGUE_SECONDS = 2.0
INSTEAD = "__instead__"


def evaluated(default: ast.expr, namespace: dict[str, Any], file: str) -> Any:
    """Return the value of an expression of the user's, or None where it raises."""
    try:
        with guarded():
            return eval(compile(ast.Expression(default), file, "eval"), namespace)  # noqa: S307 - the user's own
    except Refused:
        return None


LAYOUTS = (
    ("rows", "one-hot"),
    ("rows", "column"),
    ("columns", "one-hot"),
    ("columns", "labels"),
    ("rows", "labels"),
)
"""How data are laid that nobody has given: samples, and targets."""


def stand_in(value: Any, layout: int = 0) -> Any:
    """Return what a function's parameter is given: small data for samples and targets."""
    rng = np.random.default_rng(3)
    rows, kind = LAYOUTS[layout]
    if value is Role.INPUTS:
        x = rng.normal(size=(4, 5))  # features, samples and classes are all different in number
        return x if rows == "rows" else x.T.copy()
    if value is Role.TARGETS:
        labels = np.array([0, 2, 1, 0])
        if kind == "labels":
            return labels
        y = np.eye(3)[labels] if kind == "one-hot" else (labels > 0)[:, None].astype(float)
        return y if rows == "rows" else y.T.copy()
    if value is Role.RANDOM:
        return Stream(0)
    if value is Role.UNKNOWN:
        return 5  # most of what has no telling name is a number of units
    return None if isinstance(value, Role) else value


def prepare(statements: Sequence[ast.stmt], namespace: dict[str, Any], file: str, layout: int = 0) -> bool:
    """Execute what stands before a loop, as far as it goes: no training, no printing, no plots.

    Returns:
        Whether data were missing, and small ones were put in their place.
    """
    missing = False
    for node in statements:
        if isinstance(node, ast.Expr) and not _is_harmless(node.value):
            _hoist(node.value, namespace, file)
            continue
        if isinstance(node, ast.Assign | ast.AnnAssign) and _trains(node.value):
            _hoist(node.value, namespace, file)
            continue
        if isinstance(node, ast.While | ast.Return | ast.Assert):
            continue
        if isinstance(node, ast.For) and counts(node.iter):
            continue
        try:
            with guarded(PROLOGUE_SECONDS), redirect_stdout(Capped()):
                exec(compile(ast.Module([node], []), file, "exec"), namespace)  # noqa: S102 - the user's own statement
        except Refused:
            missing = _instead(node, namespace, layout) or missing
    return missing


def _instead(node: ast.stmt, namespace: dict[str, Any], layout: int) -> bool:
    """Put small data in the place of those that a statement would have read from a file that is not there."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    names = [n for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
    found = False
    for name in names:
        roles = roles_of(name.id)
        known = namespace.setdefault(INSTEAD, set())
        if (name.id not in namespace or name.id in known) and (Role.INPUTS in roles or Role.TARGETS in roles):
            known.add(name.id)
            namespace[name.id] = stand_in(Role.TARGETS if Role.TARGETS in roles else Role.INPUTS, layout)
            found = True
    return found


def _hoist(call: ast.expr | None, namespace: dict[str, Any], file: str) -> None:
    """Keep what a call that is not made would have been handed: ``train(Net(...), x, y)`` makes a network.

    It stands in the namespace as ``train(net)``, with the name of the parameter.
    """
    function = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
    if not isinstance(call, ast.Call) or not callable(namespace.get(function)):
        return
    names = [p.name for p in parameters(namespace[function])]
    pairs = [*zip(names, call.args, strict=False), *((k.arg, k.value) for k in call.keywords if k.arg)]
    for name, value in pairs:
        if not isinstance(value, ast.Starred | ast.Name):
            made = evaluated(value, namespace, file)
            if made is not None:
                namespace[f"{function}({name})"] = made


def hoisted(namespace: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of parameters that something was kept for, and where it stands."""
    return {name[name.index("(") + 1 : -1]: name for name in namespace if name.endswith(")") and "(" in name}


def _is_harmless(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        name = getattr(value.func, "attr", getattr(value.func, "id", ""))
        return name in HARMLESS or name.lower().startswith(
            ("init", "set", "reset", "create", "build", "make")
        )
    return False


def _trains(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        name = getattr(value.func, "attr", getattr(value.func, "id", ""))
        return likeness(name, "train") == 0 and name not in ("model", "run", "main", "step", "learn")
    return False
