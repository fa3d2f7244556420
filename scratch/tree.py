"""Parameters live in a tree of two levels, ``tree["dense_1"]["kernel"]``; its path is ``dense_1/kernel``."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Tree = dict[str, dict[str, Array]]


def map_tree(function: Callable[..., Array], *trees: Tree) -> Tree:
    """Apply ``function`` to the arrays that stand at the same path of every tree."""
    first = trees[0]
    return {
        layer: {name: function(*(tree[layer][name] for tree in trees)) for name in arrays}
        for layer, arrays in first.items()
    }


def flatten(tree: Tree) -> dict[str, Array]:
    """Return the arrays of ``tree`` by their paths, ``{"dense_1/kernel": ...}``, in order."""
    return {f"{layer}/{name}": array for layer, arrays in tree.items() for name, array in arrays.items()}


def unflatten(arrays: Mapping[str, Array]) -> Tree:
    """Undo :func:`flatten`."""
    tree: Tree = {}
    for path, array in arrays.items():
        layer, name = path.rsplit("/", 1)
        tree.setdefault(layer, {})[name] = array
    return tree


def cast(tree: Tree, dtype: Any) -> Tree:
    """Return a copy of ``tree`` in another number type."""
    return map_tree(lambda array: np.array(array, dtype=dtype), tree)
