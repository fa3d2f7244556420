"""Find the forward pass: a call that turns samples into outputs, and the parameters that it reads."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from parity.understanding.calling import Board, Plan, Source, plans, returned_names
from parity.understanding.feeding import FORWARD_FEEDS, SCALAR, SERIES, Feed, Pairing, datasets, joined, pairings
from parity.understanding.reading import Reading, readings
from parity.understanding.roles import Role, likeness, roles_of
from parity.understanding.slots import Place, Slot, as_numbers, children, is_numbers, reach, stacked
from parity.understanding.target import Refused, Target
from scratch.tree import Array

ROWS = 3
CLOSE = 1e-9
NARROW = 2e-4
"""Largest relative distance of two outputs that are the same formula: in float64, and in float32."""

MOST_FEATURES = 5000
MOST_SLOTS = 400
TRAINED_WITH = (
    Role.INPUTS,
    Role.TARGETS,
    Role.JOINED,
    Role.RATE,
    Role.EPOCHS,
    Role.BATCH,
    Role.SIZE_IN,
    Role.SIZE_OUT,
    Role.MOMENTUM,
    Role.PENALTY,
    Role.SWITCH,
)
STANDARD: dict[Role, Any] = {
    Role.RATE: 0.5,
    Role.EPOCHS: 1,
    Role.MOMENTUM: 0.0,
    Role.PENALTY: 0.0,
    Role.SWITCH: False,
}
"""What stands on every board unless something else is asked for."""

Leaf = tuple[str, tuple[Any, ...]]


@frozen(eq=False)
class Forward:
    """A forward pass that works.

    Attributes:
        target: what holds the network.
        plan: the call.
        feed: how samples are handed over.
        pairing: how samples and targets are, where the call that goes forward also trains; else None.
        leaf: where the output is: ``returned`` and a way into what is returned, or ``slot`` and a path.
        places: the parameters: all numbers that the output depends on.
        reading: what they mean; None where no known network computes the same.
        gap: largest relative distance from the independent network.
        inputs: features of a sample.
        outputs: O.
    """

    target: Target
    plan: Plan
    feed: Feed
    leaf: Leaf
    inputs: int
    outputs: int
    places: tuple[Place, ...] = ()
    reading: Reading | None = None
    gap: float = np.inf
    named: tuple[str, ...] = field(factory=tuple)
    pairing: Pairing | None = None

    @property
    def single(self) -> bool:
        """Whether one sample is handed over in a call."""
        return self.feed.single or (self.pairing is not None and self.pairing.single)

    def run(self, values: Mapping[int, Array], x: Array) -> Array:
        """Return the output (N, O) for samples (N, I), after putting values into the places.

        Raises:
            Refused: the user's code raises, or returns something else than before.
        """
        rows = []
        for part in x[:, None] if self.single else [x]:
            _, result = self.once(values, part)
            rows.append(self.feed.read(leaf_of(self.target, self.leaf, result), len(part)))
        return np.concatenate(rows)

    def once(
        self, values: Mapping[int, Array], x: Array, more: Mapping[Role, Any] | None = None
    ) -> tuple[Board, Any]:
        """Return the board after one call, and what it returned."""
        board = self.target.fresh({**handed(self, x), **(more or {})})
        for place, value in values.items():
            self.places[place].write(self.target.namespace, value)
        return board, self.target.call(self.plan, board)


def handed(forward: Forward, x: Array) -> dict[Role, Any]:
    """Return what is on the board for samples (N, I); targets of no importance where the call asks for some."""
    if forward.pairing is None:
        some = forward.feed.lay(indifferent(len(x), forward.outputs or 1))  # for who wants data when it is made
        own = {Role.INPUTS: forward.feed.lay(x), Role.TARGETS: some, Role.COUNT: len(x), Role.BATCH: len(x)}
        return {**STANDARD, **_widths(forward), **own}
    return {**_widths(forward), **together(forward.pairing, x, indifferent(len(x), forward.outputs))}


def _widths(forward: Forward) -> dict[Role, int]:
    """Return the numbers of inputs and outputs, which some functions ask for."""
    return {Role.SIZE_IN: forward.inputs, Role.SIZE_OUT: forward.outputs}


def indifferent(count: int, outputs: int) -> Array:
    """Return targets (N, O) for a call that needs some, one of them 1 in each row."""
    return np.eye(max(outputs, 2))[np.arange(count) % max(outputs, 2)][:, :outputs]


def together(pairing: Pairing, x: Array, y: Array, standard: bool = True) -> dict[Role, Any]:
    """Return what is on the board for samples and their targets, and what stands there unless it is asked for."""
    inputs, targets = pairing.x.lay(x), pairing.y(y)
    both = {Role.JOINED: pairing.joined(x, y)} if pairing.joined else {}
    usual = STANDARD if standard else {}
    counts = {Role.COUNT: len(x), Role.BATCH: len(x)}
    return {**usual, Role.INPUTS: inputs, Role.TARGETS: targets, **counts, **both}


def leaves(value: Any, way: tuple[Any, ...] = (), depth: int = 4) -> Iterator[tuple[tuple[Any, ...], Array]]:
    """Yield every array of numbers in what a function returned, with the way to it."""
    if isinstance(value, np.ndarray | list | int | float | np.number) and is_numbers(value):
        yield way, as_numbers(value)
    elif isinstance(value, list) and value and all(is_numbers(v) and np.size(v) == 1 for v in value):
        yield way, np.array([as_numbers(v).reshape(()) for v in value])
    if depth and (isinstance(value, dict | tuple) or (isinstance(value, list) and not is_numbers(value))):
        for (_, key), inner in children(value):
            yield from leaves(inner, (*way, key), depth - 1)


def leaf_of(target: Target, leaf: Leaf, result: Any) -> Array:
    """Return the array at a leaf.

    Raises:
        Refused: it is not there any more.
    """
    kind, way = leaf
    try:
        if kind == "slot":
            return Slot((way,), np.zeros(())).read(target.namespace)
        for found, array in leaves(result):
            if found == way:
                return array
    except (LookupError, ValueError, TypeError) as error:
        raise Refused(str(error)) from error
    raise Refused("the output is not where it was")


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
                if not training:
                    for outputs in [0] if plan.uses(Role.INPUTS) else [3, 1]:
                        yield from _with_feed(evolve(base, outputs=outputs), sizes)
                    continue
                for outputs in [sizes[-1]] if sizes else (1, 2, 3):
                    ways = (
                        joined(feed, outputs)
                        if whole
                        else [*pairings(feed, outputs), *datasets(feed, outputs)]
                    )
                    for pairing in ways:
                        if whole == (pairing.joined is not None):
                            yield from _with_feed(evolve(base, pairing=pairing, outputs=outputs), sizes)


def of_pass(target: Target, name: str, pairing: Pairing, inputs: int, outputs: int) -> Iterator[Forward]:
    """Yield what a call that trains leaves behind that is an output, its data laid out as ``pairing`` says."""
    target.fresh()
    for plan in plans(name, target.function(name), TRAINED_WITH, {}, [Role.INPUTS, Role.TARGETS]):
        yield from _with_feed(Forward(target, plan, pairing.x, ("", ()), inputs, outputs, pairing=pairing), None)


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
        first, second = _everything(base, x), _everything(base, other)
    except Refused:
        return
    if not all(np.array_equal(first[leaf], other) for leaf, other in _everything(base, x).items() if leaf in first):
        base, first, second = _held(base, x, other)
    options = [evolve(base, leaf=leaf) for leaf in first if _is_output(base, leaf, first, second, sizes)]
    if not options:
        return
    read = _read_by(base, x, first, [option.leaf for option in options])
    options = [o for o in options if read[o.leaf] and not _is_itself(o.leaf, read[o.leaf])]
    options.sort(key=lambda option: (-len(read[option.leaf]), not _named_output(option.leaf, base.named)))
    straight: Forward | None = None
    for option in options:
        places = read[option.leaf]
        if straight is not None and len(places) < _count(straight):
            break
        option = evolve(option, outputs=base.feed.read(first[option.leaf], count).shape[1])
        found = _understood(option, places, x)
        if found is not None and found.reading is not None and found.reading.activations[-1] != ("linear",):
            yield found
            return
        straight = straight or found
    if straight is not None:
        yield straight
    elif options:
        yield evolve(options[0], places=tuple(read[options[0].leaf]), outputs=base.feed.read(first[options[0].leaf], count).shape[1])


def _held(base: Forward, x: Array, other: Array) -> tuple[Forward, dict[Leaf, Array], dict[Leaf, Array]]:
    """Return a forward pass whose object is made with the same numbers every time, and what it computes.

    An object that draws its weights from a stream of its own has others each time it is made.
    """
    target = base.target
    target.fresh(handed(base, x))
    values = {slot.paths[0]: (slot, slot.value) for slot in target.slots() if not slot.whole and slot.value.dtype.kind == "f"}
    values = {path: pair for path, pair in values.items() if not _is_samples(pair[0], x)}
    target.held = {path: pair for path, pair in values.items() if pair[1].ndim}
    return base, _everything(base, x), _everything(base, other)


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
    base: Forward, leaf: Leaf, first: Mapping[Leaf, Array], second: Mapping[Leaf, Array], sizes: Sequence[int] | None
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


def _everything(forward: Forward, x: Array, values: Mapping[int, Array] | None = None) -> dict[Leaf, Array]:
    """Return all arrays that a call returns or changes."""
    board = forward.target.fresh(handed(forward, x))
    for place, value in (values or {}).items():
        forward.places[place].write(forward.target.namespace, value)
    before = {slot.paths[0]: slot.value for slot in forward.target.slots()}
    result = forward.target.call(forward.plan, board)
    found: dict[Leaf, Array] = {("returned", way): array for way, array in leaves(result)}
    for slot in forward.target.slots():
        old = before.get(slot.paths[0])
        if old is None or old.shape != slot.shape or not np.array_equal(old, slot.value):
            found["slot", slot.paths[0]] = slot.value
    return found


def _understood(forward: Forward, places: Sequence[Slot], x: Array) -> Forward | None:
    """Return the forward pass with what its parameters mean, or None."""
    plain, neurons = tuple(places), tuple(stacked(places))
    for some in (neurons, plain) if len(neurons) < len(plain) else (plain, neurons):
        if found := match(evolve(forward, places=some), x):
            return found
    return None


def _read_by(
    base: Forward, x: Array, first: Mapping[Leaf, Array], wanted: Sequence[Leaf]
) -> dict[Leaf, list[Slot]]:
    """Return the places that each array depends on, those that hold the samples themselves left out."""
    base.target.fresh(handed(base, x))
    slots = [s for s in base.target.slots() if s.value.dtype.kind == "f" and not _is_samples(s, x)]
    if base.pairing is None:  # what it writes itself is state: outputs of layers, inputs with a 1 for the bias
        slots = [s for s in slots if not any(("slot", path) in first for path in s.paths)]
    rng = np.random.default_rng(6)
    found: dict[Leaf, list[Slot]] = {leaf: [] for leaf in wanted}
    for slot in slots[:MOST_SLOTS]:
        moved = slot.value + rng.uniform(0.1, 0.4, slot.shape)
        try:
            everything = _everything(evolve(base, places=(slot,)), x, {0: moved})
        except (Refused, ValueError, LookupError):
            continue
        for leaf in wanted:
            if leaf in everything and not np.array_equal(everything[leaf], first[leaf]):
                found[leaf].append(slot)
    return found


def _is_samples(slot: Slot, x: Array) -> bool:
    """Return whether a slot holds what was handed over, in any layout."""
    return slot.value.size == x.size and bool(np.isin(slot.value, x).all())


def output_is_narrow(forward: Forward) -> bool:
    """Return whether a parameter is kept in float32 or less."""
    slots = [s for place in forward.places for s in ([place] if isinstance(place, Slot) else place.slots)]
    kinds = {getattr(reach(forward.target.namespace, slot.paths[0]), "dtype", np.dtype(float)) for slot in slots}
    return any(kind in (np.float32, np.float16) for kind in kinds)


def drawn(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Return random weights, none of them small."""
    values: Array = rng.uniform(0.3, 1.2, shape) * rng.choice([-1.0, 1.0], shape)
    return values


def match(forward: Forward, x: Array) -> Forward | None:
    """Return the forward pass with the reading whose independent network computes the same, if there is one."""
    rng = np.random.default_rng(7)
    values = {n: drawn(place.shape, rng) for n, place in enumerate(forward.places)}
    try:
        output = forward.run(values, x)
    except (Refused, ValueError):
        return None
    if not np.isfinite(output).all():
        return None
    everything = [values[n] for n in range(len(forward.places))]
    size = max(1e-300, float(np.abs(output).max()))
    close = NARROW if output_is_narrow(forward) else CLOSE
    with np.errstate(all="ignore"):
        for reading in readings(forward.places, forward.inputs, forward.outputs):
            for activations, mine in reading.predictions(reading.kernels(everything), x):
                gap = float(np.abs(mine - output).max()) / size
                if gap <= close:
                    return evolve(forward, reading=evolve(reading, activations=activations), gap=gap)
    return None
