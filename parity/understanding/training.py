"""Find what trains: the calls after which the weights are different, and where the gradients are in between."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice

import numpy as np
from attrs import evolve

from parity.understanding.calling import Plan, Source, parameters, plans, required, returned_names
from parity.understanding.feeding import Pairing, datasets, joined, pairings
from parity.understanding.gradients import (
    assignments,
    looks_like_gradient,
    new_parameters,
    paths_of,
    word_of,
)
from parity.understanding.knobs import is_penalized, knobs
from parity.understanding.leaves import Leaf, leaves
from parity.understanding.passing import TRAINED_WITH, Forward
from parity.understanding.rates import with_rate
from parity.understanding.roles import Role, likeness, roles_of
from parity.understanding.slots import Path
from parity.understanding.stepping import Step, Training, run
from parity.understanding.target import Refused
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
UPDATED_WITH = (
    Role.INPUTS,
    Role.TARGETS,
    Role.OUTPUT,
    Role.GRADS,
    Role.RATE,
    Role.PARAMS,
    Role.COUNT,
    Role.BATCH,
    Role.MOMENTUM,
    Role.PENALTY,
    Role.STEP,
)
MOST_TRIED = 400
SEVERAL = 7
"""Samples of a trial: no width of a layer, so that what is kept of samples has not the shape of a parameter."""


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
            for gradients in found.otherwise:
                yield evolve(found, gradients=gradients, otherwise=())


def _with_update(training: Training, known: Mapping[str, Source]) -> Iterator[Training]:
    """Yield the training with one more call, after which the weights are different."""
    target = training.target
    names = [n for n in target.names if likeness(n, "update") == 0]
    called = {plan.function for plan in training.calls}
    last = training.calls[-1].function
    sources = dict(known) | {n: Source("named", n) for n in returned_names(target.function(last)) if n}
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
    with suppress(Refused):
        target.fresh()
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
            training = Training(
                forward, (plan,), pairing, first, error=error, knobs=found, penalized=on, known=known
            )
            yield training
            if first and not plan.uses(Role.TARGETS) and (told := _with_targets(forward)) is not None:
                yield evolve(training, calls=(told, plan), forward_first=False, error="")


def _with_targets(forward: Forward) -> Plan | None:
    """Return the call of the forward pass that also hands over the targets, to be remembered; None if it takes none."""
    plan = forward.plan
    for parameter in parameters(forward.target.function(plan.function)):
        if parameter.name not in plan.arguments and Role.TARGETS in roles_of(parameter.name):
            return evolve(plan, arguments={**plan.arguments, parameter.name: Source("role", Role.TARGETS)})
    return None


def _pairings(forward: Forward, whole: bool, first: bool) -> list[Pairing]:
    if whole:
        return joined(forward.feed, forward.outputs)
    own = pairings(forward.feed, forward.outputs)
    return own if first else [*own, *datasets(forward.feed, forward.outputs)]


def _working(training: Training, several: int = SEVERAL) -> Training | None:
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
    if not moved and (after := new_parameters(everything, step, shapes)):
        return evolve(training, after=after)
    if likeness(training.calls[-1].function, "train") == 0 and likeness(
        training.calls[-1].function, "backward"
    ):
        everything = [(leaf, a) for leaf, a in everything if looks_like_gradient(word_of(leaf))]
    changed = [
        (("slot", slot.paths[0]), slot.value)
        for slot in training.target.slots()
        if slot.paths[0] not in before or not _same(before[slot.paths[0]], slot.value)
    ]
    own = {path for place in places for path in paths_of(place)}
    changed = [(leaf, array) for leaf, array in changed if leaf[1] not in own]
    for some in (everything, changed):
        if ways := assignments(some, places):
            return evolve(training, gradients=ways[0], otherwise=tuple(ways[1:]))
    return training if moved else None


def _same(old: Array, new: Array) -> bool:
    return old.shape == new.shape and np.array_equal(old, new)


def of_pass(forward: Forward, name: str, pairing: Pairing, count: int) -> Iterator[Training]:
    """Yield the training of a function whose data are laid out as ``pairing`` says, in any number or in ``count``."""
    function = forward.target.function(name)
    for plan in plans(name, function, TRAINED_WITH, {}, [Role.INPUTS, Role.TARGETS]):
        guess = Training(forward, (plan,), pairing, False, knobs=knobs(forward.target))
        if (found := _working(guess) or _working(guess, count)) is not None:
            yield found
