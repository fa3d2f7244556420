"""Go through everything in a file that may be a network, most telling first, until it is understood."""

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any

from attrs import evolve

from parity.understanding import chains, forwarding, loops, modules, scripts, training
from parity.understanding.adapting import ADAPTER, adapter, is_adapter, missing
from parity.understanding.feeding import ROWS
from parity.understanding.making import options, recipes_of
from parity.understanding.matching import is_random
from parity.understanding.material import Candidate, Material, Wish
from parity.understanding.passing import Forward
from parity.understanding.preparing import prepare
from parity.understanding.recipes import Recipe
from parity.understanding.roles import likeness
from parity.understanding.settling import settled
from parity.understanding.target import Refused, Target, copied, methods, user_classes

RANDOM = "is random: its outputs are others in another random stream; switch dropout and noise off"
MOST_FORWARDS = 6
MOST_TRAININGS = 6


def candidates(material: Material, wish: Wish) -> Iterator[Candidate]:
    """Yield what may be the network, with and without a way to train it, most telling first."""
    rooms: tuple[Callable[[Material, Wish], Iterator[Candidate]], ...] = (
        _objects,
        _classes,
        _functions,
        _prepared,
        _scripts,
        chains.candidates,
    )
    if is_adapter(material.namespace, material.item):
        if lacks := missing(material.namespace, material.item):
            material.tried.append(lacks)
        else:
            rooms = (_adapters,)  # it says how the network is used: nothing is guessed
    narrow: list[Candidate] = []
    for candidate in chain.from_iterable(room(material, wish) for room in rooms):
        if _is_narrow(candidate) and not wish.layers:
            narrow.append(candidate)  # a hidden layer of one unit hides mistakes
        else:
            yield from _wished(material, wish, candidate)
    for candidate in narrow:
        yield from _wished(material, wish, candidate)


def _is_narrow(candidate: Candidate) -> bool:
    reading = candidate.forward.reading
    return reading is not None and any(layer.outputs == 1 for layer in reading.layers[:-1])


def _wished(material: Material, wish: Wish, candidate: Candidate) -> Iterator[Candidate]:
    """Yield a candidate if it is what the user says; else remember why it is not."""
    reading = candidate.forward.reading
    if reading is not None and wish.layers and reading.sizes != wish.layers:
        sizes = "-".join(map(str, reading.sizes))
        material.tried.append(f"{candidate.name}: its layers are {sizes}, not those of --layers")
    elif wish.rows and ("columns" in _laid(candidate)) != (wish.rows == "features"):
        material.tried.append(f"{candidate.name}: {_laid(candidate)}, which is not what --rows says")
    elif not wish.activations or _as_wished(candidate, wish):
        yield candidate
    elif reading is not None:
        found = ",".join("+".join(names) for names in reading.activations)
        material.tried.append(f"{candidate.name}: its activations are {found}, not those of --activations")


def _laid(candidate: Candidate) -> str:
    """Return how samples are handed over, in words: a single column counts as columns."""
    pairing = candidate.forward.pairing
    return (pairing.name if pairing is not None else candidate.forward.feed.name).replace(
        "as a column", "as columns"
    )


def _as_wished(candidate: Candidate, wish: Wish) -> bool:
    reading = candidate.forward.reading
    return reading is None or tuple("+".join(names) for names in reading.activations) == wish.activations


def _adapters(material: Material, wish: Wish) -> Iterator[Candidate]:
    if material.item is None:  # the network that it hands things to
        prepare(loops.everything(material.tree), material.namespace, material.file)
    for target, sizes in adapter(material.namespace, material.item, wish.layers, material.tried):
        for candidate in _trained(material, target, sizes, {}, bool(sizes), ADAPTER):
            training = candidate.training
            if candidate.forward.feed is ROWS and (training is None or training.pairing.name == ROWS.name):
                yield candidate


def _objects(material: Material, wish: Wish) -> Iterator[Candidate]:
    item = material.item
    if item is None or isinstance(item, type | types.ModuleType):
        return
    names = methods(type(item))
    make = _copier(item)
    target = Target(f"a {type(item).__name__}", material.namespace, make, None, names, alone=True)
    yield from _trained(material, target, None, {}, False, target.name)


def _classes(material: Material, wish: Wish) -> Iterator[Candidate]:
    kinds = (
        {material.item.__name__: material.item}
        if isinstance(material.item, type)
        else user_classes(material.namespace, material.origin)
    )
    if wish.name:
        kinds = {n: k for n, k in kinds.items() if n == wish.name} or kinds
    for name, kind in sorted(kinds.items(), key=lambda pair: _trainable(pair[1]), reverse=True):
        if _is_layer(kind) and not wish.name:
            continue
        deepest = 0
        for recipe in recipes_of(kind, material.tree, material.namespace, wish.layers or None):
            if recipe.sizes and len(recipe.sizes) < deepest:
                continue  # with more layers it computes something unknown: with fewer that would only be hidden
            tried = len(material.tried)
            try:
                yield from _made(material, name, kind, recipe, {})
            except Refused as error:
                material.tried.append(f"{name}({', '.join(recipe.arguments)}): {error}")
                continue
            if recipe.sizes and any(
                "no known network" in line or RANDOM in line for line in material.tried[tried:]
            ):
                deepest = max(deepest, len(recipe.sizes))


