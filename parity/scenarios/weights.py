"""Initial weights in safetensors files: ``dense_1/kernel`` and so on, (in, out) like everywhere here."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from parity.errors import ParityError
from scratch.initializers import Shapes
from scratch.tree import Array, Tree, flatten, unflatten

HELD = ("float32", "float64")
WRITE_HINT = "parity.write_weights(path, params) writes such a file"
LAYOUT_HINT = "kernels are (inputs, outputs); torch keeps them the other way round"


def write_weights(path: str | Path, params: Tree) -> None:
    """Write parameters to a safetensors file, each under its path.

    Raises:
        ParityError: the file cannot be written.
    """
    arrays = {name: np.ascontiguousarray(array) for name, array in flatten(params).items()}
    try:
        save_file(arrays, path)
    except (OSError, SafetensorError) as error:
        raise ParityError(f"weights file {path} cannot be written: {error}") from None


def read_weights(path: str | Path, shapes: Shapes) -> Tree:
    """Read parameters of the given shapes from a safetensors file, as float64.

    Raises:
        ParityError: the file cannot be read, or an array in it is missing, left over, of another
            shape, of a number type other than float32 and float64, or not finite.
    """
    arrays = _load(path)
    expected = {f"{layer}/{name}": shape for layer, own in shapes.items() for name, shape in own.items()}
    problems = [f"{problem} [{path}]" for problem in _compare(arrays, expected)]
    if problems:
        transposed = any(
            name in arrays and len(shape) == 2 and arrays[name].shape == shape[::-1] != shape
            for name, shape in expected.items()
        )
        raise ParityError(problems, hint=LAYOUT_HINT if transposed else WRITE_HINT)
    return unflatten({name: arrays[name].astype(float) for name in expected})


def _load(path: str | Path) -> dict[str, Array]:
    try:
        arrays: dict[str, Array] = load_file(path)
    except FileNotFoundError:
        raise ParityError(f"weights file {path} does not exist", hint=WRITE_HINT) from None
    except (OSError, TypeError, SafetensorError) as error:  # TypeError: a number type that NumPy lacks
        hint = f"it may be truncated, or of another kind; {WRITE_HINT}"
        raise ParityError(f"weights file {path} cannot be read: {error}", hint=hint) from None
    return arrays


def _compare(arrays: Mapping[str, Array], expected: Mapping[str, tuple[int, ...]]) -> Iterator[str]:
    for name, shape in expected.items():
        if name not in arrays:
            yield f"{name} is missing, but should be of shape {shape}"
            continue
        array = arrays[name]
        if array.shape != shape:
            yield f"{name} is of shape {array.shape}, but should be of shape {shape}"
        if array.dtype.name not in HELD:
            yield f"{name} is {array.dtype.name}, but should be {' or '.join(HELD)}"
        elif not np.isfinite(array).all():
            where = np.argwhere(~np.isfinite(array))[0].tolist()
            yield f"{name} is {array[tuple(where)]} at {where}, but should be finite"
    for name in sorted(arrays.keys() - expected.keys()):
        yield f"{name} is left over, but should be one of {', '.join(expected)}"
