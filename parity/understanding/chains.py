"""Layers that are objects: put together into a network of ours, and gone through forward and backward by hand.

With a loss of the file's own at the end where there is one; and with an error of ours, output - target, so that each
layer is judged by what it does alone.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

import numpy as np
from attrs import evolve

from parity.understanding import derivatives, forwarding, training
from parity.understanding.calling import Board
from parity.understanding.calls import call_of
from parity.understanding.containers import Container, containers
from parity.understanding.feeding import COLUMN, COLUMNS, ROW, ROWS, VECTOR
from parity.understanding.heads import Head, heads
from parity.understanding.layers import activations, dense_layers
from parity.understanding.linking import Improve, optimizers
from parity.understanding.making import recipes_of
from parity.understanding.matching import drawn
from parity.understanding.material import Candidate, Material, Wish
from parity.understanding.passing import Forward
from parity.understanding.planning import Plan, Whole, plans, suspects
from parity.understanding.roles import Role, roles_of
from parity.understanding.slots import Slot, walk
from parity.understanding.stepping import Training, run
from parity.understanding.target import Refused, Target, guarded, user_classes

SIZES = (2, 5, 4)
"""Numbers of features with which nothing that a layer remembers of three samples has the shape of a parameter."""

FEEDS = (ROWS, COLUMNS, COLUMN, ROW, VECTOR)
MOST_CHAINS = 6
MOST_DENSE = 2
MOST_RECIPES = 12
FORWARD, BACKWARD = "forward", "backward"


def is_layer(kind: type) -> bool:
    """Return whether a class goes forward with samples, and backward with an upstream gradient alone."""
    return call_of(kind) is not None


def candidates(material: Material, wish: Wish) -> Iterator[Candidate]:
    """Yield networks made of the file's own layers.

    Where an activation or a loss is suspect by itself, it has to be part of the network: one without it may be right,
    and nobody would look any further.
    """
    kinds = user_classes(material.namespace, material.origin)
    dense = dense_layers(kinds, material.tree, material.namespace, material.origin)[:MOST_DENSE]
    between = activations(kinds, material.tree, material.namespace, material.origin)
    ends = heads(material.namespace, material.origin)
    holders, steps = containers(kinds), [o.improve for o in optimizers(kinds)]
    said = {layer: derivatives.of_layer(layer) for layer in between}
    suspect = [layer for layer in between if said[layer]]
    for remark in (*filter(None, said.values()), *derivatives.remarks(material.namespace, material.origin)):
        if remark not in material.remarks:
            material.remarks.append(remark)
    wrong = [head for head in ends if "is not the derivative" in derivatives.of_head(head)]
    parts = {layer.name.partition("(")[0] for layer in (*dense, *between)} | {
        h.kind.__name__ for h in holders
    }
    wholes = _wholes(kinds, material, wish, ends, parts)
    stages = (
        (suspects(dense, between, suspect, wrong), 2),
        (chain(wholes, plans(dense, between, ends)), MOST_CHAINS),
    )
    for some, most in stages if dense else ((wholes, MOST_CHAINS),):
        found = (c for plan in some for c in _first(material, plan, holders, steps, wish))
        trained = 0
        for candidate in islice(found, most):
            trained += candidate.training is not None
            yield candidate
        if trained:
            return


def _wholes(
    kinds: Mapping[str, type], material: Material, wish: Wish, ends: Sequence[Head], parts: set[str]
) -> Iterator[Plan]:
    """Yield classes that are networks, but whose backward is handed an error; with the file's losses, then ours."""
    for name, kind in kinds.items():
        call = call_of(kind)
        if call is None or name in parts:
            continue
        for recipe in recipes_of(kind, material.tree, material.namespace, wish.layers or None)[:MOST_RECIPES]:
            if recipe.holds_data:
                continue
            whole = Whole(name, call, recipe.maker(kind), recipe.sizes)
            try:
                with guarded():
                    matrices = [s for s in walk({"it": whole.make(Board({}, {}))}) if len(s.shape) == 2]
            except Refused:
                continue
            if matrices:
                fit = [head for head in ends if not head.is_probable(derivatives.order(head))]
                yield from (Plan((), head, whole=whole) for head in (*(fit or ends)[:1], None))
                break


