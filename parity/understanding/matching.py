"""Match a forward pass with an independent network: which parameters it reads, and what they mean."""

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import evolve

from parity.understanding.leaves import Leaf, leaves
from parity.understanding.passing import Forward, handed
from parity.understanding.reading import readings
from parity.understanding.slots import Slot, reach, stacked
from parity.understanding.target import SEED, Refused
from scratch.tree import Array

CLOSE = 1e-9
NARROW = 2e-4
"""Largest relative distance of two outputs that are the same formula: in float64, and in float32."""
MOST_SLOTS = 400


def effects(forward: Forward, x: Array, values: Mapping[int, Array] | None = None) -> dict[Leaf, Array]:
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


def understood(forward: Forward, places: Sequence[Slot], x: Array) -> Forward | None:
    """Return the forward pass with what its parameters mean, or None."""
    plain, neurons = tuple(places), tuple(stacked(places))
    for some in (neurons, plain) if len(neurons) < len(plain) else (plain, neurons):
        if found := match(evolve(forward, places=some), x):
            return found
    return None


def read_by(
    base: Forward, x: Array, first: Mapping[Leaf, Array], wanted: Sequence[Leaf]
) -> dict[Leaf, list[Slot]]:
    """Return the places that each array depends on, those that hold the samples themselves left out."""
    base.target.fresh(handed(base, x))
    slots = [s for s in base.target.slots() if s.value.dtype.kind == "f" and not is_samples(s, x)]
    if (
        base.pairing is None
    ):  # what it writes itself is state: outputs of layers, inputs with a 1 for the bias
        slots = [s for s in slots if not any(("slot", path) in first for path in s.paths)]
    rng = np.random.default_rng(6)
    found: dict[Leaf, list[Slot]] = {leaf: [] for leaf in wanted}
    for slot in slots[:MOST_SLOTS]:
        moved = slot.value + rng.uniform(0.1, 0.4, slot.shape)
        try:
            everything = effects(evolve(base, places=(slot,)), x, {0: moved})
        except (Refused, ValueError, LookupError):
            continue
        for leaf in wanted:
            if leaf in everything and not np.array_equal(everything[leaf], first[leaf]):
                found[leaf].append(slot)
    return found


def is_samples(slot: Slot, x: Array) -> bool:
    """Return whether a slot holds what was handed over, in any layout."""
    return slot.value.size == x.size and bool(np.isin(slot.value, x).all())


def output_is_narrow(forward: Forward) -> bool:
    """Return whether a parameter is kept in float32 or less."""
    slots = [s for place in forward.places for s in ([place] if isinstance(place, Slot) else place.slots)]
    kinds = {
        getattr(reach(forward.target.namespace, slot.paths[0]), "dtype", np.dtype(float)) for slot in slots
    }
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


def is_random(forward: Forward) -> bool:
    """Return whether a forward pass draws random numbers: it computes something else in another random stream."""
    x = np.ones((1, forward.inputs))
    try:
        first = forward.run({}, x)
        forward.target.seed += 1
        return not np.array_equal(first, forward.run({}, x))
    except (Refused, ValueError, LookupError):
        return False
    finally:
        forward.target.seed = SEED
