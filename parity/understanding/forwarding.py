"""Find the forward pass: a call that turns samples into outputs, and the parameters that it reads."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import numpy as np
from attrs import evolve

from parity.understanding.calling import Source, plans, returned_names
from parity.understanding.feeding import FORWARD_FEEDS, SCALAR, SERIES, Pairing, datasets, joined, pairings
from parity.understanding.leaves import Leaf
from parity.understanding.matching import effects, is_samples, read_by, understood
from parity.understanding.passing import TRAINED_WITH, Forward, handed
from parity.understanding.roles import Role, likeness, roles_of
from parity.understanding.slots import Slot, stacked
from parity.understanding.target import Refused, Target
from scratch.tree import Array

ROWS = 3
SECONDS_A_FUNCTION = 2.0
"""Time in which a function is tried as a forward pass: who is one is known much sooner."""

MOST_FEATURES = 5000


def find(target: Target, sizes: Sequence[int] | None, known: Mapping[str, Source]) -> Iterator[Forward]:
    """Yield forward passes, those first that an independent network reproduces.

    Functions that only take samples come first; then those that also take targets, and leave the output somewhere.

    Args:
        target: what may hold the network.
        sizes: I … O, where we have chosen them.
        known: names of parameters that are found in the namespace.
    """
    loose: list[Forward] = []
    for kind, wanted in (("forward", (Role.INPUTS,)), ("train", TRAINED_WITH)):
        for name in sorted(target.names, key=lambda n: likeness(n, kind)):
            if kind == "train" and min(likeness(name, "train"), likeness(name, "backward")):
                continue
            for forward in _of_function(target, name, sizes, known, wanted):
                if forward.reading is not None:
                    yield forward
                else:
                    loose.append(forward)
    yield from loose


def _of_function(
    target: Target,
    name: str,
    sizes: Sequence[int] | None,
    known: Mapping[str, Source],
    wanted: Sequence[Role],
) -> Iterator[Forward]:
    with suppress(Refused):
        target.fresh()
    try:
        function = target.function(name)
    except (Refused, AttributeError):
        return
    training = Role.TARGETS in wanted
    fallback = [Role.INPUTS, Role.TARGETS] if training else [Role.INPUTS]
    spent = 0.0
    for plan in plans(name, function, wanted, known, fallback):
        whole = plan.uses(Role.JOINED)
        if training != (whole or plan.uses(Role.TARGETS)):
            continue
        if not plan.uses(Role.INPUTS) and not whole and target.make is None:
            continue
        for inputs in [sizes[0]] if sizes else features(target):
            for feed in FORWARD_FEEDS:
                if feed in (SCALAR, SERIES) and inputs != 1:
                    continue
                base = Forward(target, plan, feed, ("", ()), inputs, 0, named=tuple(returned_names(function)))
                for one in _paired(base, sizes) if training else _unpaired(base):
                    begun = time.monotonic()
                    found = list(_with_feed(one, sizes))
                    spent += time.monotonic() - begun
                    yield from found
                    if spent > SECONDS_A_FUNCTION:
                        return


def _unpaired(base: Forward) -> Iterator[Forward]:
    """Yield a call that takes samples, or one of an object that has them, with the outputs that targets may have."""
    for outputs in [0] if base.plan.uses(Role.INPUTS) else [3, 1]:
        yield evolve(base, outputs=outputs)


def _paired(base: Forward, sizes: Sequence[int] | None) -> Iterator[Forward]:
    """Yield a call that takes samples and targets, with every way to lay them."""
    whole = base.plan.uses(Role.JOINED)
    for outputs in [sizes[-1]] if sizes else (1, 2, 3):
        ways = (
            joined(base.feed, outputs)
            if whole
            else [*pairings(base.feed, outputs), *datasets(base.feed, outputs)]
        )
        for pairing in ways:
            if whole == (pairing.joined is not None):
                yield evolve(base, pairing=pairing, outputs=outputs)


def of_pass(target: Target, name: str, pairing: Pairing, inputs: int, outputs: int) -> Iterator[Forward]:
    """Yield what a call that trains leaves behind that is an output, its data laid out as ``pairing`` says."""
    target.fresh()
    for plan in plans(name, target.function(name), TRAINED_WITH, {}, [Role.INPUTS, Role.TARGETS]):
        yield from _with_feed(
            Forward(target, plan, pairing.x, ("", ()), inputs, outputs, pairing=pairing), None
        )


def features(target: Target) -> list[int]:
    """Return how many inputs there may be: every length of a matrix that is there, and one less."""
    found: dict[int, None] = {}
    for place in stacked(target.slots()):
        for length in place.shape:
            for size in (length, length - 1):
                if 1 <= size <= MOST_FEATURES:
                    found.setdefault(size)
    return list(found)[:8] or [1]


def _with_feed(base: Forward, sizes: Sequence[int] | None) -> Iterator[Forward]:
    """Yield the array that is the output, understood if possible; the one that most parameters are needed for."""
    rng = np.random.default_rng(5)
    count = 1 if base.single or base.pairing is not None else ROWS
    x, other = rng.normal(size=(2, count, base.inputs))
    try:
        first, second = effects(base, x), effects(base, other)
    except Refused:
        return
    if not all(
        np.array_equal(first[leaf], other) for leaf, other in effects(base, x).items() if leaf in first
    ):
        base, first, second = _held(base, x, other)
    options = [evolve(base, leaf=leaf) for leaf in first if _is_output(base, leaf, first, second, sizes)]
    if not options:
        return
    read = read_by(base, x, first, [option.leaf for option in options])
    options = [o for o in options if read[o.leaf] and not _is_itself(o.leaf, read[o.leaf])]
    options.sort(key=lambda option: (-len(read[option.leaf]), not _named_output(option.leaf, base.named)))
    straight: Forward | None = None
    for option in options:
        places = read[option.leaf]
        if straight is not None and len(places) < _count(straight):
            break
        option = evolve(option, outputs=base.feed.read(first[option.leaf], count).shape[1])
        found = understood(option, places, x)
        if found is not None and found.reading is not None and found.reading.activations[-1] != ("linear",):
            yield found
            return
        straight = straight or found
    if straight is not None:
        yield straight
    elif options:
        yield evolve(
            options[0],
            places=tuple(read[options[0].leaf]),
            outputs=base.feed.read(first[options[0].leaf], count).shape[1],
        )


def _held(base: Forward, x: Array, other: Array) -> tuple[Forward, dict[Leaf, Array], dict[Leaf, Array]]:
    """Return a forward pass whose object is made with the same numbers every time, and what it computes.

    An object that draws its weights from a stream of its own has others each time it is made.
    """
    target = base.target
    target.fresh(handed(base, x))
    values = {
        slot.paths[0]: (slot, slot.value)
        for slot in target.slots()
        if not slot.whole and slot.value.dtype.kind == "f"
    }
    values = {path: pair for path, pair in values.items() if not is_samples(pair[0], x)}
    target.held = {path: pair for path, pair in values.items() if pair[1].ndim}
    return base, effects(base, x), effects(base, other)


def _named_output(leaf: Leaf, names: Sequence[str]) -> bool:
    """Return whether an array is called like an output, or is all that is returned."""
    kind, way = leaf
    if kind == "returned" and way and isinstance(way[0], int):
        name = names[way[0]] if way[0] < len(names) else ""
    else:
        name = str(way[-1][1] if kind == "slot" else (way[-1] if way else "output"))
    return Role.OUTPUT in roles_of(name)


def _is_itself(leaf: Leaf, places: Sequence[Slot]) -> bool:
    """Return whether an array is one of the parameters that it depends on, after an update."""
    return leaf[0] == "slot" and any(leaf[1] in slot.paths for slot in places)


def _count(forward: Forward) -> int:
    return sum(1 if isinstance(place, Slot) else len(place.slots) for place in forward.places)


def _is_output(
    base: Forward,
    leaf: Leaf,
    first: Mapping[Leaf, Array],
    second: Mapping[Leaf, Array],
    sizes: Sequence[int] | None,
) -> bool:
    """Return whether an array may be the output: a number for each sample and output, that depends on the samples."""
    count = 1 if base.single or base.pairing is not None else ROWS
    try:
        output, moved = base.feed.read(first[leaf], count), base.feed.read(second[leaf], count)
    except (ValueError, KeyError):
        return False
    if output.dtype.kind != "f" or not np.isfinite(output).all() or np.array_equal(output, moved):
        return False
    wanted = sizes[-1] if sizes else base.outputs
    return not wanted or output.shape[1] == wanted
