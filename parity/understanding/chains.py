"""Layers that are objects: put together into a network of ours, and gone through forward and backward by hand.

The error at the output is ours as well: output - target. So each layer is judged by what it does alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve

from parity.understanding import forwarding, training
from parity.understanding.calling import Board
from parity.understanding.feeding import COLUMN, COLUMNS, ROW, ROWS, VECTOR
from parity.understanding.forwarding import Forward
from parity.understanding.layers import Call, Layer, activations, call_of, dense_layers
from parity.understanding.target import Refused, Target, user_classes
from parity.understanding.training import Training

if TYPE_CHECKING:
    from parity.understanding.searching import Candidate, Material, Wish

SIZES = (2, 5, 4)
"""Numbers of features with which nothing that a layer remembers of three samples has the shape of a parameter."""

FEEDS = (ROWS, COLUMNS, COLUMN, ROW, VECTOR)
MOST_CHAINS = 6
MOST_DENSE = 3
FORWARD, BACKWARD = "forward", "backward"


class Chain:
    """Layers one after the other; what they hold is found under ``layers``."""

    def __init__(self, layers: Sequence[Any], calls: Sequence[Call]) -> None:
        self.layers = list(layers)
        self._calls = tuple(calls)

    def forward(self, x: Any) -> Any:
        """Return what the layers make of samples."""
        for layer, call in zip(self.layers, self._calls, strict=True):
            x = call.onward(layer, x)
        return x

    def backward(self, error: Any) -> None:
        """Go back through the layers; they keep their gradients."""
        self._back(error, 0.0)

    def _back(self, error: Any, rate: float) -> None:
        pairs = list(zip(self.layers, self._calls, strict=True))
        for layer, call in reversed(pairs):
            error = call.back(layer, error, rate)
        for layer, call in pairs:
            call.improve(layer, rate)


class Stepping(Chain):
    """Layers that update themselves when they go back, or when they are told to afterwards."""

    def backward(self, error: Any, lr: float) -> None:  # type: ignore[override]
        """Go back through the layers; their parameters change."""
        self._back(error, lr)


def is_layer(kind: type) -> bool:
    """Return whether a class goes forward with samples, and backward with an upstream gradient alone."""
    return call_of(kind) is not None


def candidates(material: "Material", wish: "Wish") -> Iterator["Candidate"]:
    """Yield networks made of the file's own layers, one for each activation, with an activation or none at the end."""
    kinds = user_classes(material.namespace, material.origin)
    dense = dense_layers(kinds, material.tree, material.namespace, material.origin)[:MOST_DENSE]
    between = activations(kinds, material.tree, material.namespace, material.origin)
    found = (c for layer in dense for links in _links(layer, between, wish) if (c := _candidate(material, links, wish)))
    yield from islice(found, MOST_CHAINS)


def _links(dense: Layer, between: Sequence[Layer], wish: "Wish") -> Iterator[tuple[Layer, ...]]:
    """Yield the layers of a network; softmax can only be at its end."""
    hidden = [layer for layer in between if not layer.mixes]
    last = [layer for layer in between if layer.mixes]
    for one in hidden:
        yield dense, one, dense
    for one in last:
        yield (dense, hidden[0], dense, one) if hidden else (dense, dense, one)
    if not hidden and not last:
        yield dense, dense


def _candidate(material: "Material", links: Sequence[Layer], wish: "Wish") -> "Candidate | None":
    """Return the network of some layers if its forward pass is understood."""
    from parity.understanding.searching import Candidate

    sizes = _sizes(links, wish)
    name = f"a chain of the file's layers: {', '.join(layer.name for layer in links)}"
    target = Target(name, material.namespace, _maker(links, sizes), None, (FORWARD, BACKWARD))
    forwards = _forwards(target, sizes)
    for forward in forwards:
        if (way := _training(forward)) is not None:
            return Candidate(name, forward, way, None, True)
    if not forwards:
        material.tried.append(f"{name}: its forward pass is none that is known")
        return None
    material.tried.append(f"{name}: its backward pass does not work, or leaves no gradients that were found")
    return Candidate(name, forwards[0], None, None, True)


def _sizes(links: Sequence[Layer], wish: "Wish") -> tuple[int, ...]:
    count = sum(1 for layer in links if layer.mixes and layer is links[0])
    return wish.layers if len(wish.layers) == count + 1 else SIZES


def _maker(links: Sequence[Layer], sizes: Sequence[int]) -> Callable[[Board], Any]:
    """Return a function that makes the network anew."""
    rated = any(layer.call.rated or layer.call.update for layer in links)

    def make(_: Board) -> Any:
        pairs = iter(zip(sizes, sizes[1:], strict=False))
        layers = [layer.make(*next(pairs)) if layer is links[0] else layer.make() for layer in links]
        return (Stepping if rated else Chain)(layers, [layer.call for layer in links])

    return make


def _forwards(target: Target, sizes: Sequence[int]) -> list[Forward]:
    """Return the forward pass for each layout of samples that it takes, if an independent network does the same."""
    found = [f for f in islice(forwarding.find(target, sizes, {}), 8) if f.plan.function == FORWARD and f.feed in FEEDS]
    some = [f if f.reading is not None else _without_constants(f) for f in found]
    return sorted((f for f in some if f is not None), key=lambda f: FEEDS.index(f.feed))


def _without_constants(forward: Forward) -> Forward | None:
    """Return the forward pass understood if single numbers, a slope perhaps, are taken for constants."""
    places = tuple(place for place in forward.places if place.shape != ())
    if len(places) == len(forward.places):
        return None
    x = np.random.default_rng(5).normal(size=(1 if forward.single else 3, forward.inputs))
    return forwarding.match(evolve(forward, places=places), x)


def _training(forward: Forward) -> Training | None:
    """Return how the chain is trained: backward after forward, given the error that makes the loss smaller."""
    for way in islice(training.find(forward, {}), 4):
        if way.forward_first and way.error and (turned := _downhill(way)) is not None:
            return turned
    return None


def _downhill(way: Training) -> Training | None:
    """Return the training with the error turned round, where the file's layers add what others subtract.

    None where the parameters are of other shapes afterwards: a bias that took the error of every sample for itself.
    """
    if not way.moves:
        return way
    rng = np.random.default_rng(3)
    forward = way.forward
    values = {n: forwarding.drawn(place.shape, rng) for n, place in enumerate(forward.places)}
    count = 1 if way.pairing.single else 3
    x = rng.normal(size=(count, forward.inputs))
    y, _ = training.targets(rng, count, forward.outputs)
    try:
        step = training.run(way, values, x, y, 1e-4)
        if any(after.shape != before.shape for before, after in zip(step.before, step.after, strict=True)):
            return None
        before, after = forward.run(values, x), forward.run(dict(enumerate(step.after)), x)
    except (Refused, LookupError, ValueError, TypeError):
        return None
    worse = float(((after - y) ** 2).sum()) > float(((before - y) ** 2).sum())
    return evolve(way, error="target - output") if worse else way
