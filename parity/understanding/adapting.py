"""The adapter that a user may write where nothing else fits: ``set_params``, ``forward``, and ``grads`` or ``step``."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from parity.understanding.calling import required
from parity.understanding.making import WIDE
from parity.understanding.target import Refused, Target, guarded
from scratch.tree import Array

NEEDED = ("set_params", "forward")
ADAPTER = "your adapter"
"""How a network that is handed over by one is called."""

SMALL = ((2, 4, 1), (2, 2, 1), (1, 1, 1))
"""Sizes for adapters that take no others."""

RETURNED = "but should"

SAMPLES = 7
"""Samples of the trial: no width of a layer."""

WEIGHTS, BIASES = "weights", "biases"
CALLED = {"forward": "set_params() or forward(X):", "backward": "grads(X, Y):", "train": "step(X, Y, lr):"}
RETURNS = {"backward": "what grads(X, Y) returns", "train": "what get_params() returns after a step"}


def is_adapter(namespace: Mapping[str, Any], item: Any = None) -> bool:
    """Return whether a module, or an object, has a ``set_params(weights, biases)``."""
    own = _get(namespace, item, "set_params")
    return callable(own) and len(required(own)) == 2


def _get(namespace: Mapping[str, Any], item: Any, name: str) -> Any:
    return getattr(item, name, None) if item is not None else namespace.get(name)


def missing(namespace: Mapping[str, Any], item: Any = None) -> str:
    """Say what an adapter lacks; nothing where it is complete."""
    has = {name: callable(_get(namespace, item, name)) for name in (*NEEDED, "grads", "step", "get_params")}
    lacks = [name for name in NEEDED if not has[name]]
    if has["step"] and not has["get_params"] and not has["grads"]:
        lacks.append("get_params, which returns weights and biases after the step")
    elif not has["grads"] and not has["step"]:
        lacks.append("grads, or step and get_params")
    return f"{ADAPTER} has set_params, but should also have: {'; '.join(lacks)}" if lacks else ""


def adapter(
    namespace: dict[str, Any], item: Any, layers: Sequence[int], tried: list[str]
) -> Iterator[tuple[Target, tuple[int, ...]]]:
    """Yield the network that an adapter stands for, with sizes that it accepts.

    Args:
        namespace: the user's module: the adapter is functions of the module, or
        item: an object with such methods.
        layers: sizes, if the user has said them.
        tried: gets a line for what an adapter raises.
    """
    own = _functions(namespace, item)
    if own is None:
        return
    found: list[tuple[tuple[int, ...], list[str]]] = []
    for sizes in [tuple(layers)] if layers else [*WIDE, *SMALL]:
        if sizes in SMALL and not layers and any(RETURNED in line for _, lines in found for line in lines):
            break  # it works, but not as it should: with one unit that would only be hidden
        target = Target(ADAPTER, namespace, None, partial(_parameters, sizes), tuple(own))
        namespace.update(own)
        lines = _wrong(target, own, sizes)
        if not lines:
            yield target, sizes
            return
        found.append((sizes, lines))
    # Of the sizes that forward takes, the first: with others what goes wrong may have no other reason.
    sizes, lines = next((one for one in found if not any("forward(X)" in line for line in one[1])), found[0])
    tried += [f"{ADAPTER}, with layers {'-'.join(map(str, sizes))}: {line}" for line in lines]


def _wrong(target: Target, own: Mapping[str, Callable[..., Any]], sizes: Sequence[int]) -> list[str]:
    """Return in words what an adapter does that it should not: all of it, a line each."""
    rng = np.random.default_rng(3)
    x, y = (
        rng.normal(size=(SAMPLES, sizes[0])),
        np.eye(max(sizes[-1], 2))[np.arange(SAMPLES) % max(sizes[-1], 2)],
    )
    y = y[:, : sizes[-1]]
    lines: list[str] = []
    for name, data in (("forward", (x,)), ("backward", (x, y)), ("train", (x, y, 0.1))):
        function = own.get(f"adapted {name}")
        if function is None:
            continue
        try:
            target.fresh({})
            with guarded():
                result = function(*data)
        except Refused as error:
            lines.append(f"{CALLED[name]} {error}")
            continue
        if name == "forward":
            lines += _of_output(result, sizes)
        else:
            pair = result if name == "backward" else (target.namespace[WEIGHTS], target.namespace[BIASES])
            lines += [f"{RETURNS[name]}: {line}" for line in _of_pair(pair, sizes)]
    return lines


def _of_output(output: Any, sizes: Sequence[int]) -> list[str]:
    shape, wanted = np.shape(output), (SAMPLES, sizes[-1])
    if output is None:
        return ["forward(X) returns nothing, but should return the outputs"]
    if shape == wanted:
        return []
    line = f"forward(X) returns shape {shape} for {SAMPLES} samples, but should return {wanted}"
    if len(shape) == 2 and shape[0] == SAMPLES:
        line += f"; if that is all it has, say --layers {'-'.join(map(str, (*sizes[:-1], shape[1])))}"
    return [line]


def _of_pair(pair: Any, sizes: Sequence[int]) -> list[str]:
    """Return what is wrong with two lists that should hold an array for every kernel, and for every bias."""
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        return [f"is {type(pair).__name__}, but should be two lists: for the weights, and for the biases"]
    lines = []
    for kind, found, shapes in (
        ("weights", pair[0], [(a, b) for a, b in pairwise(sizes)]),
        ("biases", pair[1], [(b,) for b in sizes[1:]]),
    ):
        if kind == "biases" and not any(np.size(b) for b in found if b is not None):
            continue  # a network without
        if len(found) != len(shapes):
            lines.append(f"{kind} are {len(found)}, but should be {len(shapes)}, one for every layer")
            continue
        lines += [
            f"{kind}[{n}] has shape {np.shape(one)}, but should have {shape}"
            for n, (one, shape) in enumerate(zip(found, shapes, strict=True))
            if np.shape(one) != shape
        ]
    return lines


def _parameters(sizes: Sequence[int]) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    return {
        WEIGHTS: [rng.normal(size=shape) for shape in pairwise(sizes)],
        BIASES: [rng.normal(size=size) for size in sizes[1:]],
    }


def _functions(namespace: dict[str, Any], item: Any) -> dict[str, Callable[..., Any]] | None:
    """Return the adapter's functions, each of which first hands the present parameters over."""
    get = partial(_get, namespace, item)
    if missing(namespace, item):
        return None

    def hand_over() -> None:
        get("set_params")([w.copy() for w in namespace[WEIGHTS]], [b.copy() for b in namespace[BIASES]])

    def forward(x: Array) -> Any:
        hand_over()
        return get("forward")(x)

    def backward(x: Array, y: Array) -> Any:
        hand_over()
        return get("grads")(x, y)

    def train(x: Array, y: Array, lr: float) -> None:
        hand_over()
        get("step")(x, y, lr)
        weights, biases = get("get_params")()
        namespace[WEIGHTS], namespace[BIASES] = [np.array(w) for w in weights], [np.array(b) for b in biases]

    found: dict[str, Callable[..., Any]] = {"adapted forward": forward}
    if callable(get("grads")):
        found["adapted backward"] = backward
    if callable(get("step")) and callable(get("get_params")):
        found["adapted train"] = train
    return found


TEMPLATE = """\
def set_params(weights, biases):   # kernels (in, out) and biases (out,), from input to output
    net.W1, net.W2 = weights
    net.b1, net.b2 = biases

def forward(X):                    # samples in rows; returns (N, outputs)
    return net.forward(X)

def grads(X, Y):                   # of your loss, as two lists; or step(X, Y, lr) and get_params()
    return [net.dW1, net.dW2], [net.db1, net.db2]
"""
"""What is printed to be filled in."""
