"""Find what trains: the calls after which the weights are different, and where the gradients are in between."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from parity.understanding.calling import Board, Plan, Source, parameters, plans, required, returned_names
from parity.understanding.feeding import Pairing, datasets, joined, pairings
from parity.understanding.forwarding import TRAINED_WITH, Forward, Leaf, handed, leaf_of, leaves, together
from parity.understanding.roles import Role, likeness, role_of
from parity.understanding.slots import Path, Slot, put, reach
from parity.understanding.target import SELF, Refused, Target
from scratch.tree import Array

AFTER_FORWARD = (
    Role.INPUTS,
    Role.TARGETS,
    Role.OUTPUT,
    Role.ERROR,
    Role.CACHE,
    Role.RATE,
    Role.EPOCHS,
    Role.BATCH,
    Role.COUNT,
    Role.GRADS,
    Role.PARAMS,
    Role.STEP,
    Role.SIZE_IN,
    Role.SIZE_OUT,
    Role.MOMENTUM,
    Role.PENALTY,
    Role.SWITCH,
)
UPDATED_WITH = (Role.INPUTS, Role.TARGETS, Role.OUTPUT, Role.GRADS, Role.RATE, Role.PARAMS, Role.COUNT, Role.BATCH, Role.MOMENTUM, Role.PENALTY, Role.STEP)
MOST_TRIED = 400


@frozen(eq=False)
class Rate:
    """How the learning rate is set.

    Attributes:
        kind: ``argument`` (of a call), ``slot`` (an attribute or a variable of the module).
        path: of the slot.
        name: in the user's words.
    """

    kind: str
    path: Path = ()
    name: str = ""


@frozen(eq=False)
class Training:
    """Calls that make a training step.

    Attributes:
        forward: the forward pass, which knows the parameters.
        calls: what is called, in order.
        pairing: how samples and targets are handed over.
        forward_first: whether the forward pass is called before, on the same samples.
        after: where each parameter is after the step, where it is not changed in place: by number of the place.
        gradients: where the gradient of each place is, its sign left as it is; empty where there are none.
        rate: how the learning rate is set; None where nothing was found.
        moves: whether the weights change.
        error: what is handed over as the error at the output: ``output - target``; empty where nothing is.
        knobs: numbers in attributes and variables that are a penalty or a momentum.
        penalized: whether such a penalty is not zero where nobody asks for anything.
    """

    forward: Forward
    calls: tuple[Plan, ...]
    pairing: Pairing
    forward_first: bool
    after: Mapping[int, Leaf] = field(factory=dict)
    gradients: Mapping[int, tuple[Leaf, bool]] = field(factory=dict)
    rate: Rate | None = None
    moves: bool = True
    error: str = ""
    knobs: tuple[tuple[Path, Role], ...] = ()
    penalized: bool = False

    @property
    def target(self) -> Target:
        """What holds the network."""
        return self.forward.target


@frozen(eq=False)
class Step:
    """What a training step left behind.

    Attributes:
        before: values of the places before it.
        after: and after it.
        gradients: those found, by number of the place.
        results: what each call returned.
        board: the board after all calls.
        printed: what was printed.
    """

    before: list[Array]
    after: list[Array]
    gradients: dict[int, Array]
    results: list[Any]
    board: Board
    printed: str


def run(
    training: Training,
    values: Mapping[int, Array],
    x: Array,
    y: Array,
    rate: float | None = None,
    more: Mapping[Role, Any] | None = None,
    times: int = 1,
) -> Step:
    """Make a training step from the given parameters; in a single-sample network, one step a sample.

    Raises:
        Refused: the user's code raises, or the numbers are not where they were.
    """
    forward, target = training.forward, training.target
    first = [x[:1], y[:1]] if training.pairing.single else [x, y]
    values_of = {**handed(forward, x[:1]), **together(training.pairing, *first), **(more or {})}
    if rate is not None:
        values_of[Role.RATE] = rate
    target.printed = ""
    board = target.fresh(values_of)
    for place, value in values.items():
        forward.places[place].write(target.namespace, value)
    if rate is not None and training.rate is not None and training.rate.kind == "slot":
        put(target.namespace, training.rate.path, rate)
    set_knobs(training, {Role.PENALTY: 0.0, Role.EPOCHS: 1} | dict(more or {}))
    before = [place.read(target.namespace) for place in forward.places]
    results: list[Any] = []
    for _ in range(times):
        parts = zip(x[:, None], y[:, None], strict=True) if training.pairing.single else [(x, y)]
        for part in parts:
            board.values |= together(training.pairing, *part, standard=False)
            results = perform(training, board)
            _carry_over(training, results)
    after = [place.read(target.namespace) for place in forward.places]
    gradients = {
        n: _turned(leaf_of(target, leaf, results[-1] if leaf[0] == "returned" else None), turned)
        for n, (leaf, turned) in training.gradients.items()
    }
    return Step(before, after, gradients, results, board, target.printed)


def _turned(array: Array, turned: bool) -> Array:
    return array.T if turned else array


def perform(training: Training, board: Board) -> list[Any]:
    """Make the calls of one step; return what each returned."""
    results = []
    if training.forward_first:
        results.append(_call(training.forward.plan, board, training, Role.OUTPUT))
    for plan in training.calls:
        results.append(_call(plan, board, training, Role.GRADS))
    return results


def set_knobs(training: Training, more: Mapping[Role, Any]) -> None:
    """Set numbers that stand in attributes or variables, whose names say that they are a penalty, a momentum, epochs."""
    for path, role in training.knobs:
        if role in more and more[role] is not None:
            put(training.target.namespace, path, more[role])


def is_penalized(target: Target, name: str) -> bool:
    """Return whether a penalty is switched on where nobody asks for anything."""
    function = target.function(name)
    defaults = [p.default for p in parameters(function) if role_of(p.name) is Role.PENALTY]
    slots = [s.value.item() for s in target.slots() if s.value.size == 1 and (s.paths[0], Role.PENALTY) in knobs(target)]
    return any(isinstance(v, int | float) and v != 0 for v in [*defaults, *slots])


def knobs(target: Target) -> tuple[tuple[Path, Role], ...]:
    """Return single numbers that are called like a penalty, a momentum or epochs, and which of these."""
    found = []
    for slot in target.slots():
        role = role_of(str(slot.paths[0][-1][1]))
        if slot.value.size == 1 and role in (Role.PENALTY, Role.MOMENTUM, Role.EPOCHS):
            found.append((slot.paths[0], role))
    return tuple(found)


def _call(plan: Plan, board: Board, training: Training, role: Role) -> Any:
    target = training.target
    result = target.call(plan, board)
    names = returned_names(target.function(plan.function))
    items = result if isinstance(result, tuple) else (result,)
    if len(names) == len(items):
        board.named |= {name: item for name, item in zip(names, items, strict=True) if name}
    if role is Role.OUTPUT:
        board.values[Role.OUTPUT] = _output(training, result)
        board.values[Role.CACHE] = items[1] if len(items) == 2 else result  # noqa: PLR2004
        y = board.values.get(Role.TARGETS)
        if training.error and y is not None:
            board.values[Role.ERROR] = _error(training.error, board.values[Role.OUTPUT], y)
    elif result is not None:
        board.values[role] = result
    return result


def _output(training: Training, result: Any) -> Any:
    """Return the output as the user's own code returned it, not as an array of ours."""
    kind, way = training.forward.leaf
    if kind == "slot":
        return reach(training.target.namespace, way)
    for key in way:
        result = result[key]
    return result


