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

UNSURE = ("alpha", "n")
"""Names of a learning rate, and of much else."""


def with_rate(training: Training, values: Mapping[int, Array], x: Array, y: Array) -> Training:
    """Return the training with the way to set its learning rate: what doubles the change of the weights."""
    if not training.moves:
        return training
    if any(plan.uses(Role.RATE) for plan in training.calls):
        rate = Rate("argument", name=_rate_name(training))
        power = _power(evolve(training, rate=rate), values, x, y)
        if power == 1 or (power is not None and _is_sure(rate.name)):
            return evolve(training, rate=evolve(rate, power=power))
    for path, name in _numbers(training):
        guess = evolve(training, rate=Rate("slot", path, name))
        power = _power(guess, values, x, y)
        if power == 1 or (power == 2 and _is_sure(str(path[-1][1]))):  # what changes nothing may be anything
            return evolve(guess, rate=Rate("slot", path, name, power))
    return training


def _is_sure(name: str) -> bool:
    return role_of(name) is Role.RATE and name.strip("_").lower() not in UNSURE


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


def _power(training: Training, values: Mapping[int, Array], x: Array, y: Array) -> int | None:
    """Return with which power of the rate the change grows, at rates so small that nothing else counts; or None."""
    try:
        small, twice = (run(training, values, x, y, rate) for rate in (1e-4, 2e-4))
    except (Refused, LookupError, ValueError, TypeError):
        return None
    if any(a.shape != b.shape for s in (small, twice) for a, b in zip(s.after, s.before, strict=True)):
        return None
    largest = max(float(np.abs(a - b).max(initial=0)) for a, b in zip(small.after, small.before, strict=True))
    if largest == 0:
        return None
    changes = [
        (a - b, c - d)
        for a, b, c, d in zip(small.after, small.before, twice.after, twice.before, strict=True)
    ]
    powers = (
        power
        for power in (1, 2, 0)
        if all(np.allclose(2**power * one, two, rtol=0, atol=1e-2 * largest) for one, two in changes)
    )
    return next(powers, None)