def _first(
    material: Material, plan: Plan, holders: Sequence[Container], steps: Sequence[Improve], wish: Wish
) -> Iterator[Candidate]:
    """Yield the network in the first of the ways to hold and to update it that works."""
    held = [] if plan.whole else [evolve(plan, container=holder) for holder in holders]
    ways = [
        q for p in [*held, plan] for q in (*([evolve(p, improve=i) for i in steps] if not p.steps else []), p)
    ]
    found = [
        c
        for p in ways
        if (c := _candidate(material, p, wish)) is not None and (c.training is not None or p is plan)
    ]
    # One whose parameters change shows more than one that only leaves gradients.
    found.sort(key=lambda c: c.training is None or not c.training.moves)
    if found:
        yield found[0]


def _candidate(material: Material, plan: Plan, wish: Wish) -> Candidate | None:
    """Return the network of some layers if its forward pass is understood."""
    dense = sum(1 for layer in plan.links if layer is plan.links[0])
    sizes = (
        (wish.layers if len(wish.layers) == dense + 1 else SIZES) if plan.whole is None else plan.whole.sizes
    )
    target = _WithoutConstants(
        plan.name, material.namespace, plan.maker(sizes or ()), None, (FORWARD, BACKWARD)
    )
    forwards = _forwards(target, sizes)
    for forward in forwards:
        if (way := _training(forward, plan.head is not None)) is not None:
            return Candidate(plan.name, forward, way, None, bool(sizes))
    if plan.container is None:
        what = (
            "backward pass does not work, or leaves no gradients"
            if forwards
            else "forward pass is none that is known"
        )
        material.tried.append(f"{plan.name}: its {what}")
    return (
        Candidate(plan.name, forwards[0], None, None, bool(sizes)) if forwards and plan.head is None else None
    )


def _forwards(target: Target, sizes: Sequence[int] | None) -> list[Forward]:
    """Return the forward pass for each layout of samples that it takes, if an independent network does the same."""
    found = [
        f
        for f in islice(forwarding.find(target, sizes, {}), 8)
        if f.plan.function == FORWARD and f.feed in FEEDS
    ]
    return sorted((f for f in found if f.reading is not None), key=lambda f: FEEDS.index(f.feed))


class _WithoutConstants(Target):
    """A target in which single numbers, a slope perhaps, are taken for constants; a learning rate is none."""

    def slots(self) -> list[Slot]:
        """Return every place that holds numbers, as far as they may be parameters."""
        return [s for s in super().slots() if s.shape != () or Role.RATE in roles_of(str(s.paths[0][-1][1]))]


def _training(forward: Forward, judged: bool) -> Training | None:
    """Return how the chain is trained: backward after forward, from its own loss or from an error of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # numbers that overflow where layers are tried that do not fit the loss
        for way in islice(training.find(forward, {}), 4):
            if way.forward_first and bool(way.error) != judged and (turned := _downhill(way)) is not None:
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
    values = {n: drawn(place.shape, rng) for n, place in enumerate(forward.places)}
    count = 1 if way.pairing.single else 3
    x = rng.normal(size=(count, forward.inputs))
    y, _ = training.targets(rng, count, forward.outputs)
    try:
        step = run(way, values, x, y, 1e-4)
        if any(after.shape != before.shape for before, after in zip(step.before, step.after, strict=True)):
            return None
        before, after = forward.run(values, x), forward.run(dict(enumerate(step.after)), x)
    except (Refused, LookupError, ValueError, TypeError):
        return None
    worse = float(((after - y) ** 2).sum()) > float(((before - y) ** 2).sum())
    return evolve(way, error="target - output") if worse and way.error else way