def _error(kind: str, output: Any, y: Any) -> Any:
    difference = np.asarray(output, dtype=float) - np.asarray(y, dtype=float).reshape(np.shape(output))
    return difference if kind == "output - target" else -difference


def _carry_over(training: Training, results: Sequence[Any]) -> None:
    """Put what was returned as new parameters where the old ones stand."""
    for place, leaf in training.after.items():
        value = leaf_of(training.target, leaf, results[-1])
        training.forward.places[place].write(training.target.namespace, value)


def find(forward: Forward, known: Mapping[str, Source]) -> Iterator[Training]:
    """Yield ways to train, those first that are called after the forward pass; each once."""
    tried, done = 0, set()
    for training in _candidates(forward, known):
        key = (repr(training.calls), training.pairing.name)
        if key in done:
            continue  # works after the forward pass: without it, it is the same or nothing
        tried += 1
        if tried > MOST_TRIED:
            return
        found = _working(training)
        if found is None and training.forward_first and not likeness(training.calls[-1].function, "backward"):
            yield from islice(_with_update(training, known), 1)  # what it leaves, only the update can read
        if found is not None:
            done.add(key)
            if found.gradients and not found.moves:
                yield from islice(_with_update(found, known), 1)
            yield found


def _with_update(training: Training, known: Mapping[str, Source]) -> Iterator[Training]:
    """Yield the training with one more call, after which the weights are different."""
    target = training.target
    names = [n for n in target.names if likeness(n, "update") == 0]
    called = {plan.function for plan in training.calls}
    last = training.calls[-1].function
    sources = known | {n: Source("named", n) for n in returned_names(target.function(last)) if n}
    for name in names:
        if name in called:
            continue
        for plan in plans(name, target.function(name), UPDATED_WITH, sources, [Role.GRADS, Role.RATE]):
            longer = evolve(training, calls=(*training.calls, plan), gradients={})
            found = _working(longer)
            if found is not None and found.moves:
                yield found


