"""The variables of a script that may be its data, and how many samples and features they hold."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from parity.understanding.laying import sample_axis
from parity.understanding.roles import Role, role_of, roles_of
from parity.understanding.slots import as_numbers, is_numbers

MOST_CLASSES = 100


def lengths(namespace: Mapping[str, Any]) -> list[int]:
    """Return the lengths of float arrays: one of them is the number of classes."""
    arrays = [v for v in namespace.values() if isinstance(v, np.ndarray) and v.dtype.kind == "f"]
    return sorted({n for a in arrays for n in a.shape if 1 < n <= MOST_CLASSES})


def measured(x: Any, y: Any) -> tuple[int, int, tuple[int, ...]]:
    """Return samples, features, and how many targets there may be."""
    if y is None and not is_numbers(x):
        return len(x), int(np.size(x[0][0])), (int(np.size(x[0][1])),)
    if y is None:
        rows = as_numbers(x)
        return len(rows), rows.shape[1] - 1, (1, len(set(rows[:, -1])))
    samples, wanted = as_numbers(x), as_numbers(y)
    axis = sample_axis(samples, wanted)
    inputs = 1 if samples.ndim == 1 else int(samples.size // samples.shape[axis or 0])
    if wanted.ndim > 1:
        return (
            samples.shape[axis or 0],
            inputs,
            (int(wanted.size // wanted.shape[min(axis or 0, wanted.ndim - 1)]),),
        )
    return samples.shape[axis or 0], inputs, (1, *({len(set(wanted.tolist()))} - {1}))


def names_of(body: Sequence[ast.stmt], namespace: Mapping[str, Any]) -> tuple[list[str], set[str]]:
    """Return the names that statements read, those of the functions they call included, and those they assign."""
    import inspect
    import textwrap

    read: dict[str, None] = {}
    written: set[str] = set()
    queue: list[ast.AST] = list(body)
    seen: set[str] = set()
    while queue:
        tree = queue.pop(0)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Name):
                continue
            if isinstance(node.ctx, ast.Load):
                read.setdefault(node.id)
                value = namespace.get(node.id)
                if node.id not in seen and callable(value) and hasattr(value, "__code__"):
                    seen.add(node.id)
                    try:
                        queue.append(ast.parse(textwrap.dedent(inspect.getsource(value))))
                    except (OSError, TypeError, SyntaxError):
                        continue
            elif tree in body:
                written.add(node.id)
        if tree in body:
            written |= {a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)}
    return list(read), written


def is_batch(value: Any) -> bool:
    """Return whether something may be samples: an array or list of several, or a list of pairs."""
    if isinstance(value, np.ndarray):
        return value.ndim >= 1 and value.dtype.kind in "fiub" and len(value) >= 1
    if isinstance(value, list) and value:
        return is_numbers(value) or all(isinstance(v, tuple | list | np.ndarray) for v in value)
    return False


def pairs_of_data(data: Sequence[str], namespace: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Yield names of samples and targets, those with telling names first; or of one variable with both."""
    inputs = sorted(data, key=lambda n: Role.INPUTS not in roles_of(n) or role_of(n) is Role.TARGETS)
    for x in inputs:
        targets = sorted(data, key=lambda n: Role.TARGETS not in roles_of(n))
        for y in targets:
            if x != y and _size(namespace[x]) & _size(namespace[y]):
                yield x, y
    for both in data:
        if isinstance(namespace[both], list):
            yield both, None


def _size(value: Any) -> set[int]:
    shape = np.shape(value) if not isinstance(value, list) else (len(value), *np.shape(value[0])[:1])
    return set(shape[:2])


def count_names(namespace: Mapping[str, Any], count: int) -> list[str]:
    """Return variables that hold the number of samples."""
    return [
        n
        for n, v in namespace.items()
        if isinstance(v, int)
        and not isinstance(v, bool)
        and v == count
        and (Role.COUNT in roles_of(n) or n.lower() in ("n", "m", "num", "length", "n_data"))
    ]
