"""Weights in our own order, under our paths, and as they stand in somebody's network."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from parity.understanding.passing import Forward
from scratch.tree import Array

Weights = dict[str, Array]


def placed(forward: Forward, weights: Mapping[str, Array]) -> dict[int, Array]:
    """Return weights under our paths as the values of the user's places."""
    if not weights:
        return {}
    shapes = [place.shape for place in forward.places]
    if forward.reading is None:
        return {
            int(re.sub(r"\D", "", path)): value.reshape(shapes[int(re.sub(r"\D", "", path))])
            for path, value in weights.items()
        }
    count = len(forward.reading.layers)
    kernels = [(weights[f"dense_{k}/kernel"], weights.get(f"dense_{k}/bias")) for k in range(1, count + 1)]
    return forward.reading.values(kernels, shapes)


def canonical(forward: Forward, values: Sequence[Array]) -> Weights:
    """Return values of the user's places under our paths."""
    if not values:
        return {}
    if forward.reading is None:
        return {f"place {n}": value for n, value in enumerate(values)}
    shaped = [
        _shaped(np.asarray(v, dtype=float), p.shape) for v, p in zip(values, forward.places, strict=True)
    ]
    found: Weights = {}
    for k, (kernel, bias) in enumerate(forward.reading.kernels(shaped), 1):
        found[f"dense_{k}/kernel"] = np.array(kernel)
        if bias is not None:
            found[f"dense_{k}/bias"] = np.array(bias)
    return found


def _shaped(value: Array, shape: tuple[int, ...]) -> Array:
    return np.full(shape, value.item()) if value.size == 1 else value.reshape(shape)