def _candidates(forward: Forward, known: Mapping[str, Source]) -> Iterator[Training]:
    target = forward.target
    names = sorted(target.names, key=lambda n: min(likeness(n, "train") * 2, likeness(n, "backward") * 2 + 1))
    others = [n for n in names if n != forward.plan.function]
    # Backward after forward, first: it shows the gradients themselves.
    for first in (True, False):
        ranked = sorted(
            others if first else names, key=lambda n: likeness(n, "backward" if first else "train")
        )
        for name in ranked:
            yield from _calls_of(forward, name, known, first)


def _calls_of(forward: Forward, name: str, known: Mapping[str, Source], first: bool) -> Iterator[Training]:
    target = forward.target
    try:
        target.fresh()
    except Refused:
        pass
    try:
        function = target.function(name)
    except (Refused, AttributeError):
        return
    found, on = knobs(target), is_penalized(target, name)
    sources = dict(known)
    if first:
        sources |= {n: Source("named", n) for n in forward.named if n}
    wanted = AFTER_FORWARD if first else TRAINED_WITH
    fallback = [Role.INPUTS, Role.TARGETS, Role.OUTPUT] if first else [Role.INPUTS, Role.TARGETS]
    if forward.pairing is not None and first:
        return
    for plan in plans(name, function, wanted, sources, fallback):
        whole = plan.uses(Role.JOINED)
        asks = whole or plan.uses(Role.TARGETS) or plan.uses(Role.ERROR) or not required(function)
        if not asks:
            continue
        ways = [forward.pairing] if forward.pairing else _pairings(forward, whole, first)
        for pairing in ways:
            if whole != (pairing.joined is not None):
                continue
            error = "output - target" if plan.uses(Role.ERROR) else ""
            yield Training(forward, (plan,), pairing, first, error=error, knobs=found, penalized=on)


def _pairings(forward: Forward, whole: bool, first: bool) -> list[Pairing]:
    if whole:
        return joined(forward.feed, forward.outputs)
    own = pairings(forward.feed, forward.outputs)
    return own if first else [*own, *datasets(forward.feed, forward.outputs)]


def _working(training: Training, several: int = 3) -> Training | None:
    """Return the training with what it does, if it changes weights or leaves gradients that depend on the targets."""
    rng = np.random.default_rng(11)
    forward = training.forward
    values = {n: rng.uniform(-1, 1, place.shape) for n, place in enumerate(forward.places)}
    count = 1 if training.pairing.single else several
    x = rng.normal(size=(count, forward.inputs))
    y, other = targets(rng, count, forward.outputs, different=True)
    try:
        before = _snapshot(training)
        step = run(training, values, x, y)
        found = _found(training, step, before, count)
        if found is None:
            return None
        again = run(found, values, x, other)
        step = run(found, values, x, y)
    except (Refused, LookupError, ValueError, TypeError, IndexError):
        return None
    same_weights = all(np.array_equal(a, b) for a, b in zip(step.after, again.after, strict=True))
    same_gradients = all(np.array_equal(step.gradients[n], again.gradients[n]) for n in step.gradients)
    if same_weights and same_gradients:
        return None
    return with_rate(
        evolve(
            found, moves=not all(np.array_equal(a, b) for a, b in zip(step.before, step.after, strict=True))
        ),
        values,
        x,
        y,
    )


