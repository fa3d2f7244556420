"""Parameters and gradients as people keep them: an array, a list of arrays, dicts of dicts of arrays."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from attrs import frozen

from parity.errors import ParityError
from scratch.tree import Array

WHOLE = "params"
"""The path of parameters that are one array."""

EPS = float(np.finfo(float).eps)
ROUNDING = {kind: float(np.finfo(kind).eps) for kind in "ef"}
"""Of the number types that are coarser than float64."""

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
    """

    path: str
    value: Array
    gradient: Array
    eps: float
    scale: float


def match(params: Any, grads: Any) -> list[Tensor]:
    """Return every parameter with its gradient.

    Raises:
        ParityError: with every difference in structure or shape, and everything that is not a number.
    """
    ours, theirs = dict(leaves(params)), dict(leaves(grads))
    problems = [f"grads has no {path}" for path in ours if path not in theirs]
    problems += [f"params has no {path}, grads has" for path in theirs if path not in ours]
    if not ours:
        problems.append("params is empty")
    values, gradients = (
        _arrays(name, tree, problems) for name, tree in (("params", ours), ("grads", theirs))
    )
    for path in values.keys() & gradients.keys():
        if values[path].shape != gradients[path].shape:
            shapes = f"has shape {gradients[path].shape}, the parameter {values[path].shape}"
            problems.append(f"{_called('grads', path)} {shapes}")
    for path, value in values.items():
        if not np.isfinite(value).all():
            problems.append(f"{_called('params', path)} holds NaN or infinity")
    if problems:
        raise ParityError(problems, HINT)
    return [_tensor(path, value, gradients[path]) for path, value in values.items()]


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what stands at the ends of nested dicts, lists and tuples, each with its path."""
    if isinstance(tree, np.ndarray) or not isinstance(tree, (Mapping, list, tuple)):
        yield path or WHOLE, tree
        return
    for key, branch in tree.items() if isinstance(tree, Mapping) else enumerate(tree):
        yield from leaves(branch, f"{path}/{key}" if path else str(key))


def rebuild(like: Any, arrays: Iterator[Array]) -> Any:
    """Return a tree of the structure of ``like`` with ``arrays`` at its ends; a number stays a number."""
    if isinstance(like, np.ndarray):
        return next(arrays)
    if isinstance(like, Mapping):
        return {key: rebuild(branch, arrays) for key, branch in like.items()}
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
            array = np.asarray(leaf)
        except Exception as error:  # noqa: BLE001 - a foreign object may raise anything
            problems.append(f"{_called(name, path)} is no array: {error}")
            continue
        if array.dtype.kind in "fiu":
            arrays[path] = array
        else:
            problems.append(f"{_called(name, path)} holds {array.dtype.name}, not real numbers")
    return arrays


def _tensor(path: str, value: Array, gradient: Array) -> Tensor:
    # The truth is computed in float64: a longdouble is not judged more finely than that.
    eps = max(ROUNDING.get(array.dtype.char, EPS) for array in (value, gradient))
    value = value.astype(float)
    flat = value.ravel()
    scale = float(flat @ flat / max(flat.size, 1)) ** 0.5
    return Tensor(path, value, gradient.astype(float), eps, scale or 1.0)


def _called(name: str, path: str) -> str:
    return name if path == WHOLE else f"{name} {path}"
