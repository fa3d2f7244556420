"""What somebody's arrays mean: which is the kernel of which layer, which way round, where its bias is.

A reading is accepted when an independent network, given the numbers that the reading says, computes what the user's
own forward pass does.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product

import numpy as np
from attrs import frozen

from parity.understanding.slots import Place
from scratch.layers.sigmoid import sigmoid
from scratch.layers.softmax import softmax
from scratch.tree import Array

MOST_READINGS = 60
MOST_STEPS = 3000
LEAKS = (0.01, 0.1, 0.2, 0.3, 0.05, 0.001)


def leaky(slope: float, z: Array) -> Array:
    """Return the leaky ReLU of ``z``."""
    return np.where(z > 0, z, slope * z)


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "linear": lambda z: z,
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "softmax": softmax,
    **{f"leaky_relu({slope})": partial(leaky, slope) for slope in LEAKS},
}
"""What a layer may do with its numbers, by name."""

OUTPUTS = (
    *(
        (name,)
        for name in ("sigmoid", "softmax", "linear", "tanh", "relu", *(f"leaky_relu({s})" for s in LEAKS))
    ),
    ("tanh", "softmax"),
    ("sigmoid", "softmax"),
    ("relu", "softmax"),
)
HIDDEN = tuple(
    (name,) for name in ("sigmoid", "tanh", "relu", "linear", *(f"leaky_relu({s})" for s in LEAKS), "softmax")
)


@frozen
class LayerReading:
    """One dense layer.

    Attributes:
        kernel: number of the place of its kernel.
        turned: whether the kernel stands as (out, in).
        bias: number of the place of its bias; None where there is none or it is part of the kernel.
        joined: ``first`` or ``last`` where the bias is a row (column) of the kernel, else empty.
        inputs: I.
        outputs: O.
    """

    kernel: int
    turned: bool
    bias: int | None
    joined: str
    inputs: int
    outputs: int

    @property
    def has_bias(self) -> bool:
        """Whether there is a bias anywhere."""
        return bool(self.joined) or self.bias is not None


@frozen
class Reading:
    """All layers, from input to output, and what follows each.

    Attributes:
        layers: the dense layers.
        activations: for each layer the names of what is applied, most often one.
    """

    layers: tuple[LayerReading, ...]
    activations: tuple[tuple[str, ...], ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of features: inputs, then units of each layer."""
        return (self.layers[0].inputs, *(layer.outputs for layer in self.layers))

    def kernels(self, values: Sequence[Array]) -> list[tuple[Array, Array | None]]:
        """Return kernel (I, O) and bias (O,) of each layer, read from the values of all places."""
        found = []
        for layer in self.layers:
            kernel = values[layer.kernel]
            shape = (layer.inputs + bool(layer.joined), layer.outputs)
            kernel = kernel.reshape(shape[::-1]).T if layer.turned else kernel.reshape(shape)
            bias: Array | None = None
            if layer.joined:
                first = layer.joined == "first"
                bias, kernel = (kernel[0], kernel[1:]) if first else (kernel[-1], kernel[:-1])
            elif layer.bias is not None:
                bias = np.broadcast_to(values[layer.bias].reshape(-1), (layer.outputs,))
            found.append((kernel, bias))
        return found

    def values(
        self, kernels: Sequence[tuple[Array, Array | None]], shapes: Sequence[tuple[int, ...]]
    ) -> dict[int, Array]:
        """Undo :meth:`kernels`: return what belongs in each place, in the place's own shape."""
        found: dict[int, Array] = {}
        for layer, (kernel, bias) in zip(self.layers, kernels, strict=True):
            if layer.joined and bias is not None:
                rows = (bias[None], kernel) if layer.joined == "first" else (kernel, bias[None])
                kernel = np.concatenate(rows)
            elif layer.bias is not None and bias is not None:
                shape = shapes[layer.bias]
                one = int(np.prod(shape)) == 1 and layer.outputs > 1
                found[layer.bias] = (bias[:1] if one else bias).reshape(shape)
            found[layer.kernel] = (kernel.T if layer.turned else kernel).reshape(shapes[layer.kernel])
        return found

    def predictions(
        self, kernels: Sequence[tuple[Array, Array | None]], x: Array
    ) -> Iterator[tuple[tuple[tuple[str, ...], ...], Array]]:
        """Yield the output (N, O) of independent networks, with everything that may follow each layer.

        First come those with the same activation in all hidden layers.
        """
        hidden = len(self.layers) - 1
        same = [(h,) * hidden for h in HIDDEN] if hidden else [()]
        mixed = [m for m in product(HIDDEN[:4], repeat=hidden) if len(set(m)) > 1] if hidden in (2, 3) else []
        for inner in (*same, *mixed):
            z = x
            for (kernel, bias), names in zip(kernels, inner, strict=False):
                z = applied(names, z @ kernel + (0 if bias is None else bias))
            kernel, bias = kernels[-1]
            z = z @ kernel + (0 if bias is None else bias)
            for last in OUTPUTS:
                yield (*inner, last), applied(last, z)