def targets(
    rng: np.random.Generator, count: int, outputs: int, different: bool = False
) -> tuple[Array, Array]:
    """Return two sets of targets (N, O): class numbers, one of each row 1; with one output, zeros and ones."""
    if outputs == 1:
        y = (np.arange(count)[:, None] % 2).astype(float)
        return y, 1 - y
    numbers = rng.integers(outputs, size=count)
    return np.eye(outputs)[numbers], np.eye(outputs)[(numbers + different) % outputs]


def _snapshot(training: Training) -> dict[Path, Array]:
    return {slot.paths[0]: slot.value for slot in training.target.slots()}


def _found(training: Training, step: Step, before: Mapping[Path, Array], count: int) -> Training | None:
    """Return the training with where the weights are afterwards and where gradients are."""
    places = training.forward.places
    moved = any(not np.array_equal(a, b) for a, b in zip(step.before, step.after, strict=True))
    result = step.results[-1]
    everything: list[tuple[Leaf, Array]] = [(("returned", way), array) for way, array in leaves(result)]
    shapes = [place.shape for place in places]
    if not moved and (after := _new_parameters(everything, step, shapes)):
        return evolve(training, after=after)
    if likeness(training.calls[-1].function, "train") == 0 and likeness(training.calls[-1].function, "backward"):
        everything = [(leaf, a) for leaf, a in everything if _looks_like_gradient(_word_of(leaf))]
    changed = [
        (("slot", slot.paths[0]), slot.value)
        for slot in training.target.slots()
        if slot.paths[0] not in before or not _same(before[slot.paths[0]], slot.value)
    ]
    own = {path for place in places for path in _paths(place)}
    changed = [(leaf, array) for leaf, array in changed if leaf[1] not in own]
    for some in (everything, changed):
        if gradients := _gradients(some, places, count):
            return evolve(training, gradients=gradients)
    return training if moved else None


def _paths(place: Any) -> list[Path]:
    return list(place.paths) if isinstance(place, Slot) else [p for slot in place.slots for p in slot.paths]


def _same(old: Array, new: Array) -> bool:
    return old.shape == new.shape and np.array_equal(old, new)


def _new_parameters(
    found: Sequence[tuple[Leaf, Array]], step: Step, shapes: Sequence[tuple[int, ...]]
) -> dict[int, Leaf] | None:
    """Return which of the returned arrays are the parameters after the step: near what they were, none the same."""
    if len(found) < len(shapes):
        return None
    taken: dict[int, Leaf] = {}
    for place, shape in enumerate(shapes):
        for leaf, array in found:
            near = array.shape == shape and np.abs(array - step.before[place]).max(initial=0) < 0.5 * np.abs(
                step.before[place]
            ).max(initial=0)
            if near and leaf not in taken.values():
                taken[place] = leaf
                break
    moved = any(not np.array_equal(dict(found)[leaf], step.before[place]) for place, leaf in taken.items())
    return taken if len(taken) == len(shapes) and moved else None


def _gradients(
    found: Sequence[tuple[Leaf, Array]], places: Sequence[Any], count: int
) -> dict[int, tuple[Leaf, bool]] | None:
    """Return which arrays are the gradients: of the shapes of the parameters, named alike or in the same order."""
    del count
    taken: dict[int, tuple[Leaf, bool]] = {}
    used: set[Leaf] = set()
    for number, place in enumerate(places):
        last = _word(place.name)
        options = [(leaf, a) for leaf, a in found if leaf not in used and _shaped(a, place.shape) is not None]
        if not options:  # a bias whose gradient is a single number, which is then broadcast
            options = [(leaf, a) for leaf, a in found if leaf not in used and a.size == 1 and last in _word_of(leaf)]
        if not options:
            return None
        named_alike = [o for o in options if last and last in _word_of(o[0])]
        gradient_like = [o for o in (named_alike or options) if _looks_like_gradient(_word_of(o[0]))]
        leaf, array = (gradient_like or named_alike or options)[0]
        used.add(leaf)
        taken[number] = (leaf, bool(_shaped(array, place.shape)))
    return taken


