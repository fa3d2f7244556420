"""Change gradients before anybody sees them: small helpers for wrong rules."""

from collections.abc import Callable

from scratch.tap import Tap
from scratch.tree import Array, Tree


def unseen(tap: Tap) -> Tap:
    """Return a tap that sees everything but gradients: they are not finished yet."""
    return lambda path, array: array if path.startswith("gradient/") else tap(path, array)


def shown(grads: Tree, tap: Tap) -> Tree:
    """Return ``grads`` after the tap has seen each of them."""
    return {
        layer: {name: tap(f"gradient/{layer}/{name}", array) for name, array in arrays.items()}
        for layer, arrays in grads.items()
    }


def changed(grads: Tree, change: Callable[[str, str, Array], Array]) -> Tree:
    """Return ``change(layer, name, gradient)`` of every gradient."""
    return {
        layer: {name: change(layer, name, array) for name, array in arrays.items()}
        for layer, arrays in grads.items()
    }
