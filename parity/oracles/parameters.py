"""Parameters and gradients as people keep them: an array, a list of arrays, dicts of dicts of arrays."""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

import numpy as np
from attrs import frozen

from parity.errors import ParityError
from parity.oracles.workspace import Workspace
from scratch.tree import Array

WHOLE = "params"
"""The path of parameters that are one array."""

EPS = float(np.finfo(float).eps)
ROUNDING = {kind: float(np.finfo(kind).eps) for kind in "ef"}
"""Of the number types that are coarser than float64."""

BUFFERS = 6
"""Numbers that a check needs for each entry: value, gradient, how far it moves, a sum, and two for a complex one."""

HINT = "params and grads have the same structure and the same shapes: grads[...] is dloss/dparams[...]."


@frozen(eq=False)
class Tensor:
    """One parameter, and the gradient that somebody claims for it.

    Attributes:
        path: ``dense_1/kernel``; the place in a list is a number, ``0/kernel``.
        value: the parameter in float64, any shape.
        gradient: the claimed gradient in float64, the same shape.
        eps: rounding of the coarser of their two number types.
        scale: typical size of the parameter's entries; 1 where all are zero.
        start: where its entries begin among those of all tensors in a row.
        stop: where they end.
    """

    path: str
    value: Array
    gradient: Array
    eps: float
    scale: float
    start: int
    stop: int


@frozen(eq=False)
class Parameters:
    """All parameters with their gradients.

    Attributes:
        tensors: one by one.
        value: all entries of all parameters in a row, float64, (P,); those of the tensors are views of it.
        gradient: all claimed gradients in a row, float64, (P,).
        workspace: memory for a few more arrays of this size.
    """

    tensors: list[Tensor]
    value: Array
    gradient: Array
    workspace: Workspace


def match(params: Any, grads: Any) -> Parameters:
    """Return every parameter with its gradient.

    The arrays are copies, in memory that is given back with ``.workspace.give_back()``.

    Raises:
        ParityError: with every difference in structure or shape, and everything that is not a number.
    """
    ours, theirs = leaves(params), leaves(grads)
    problems = [f"grads has no {path}" for path in ours if path not in theirs]
    problems += [f"params has no {path}, grads has" for path in theirs if path not in ours]
    if not ours:
        problems.append("params is empty")
    values, gradients = _arrays("params", ours, problems), _arrays("grads", theirs, problems)
    for path, value in values.items():
        if path in gradients and gradients[path].shape != value.shape:
            shapes = f"has shape {gradients[path].shape}, the parameter {value.shape}"
            problems.append(f"{_called('grads', path)} {shapes}")
    found = None if problems else _parameters(values, gradients)
    if found is None or not isfinite(found.value.dot(found.value)):  # which large numbers overflow, too
        for path, value in values.items():
            if not np.isfinite(value).all():
                problems.append(f"{_called('params', path)} holds NaN or infinity")
    if problems or found is None:
        raise ParityError(problems, HINT)
    return found


def leaves(tree: Any) -> dict[str, Any]:
    """Return what stands at the ends of nested dicts, lists and tuples, by its path."""
    found: dict[str, Any] = {}
    _gather(tree, "", found)
    return found


def _gather(tree: Any, path: str, found: dict[str, Any]) -> None:
    if isinstance(tree, np.ndarray) or not isinstance(tree, (dict, list, tuple, Mapping)):
        found[path or WHOLE] = tree
        return
    for key, branch in enumerate(tree) if isinstance(tree, (list, tuple)) else tree.items():
        _gather(branch, f"{path}/{key}" if path else str(key), found)


def rebuild(like: Any, arrays: Iterator[Array]) -> Any:
    """Return a tree of the structure of ``like`` with ``arrays`` at its ends; a number stays a number."""
    if isinstance(like, np.ndarray):
        return next(arrays)
    if isinstance(like, (dict, Mapping)):  # to ask for a dict is quicker
        return {
            key: next(arrays) if isinstance(branch, np.ndarray) else rebuild(branch, arrays)
            for key, branch in like.items()
        }
    if isinstance(like, (list, tuple)):
        branches = [rebuild(branch, arrays) for branch in like]
        if hasattr(like, "_fields"):  # a named tuple takes its fields one by one
            return type(like)(*branches)
        return branches if isinstance(like, list) else tuple(branches)
    return next(arrays)[()]


def _arrays(name: str, tree: Mapping[str, Any], problems: list[str]) -> dict[str, Array]:
    """Return the leaves that are arrays of real numbers, and add the others to ``problems``."""
    arrays = {}
    for path, leaf in tree.items():
        try:
            array = leaf if isinstance(leaf, np.ndarray) else np.asarray(leaf)
        except Exception as error:  # noqa: BLE001 - a foreign object may raise anything
            problems.append(f"{_called(name, path)} is no array: {error}")
            continue
        if array.dtype.kind in "fiu":
            arrays[path] = array
        else:
            problems.append(f"{_called(name, path)} holds {array.dtype.name}, not real numbers")
    return arrays


def _parameters(values: Mapping[str, Array], gradients: Mapping[str, Array]) -> Parameters:
    size = sum(value.size for value in values.values())
    workspace = Workspace(BUFFERS * size)
    row, claimed, tensors, start = workspace.take(size), workspace.take(size), [], 0
    np.concatenate(tuple(values.values()), axis=None, out=row)
    np.concatenate([gradients[path] for path in values], axis=None, out=claimed)
    for path, value in values.items():
        # The truth is computed in float64: a longdouble is not judged more finely than that.
        kinds, shape, stop = (value.dtype.char, gradients[path].dtype.char), value.shape, start + value.size
        eps = EPS if kinds == ("d", "d") else max(ROUNDING.get(kind, EPS) for kind in kinds)
        entries, gradient = row[start:stop], claimed[start:stop]
        scale = (float(entries.dot(entries)) / (value.size or 1)) ** 0.5 or 1.0  # quicker than @
        tensors.append(Tensor(path, entries.reshape(shape), gradient.reshape(shape), eps, scale, start, stop))
        start = stop
    return Parameters(tensors, row, claimed, workspace)


def _called(name: str, path: str) -> str:
    return name if path == WHOLE else f"{name} {path}"