def _shaped(array: Array, shape: tuple[int, ...]) -> bool | None:
    """Return whether an array fits a parameter as it is (False) or transposed (True); None if not at all."""
    if array.shape == shape:
        return False
    if (
        array.size == int(np.prod(shape))
        and max(array.shape, default=1) == max(shape, default=1) == array.size
    ):
        return False
    return True if array.shape == shape[::-1] else None


def _word(name: str) -> str:
    """Return the last word of a place's name: ``W1`` of ``self.W1``, ``weights`` of ``self.layers[0].weights``."""
    words = [
        w for w in name.replace("]", " ").replace("[", " ").replace(".", " ").replace("'", " ").split() if w
    ]
    return next((w.lower() for w in reversed(words) if not w.isdigit() and w != "*"), "")


def _word_of(leaf: Leaf) -> str:
    kind, way = leaf
    steps = [key for _, key in way] if kind == "slot" else list(way)
    return "/".join(str(key).lower() for key in steps)


def _looks_like_gradient(word: str) -> bool:
    return any(part in word for part in ("grad", "nabla", "delta", "/d", "_d", "d_")) or word.startswith("d")


def with_rate(training: Training, values: Mapping[int, Array], x: Array, y: Array) -> Training:
    """Return the training with the way to set its learning rate: what doubles the change of the weights."""
    if not training.moves:
        return training
    if any(plan.uses(Role.RATE) for plan in training.calls):
        guess = evolve(training, rate=Rate("argument", name=_rate_name(training)))
        if _doubles(guess, values, x, y):
            return guess
    for path, name in _numbers(training):
        guess = evolve(training, rate=Rate("slot", path, name))
        if _doubles(guess, values, x, y):
            return guess
    return training


def _rate_name(training: Training) -> str:
    for plan in training.calls:
        for name, source in plan.arguments.items():
            if source == Source("role", Role.RATE):
                return name
    return ""


def _numbers(training: Training) -> list[tuple[Path, str]]:
    """Return the single numbers that may be a learning rate, those that are called so first."""
    target = training.target
    taken = {path for place in training.forward.places for path in _paths(place)}
    found: list[tuple[Path, str]] = []
    own = target.namespace.get(SELF)
    for holder, name in _class_numbers(own):
        found.append(((("root", SELF), ("attr", name)), f"{holder}.{name}"))
    for slot in target.slots():
        if slot.value.size == 1 and slot.shape == () and slot.paths[0] not in taken:
            found.append((slot.paths[0], slot.name))
    return sorted(found, key=lambda item: role_of(str(item[0][-1][1])) is not Role.RATE)[:30]


def _class_numbers(own: Any) -> Iterator[tuple[str, str]]:
    """Yield numbers that stand in the class rather than in the object."""
    for kind in type(own).__mro__ if own is not None else ():
        for name, value in vars(kind).items():
            if isinstance(value, float | int) and not isinstance(value, bool) and not name.startswith("__"):
                yield kind.__name__, name


def _doubles(training: Training, values: Mapping[int, Array], x: Array, y: Array) -> bool:
    """Return whether twice the rate is twice the change, at rates so small that nothing else counts."""
    try:
        small, twice = (run(training, values, x, y, rate) for rate in (1e-4, 2e-4))
    except (Refused, LookupError, ValueError, TypeError):
        return False
    if any(a.shape != b.shape for s in (small, twice) for a, b in zip(s.after, s.before, strict=True)):
        return False
    largest = max(float(np.abs(a - b).max(initial=0)) for a, b in zip(small.after, small.before, strict=True))
    if largest == 0:
        return False
    return all(
        np.allclose(2 * (a - b), c - d, rtol=0, atol=1e-2 * largest)
        for a, b, c, d in zip(small.after, small.before, twice.after, twice.before, strict=True)
    )


def of_pass(forward: Forward, name: str, pairing: Pairing, count: int) -> Iterator[Training]:
    """Yield the training of a function whose data are laid out as ``pairing`` says, in any number or in ``count``."""
    function = forward.target.function(name)
    for plan in plans(name, function, TRAINED_WITH, {}, [Role.INPUTS, Role.TARGETS]):
        guess = Training(forward, (plan,), pairing, False, knobs=knobs(forward.target))
        if (found := _working(guess) or _working(guess, count)) is not None:
            yield found