def applied(names: Sequence[str], z: Array) -> Array:
    """Return what activations, one after the other, make of ``z``."""
    for name in names:
        z = ACTIVATIONS[name](z)
    return z


def readings(places: Sequence[Place], inputs: int, outputs: int | None = None) -> Iterator[Reading]:
    """Yield what the places may mean, most likely first: chains of layers that use every one of them.

    Args:
        places: what the forward pass reads.
        inputs: features of a sample, I.
        outputs: O, where it is known.
    """
    count = 0
    for chain in _chains(places, tuple(range(len(places))), inputs, count_of(MOST_STEPS)):
        if outputs is None or chain[-1].outputs == outputs:
            yield Reading(chain)
            count += 1
            if count >= MOST_READINGS:
                return


def count_of(number: int) -> Iterator[int]:
    """Return something that can be asked so many times."""
    return iter(range(number))


def _chains(
    places: Sequence[Place], left: tuple[int, ...], inputs: int, steps: Iterator[int]
) -> Iterator[tuple[LayerReading, ...]]:
    for kernel in left:
        for turned, joined, outputs in _ways(places[kernel].shape, inputs):
            if next(steps, None) is None:
                return  # many arrays that fit anywhere: no network that anybody would recognize
            rest = tuple(n for n in left if n != kernel)
            biases: list[int | None] = [None]
            if not joined:
                biases = [*(n for n in rest if _is_bias(places[n].shape, outputs)), None]
                biases.sort(key=lambda n: (n is None, n is not None and places[n].value.size != outputs))
            for bias in biases:
                layer = LayerReading(kernel, turned, bias, joined, inputs, outputs)
                remaining = tuple(n for n in rest if n != bias)
                if not remaining:
                    yield (layer,)
                else:
                    for chain in _chains(places, remaining, outputs, steps):
                        yield (layer, *chain)


def _ways(shape: tuple[int, ...], inputs: int) -> Iterator[tuple[bool, str, int]]:
    """Yield how an array may be the kernel of a layer with so many inputs: turned, joined, outputs."""
    if len(shape) > 2:
        return
    if len(shape) == 2:
        rows, columns = shape
    else:
        size = shape[0] if shape else 1
        rows, columns = (size, 1)
        if inputs == 1:
            yield False, "", size
            if size == 1:
                return
    if rows == inputs:
        yield False, "", columns
    if columns == inputs and len(shape) == 2:
        yield True, "", rows
    if rows == inputs + 1:
        yield from ((False, joined, columns) for joined in ("first", "last"))
    if columns == inputs + 1 and len(shape) == 2:
        yield from ((True, joined, rows) for joined in ("last", "first"))


def _is_bias(shape: tuple[int, ...], outputs: int) -> bool:
    size = int(np.prod(shape))
    return size in (outputs, 1) and max(shape, default=1) == size