def _made(
    material: Material, name: str, kind: type, recipe: Recipe, changes: Mapping[str, Any]
) -> Iterator[Candidate]:
    """Yield what an object of a class may be, made by a recipe with some arguments changed.

    Raises:
        Refused: it cannot be made.
    """
    target = Target(
        f"class {name}",
        material.namespace,
        settled(recipe.maker(kind, changes)),
        None,
        methods(kind),
        alone=material.item is not None,
    )
    if not recipe.holds_data:
        target.fresh()
    for candidate in _trained(material, target, recipe.sizes, {}, recipe.sizes is not None, target.name):
        yield evolve(candidate, variants=partial(_variants, material, name, kind, recipe, candidate))


def _variants(
    material: Material, name: str, kind: type, recipe: Recipe, base: Candidate
) -> Iterator[tuple[str, Candidate]]:
    """Yield the same network with every other activation that the constructor lets one choose, and what was chosen."""
    for parameter, value in options(kind, recipe):
        try:
            found = _made(material, name, kind, recipe, {parameter: value})
            wanted = (c for c in found if c.training is not None and _alike(c, base))
            if (candidate := next(wanted, None)) is not None:
                yield f"{parameter}={value!r}", candidate
        except Refused as error:
            material.tried.append(f"{name}({parameter}={value!r}): {error}")


def _alike(one: Candidate, other: Candidate) -> bool:
    """Return whether two candidates are trained by the same calls."""
    assert one.training is not None
    return (
        other.training is not None
        and one.training.calls == other.training.calls
        and one.training.pairing.name == other.training.pairing.name
    )


def _trainable(kind: type) -> tuple[int, int]:
    """Return how much a class looks like a whole network: that it trains, and how much it can do."""
    names = methods(kind)
    return sum(likeness(n, "train") == 0 or likeness(n, "backward") == 0 for n in names), len(names)


def _is_layer(kind: type) -> bool:
    """Return whether a class is a single layer: its backward takes an upstream gradient, and nothing trains."""
    names = methods(kind)
    trains = any(likeness(n, "train") == 0 for n in names if n not in ("update", "step", "learn"))
    return chains.is_layer(kind) and not trains


def _functions(material: Material, wish: Wish) -> Iterator[Candidate]:
    for home in modules.homes(material.namespace, material.origin, wish.layers or None, material.tree):
        yield from _trained(
            material, home.target, home.sizes, home.known, home.sizes is not None, home.target.name
        )


def _prepared(material: Material, wish: Wish) -> Iterator[Candidate]:
    """Yield networks that the file itself has made before it begins to train: objects, and variables."""
    prepare(loops.everything(material.tree), material.namespace, material.file)
    kinds = user_classes(material.namespace, material.origin)
    for name, value in list(material.namespace.items()):
        kind = type(value)
        if (
            kind.__name__ not in kinds
            or _is_layer(kind)
            or (wish.name and wish.name not in (name, kind.__name__))
        ):
            continue
        make = _copier(value)
        target = Target(f"{name}, a {kind.__name__}", material.namespace, make, None, methods(kind))
        yield from _trained(material, target, None, {}, False, target.name)
    home = modules.variables(material.namespace, material.origin)
    yield from _trained(material, home.target, None, home.known, False, home.target.name)


def _copier(value: Any) -> Callable[[Any], Any]:
    pristine = copied({"it": value})
    return lambda _: copied(pristine)["it"]


def _scripts(material: Material, wish: Wish) -> Iterator[Candidate]:
    for program in loops.programs(material.tree):
        for one in islice(scripts.passes(program, material.namespace, material.file), 12):
            for forward in _of_pass(material, one):
                for way in training.of_pass(forward, scripts.PASS, one.pairing, one.count):
                    yield Candidate(f"{program.name} (line {program.line})", forward, way, one.count)


def _of_pass(material: Material, one: scripts.Pass) -> Iterator[Forward]:
    """Yield what a pass leaves behind that is an output, or else what a function makes of the same parameters."""
    for outputs in one.outputs:
        found = forwarding.of_pass(one.target, scripts.PASS, one.pairing, one.inputs, outputs)
        if (first := next((f for f in found if f.reading is not None), None)) is not None:
            yield first
            return
    home = modules.variables(material.namespace, material.origin, (scripts.PASS,))
    for outputs in one.outputs:
        found = forwarding.find(home.target, (one.inputs, outputs), home.known)
        if (first := next((f for f in found if f.reading is not None), None)) is not None:
            yield first
            return


def _recognized(
    material: Material, target: Target, sizes: Sequence[int] | None, known: Any
) -> Iterator[Forward]:
    """Yield forward passes that an independent network reproduces; of others it is only said that they were tried."""
    for forward in forwarding.find(target, sizes, known):
        if forward.reading is not None:
            yield forward
        else:
            what = f"{target.name}: {forward.plan.function}()"
            unknown = "computes what no known network does"
            material.tried.append(f"{what} {RANDOM if is_random(forward) else unknown}")
            return  # those that are understood come first


def _trained(
    material: Material,
    target: Target,
    sizes: Sequence[int] | None,
    known: Any,
    chosen: bool,
    name: str,
) -> Iterator[Candidate]:
    """Yield the network for each forward pass and each way to train it."""
    alone: list[Forward] = []
    for forward in islice(_recognized(material, target, sizes, known), MOST_FORWARDS):
        some = False
        for way in islice(training.find(forward, known), MOST_TRAININGS):
            some = True
            yield Candidate(name, forward, way, None, chosen)
        if not some:
            alone.append(forward)
    for forward in alone[:1]:
        material.tried.append(
            f"{name}: forward is {forward.plan.function}(), but nothing that trains was found"
        )
        yield Candidate(name, forward, None, None, chosen)
