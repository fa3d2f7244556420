"""Find the learning rate of a training step: what doubles the change of the weights."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from attrs import evolve

from parity.understanding.calling import Source
from parity.understanding.gradients import paths_of
from parity.understanding.roles import Role, role_of
from parity.understanding.slots import Path
from parity.understanding.stepping import Rate, Training, run
from parity.understanding.target import SELF, Refused
from scratch.tree import Array


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
    taken = {path for place in training.forward.places for path in paths_of(place)}
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
