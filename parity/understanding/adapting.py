"""The adapter that a user may write where nothing else fits: ``set_params``, ``forward``, and ``grads`` or ``step``."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from parity.understanding.making import WIDE
from parity.understanding.target import Refused, Target, guarded
from scratch.tree import Array

NEEDED = ("set_params", "forward")
WEIGHTS, BIASES = "weights", "biases"


def is_adapter(namespace: Mapping[str, Any]) -> bool:
    """Return whether a module has the functions of an adapter."""
    return all(callable(namespace.get(name)) for name in NEEDED)


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
    for sizes in [tuple(layers)] if layers else [*WIDE, (2, 4, 1), (2, 2, 1), (1, 1, 1)]:
        target = Target("your adapter", namespace, None, partial(_parameters, sizes), tuple(own))
        namespace.update(own)
        try:
            target.fresh({})
            with guarded():
                own["adapted forward"](np.zeros((1, sizes[0])))
        except Refused as error:
            tried.append(f"your adapter, with layers {'-'.join(map(str, sizes))}: {error}")
            continue
        yield target, sizes
        return


def _parameters(sizes: Sequence[int]) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    return {
        WEIGHTS: [rng.normal(size=shape) for shape in pairwise(sizes)],
        BIASES: [rng.normal(size=size) for size in sizes[1:]],
    }


def _functions(namespace: dict[str, Any], item: Any) -> dict[str, Callable[..., Any]] | None:
    """Return the adapter's functions, each of which first hands the present parameters over."""

    def get(name: str) -> Any:
        return getattr(item, name, None) if item is not None else namespace.get(name)

    if not all(callable(get(name)) for name in NEEDED):
        return None
    if not callable(get("grads")) and not (callable(get("step")) and callable(get("get_params"))):
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
    if callable(get("step")):
        found["adapted train"] = train
    return found


TEMPLATE = """\
def set_params(weights, biases):   # kernels (in, out) and biases (out,), from input to output
    net.W1, net.W2 = weights
    net.b1, net.b2 = biases

def forward(X):                    # samples in rows; returns (N, outputs)
    return net.forward(X)

def grads(X, Y):                   # of your loss; in the same order as set_params
    return [net.dW1, net.dW2], [net.db1, net.db2]
"""
"""What is printed to be filled in."""
