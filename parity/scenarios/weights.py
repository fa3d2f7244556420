"""Initial weights in safetensors files: ``dense_1/kernel`` and so on, (in, out) like everywhere here."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from parity.errors import ParityError
from scratch.initializers import Shapes
from scratch.tree import Tree, flatten, unflatten


def write_weights(path: str | Path, params: Tree) -> None:
    """Write parameters to a safetensors file, each under its path."""
    arrays = {name: np.ascontiguousarray(array) for name, array in flatten(params).items()}
    save_file(arrays, path)


def read_weights(path: str | Path, shapes: Shapes) -> Tree:
    """Read float64 parameters of the given shapes from a safetensors file.

    Raises:
        ParityError: the file cannot be read, or an array is missing, left over, or of another shape.
    """
    try:
        arrays = load_file(path)
    except FileNotFoundError:
        raise ParityError(f"weights file {path} does not exist") from None
    except (OSError, SafetensorError) as error:
        raise ParityError(
            f"weights file {path} cannot be read: {error}",
            hint="it may be truncated: write it again with parity.write_weights(path, params)",
        ) from None
    expected = _flat_shapes(shapes)
    problems = [
        f"{name} is missing, but should be of shape {expected[name]} [{path}]"
        for name in expected.keys() - arrays.keys()
    ]
    problems += [
        f"{name} is left over: the network has no such parameter [{path}]"
        for name in arrays.keys() - expected.keys()
    ]
    problems += [
        f"{name} is of shape {arrays[name].shape}, but should be {shape} [{path}]"
        for name, shape in expected.items()
        if name in arrays and arrays[name].shape != shape
    ]
    if problems:
        raise ParityError(
            sorted(problems), hint="kernels are (inputs, outputs); torch keeps them the other way round"
        )
    return unflatten({name: arrays[name].astype(float) for name in expected})


def _flat_shapes(shapes: Shapes) -> Mapping[str, tuple[int, ...]]:
    return {f"{layer}/{name}": shape for layer, own in shapes.items() for name, shape in own.items()}
