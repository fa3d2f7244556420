"""A chain of layers."""

from dataclasses import dataclass, field
from typing import Any

from scratch.layers import Dense, Layer
from scratch.tap import Tap, untapped
from scratch.tree import Array, Tree


@dataclass(frozen=True)
class Network:
    """Layers one after the other, named by kind and depth: ``dense_1, sigmoid_1, dense_2, …``."""

    layers: tuple[Layer, ...]
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Give each layer its name; an activation has the number of the dense layer before it."""
        names: list[str] = []
        depth = 0
        for layer in self.layers:
            depth += isinstance(layer, Dense)
            name = f"{type(layer).__name__.lower()}_{max(depth, 1)}"
            names.append(name if name not in names else f"{name}_{len(names) + 1}")
        object.__setattr__(self, "names", tuple(names))

    def shapes(self, inputs: int) -> dict[str, dict[str, tuple[int, ...]]]:
        """Return the shape of each parameter, ``{"dense_1": {"kernel": (I, O), ...}, ...}``."""
        tree = {}
        for name, layer in zip(self.names, self.layers, strict=True):
            if shapes := layer.shapes(inputs):
                tree[name] = shapes
            inputs = layer.outputs(inputs)
        return tree

    def forward(self, params: Tree, x: Array, tap: Tap = untapped) -> tuple[Array, list[Any]]:
        """Return the output (N, O) for ``x`` (N, I), and each layer's cache."""
        caches = []
        for name, layer in zip(self.names, self.layers, strict=True):
            y, cache = layer.forward(params.get(name, {}), x)
            x = tap(f"output/{name}", y)
            caches.append(x if cache is y else cache)  # a layer that remembers its output remembers this one
        return x, caches

    def backward(self, params: Tree, caches: list[Any], dy: Array, tap: Tap = untapped) -> Tree:
        """Return the gradient of every parameter, from ``dy`` (N, O) at the network's output."""
        grads: Tree = {}
        for depth in reversed(range(len(self.layers))):
            layer, name, cache = self.layers[depth], self.names[depth], caches[depth]
            own = params.get(name, {})
            dy = tap(f"error/{name}", dy)
            if depth:
                dy, own_grads = layer.backward(own, cache, dy)
            else:  # nothing needs the derivative by the data, and for a wide input it is costly
                own_grads = layer.gradients(own, cache, dy)
            if own_grads:
                grads[name] = {key: tap(f"gradient/{name}/{key}", g) for key, g in own_grads.items()}
        return grads
