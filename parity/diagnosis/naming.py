"""Name the cause of a gap: the bug of the catalogue that reproduces the wrong numbers to rounding."""

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import frozen

from parity.diagnosis.bug import Bug
from parity.diagnosis.catalogue import CATALOGUE
from parity.diagnosis.honest import HONEST
from parity.diagnosis.planting import concerns, plant
from parity.frameworks.scratch import ScratchTwin
from parity.judge import THRESHOLD, Reference
from parity.judge.measure import distance
from parity.scenarios.problem import Problem
from scratch.tree import Array

STEPS = 12
"""Steps that are looked at: every bug of the catalogue shows by the second, or at the end of "
"the first epoch."""

ALIKE = 0.01
"""Largest gap, as a share of an array's largest entry, at which it is worth measuring the noise."""

Step = dict[str, Array]
"""What a training step computes: ``loss``, ``output/…``, ``gradient/…`` and ``weight/…``, as in a chunk."""


@frozen
class Cause:
    """A bug that explains what was found.

    Attributes:
        bug: the entry of the catalogue.
        size: how strong it is, where it has a size.
    """

    bug: Bug
    size: float | None = None


def opening(problem: Problem, steps: int = STEPS) -> Iterator[Step]:
    """Yield what the network by hand computes in each of the first steps."""
    twin = ScratchTwin(problem)
    for step in range(min(steps, problem.steps)):
        with np.errstate(all="ignore"):
            chunk = twin.advance(step, step + 1, [step])
        yield {"loss": chunk.losses} | chunk.arrays


def causes(problem: Problem, found: Sequence[Step], right: Sequence[Step]) -> list[Cause]:
    """Return the bugs that give the numbers ``found``, where the ``right`` ones are different.

    Args:
        problem: what was trained.
        found: what somebody's network computed in the first steps.
        right: what it should have computed.

    Returns:
        All that give the same numbers to rounding: on some data two bugs cannot be told apart. Steps are looked
        at as long as all numbers are finite: nothing reproduces a NaN.
    """
    usable = [_comparable(there, true) for there, true in zip(found, right, strict=True)]
    steps = usable.index(False) if False in usable else len(usable)
    found, right = found[:steps], right[:steps]
    honest = list(opening(plant(problem, None, base=HONEST), len(found)))
    named = []
    for bug in CATALOGUE.values():
        if concerns(bug, problem):
            for size in _sizes(problem, bug, found, right) if bug.sizes else [None]:
                planted = plant(problem, bug, base=HONEST, size=size)
                if _alike(planted, found, honest) and _explains(planted, found, right):
                    named.append(Cause(bug, size))
                    break
    plain = [cause for cause in named if cause.size is None]
    return plain or named  # a size that is fitted explains more than it should: a slope of 1 is no leaky ReLU


def _comparable(found: Step, right: Step) -> bool:
    """Return whether all numbers of a step are finite, and arrays of the same name have one shape."""
    return found.keys() == right.keys() and all(
        found[path].shape == right[path].shape
        and bool(np.isfinite(found[path]).all() and np.isfinite(right[path]).all())
        for path in found
    )


def _explains(planted: Problem, found: Sequence[Step], right: Sequence[Step]) -> bool:
    """Return whether a network by hand gives what was found to rounding, and not what is right."""
    reference, visible = Reference(planted), False
    for number, (there, true) in enumerate(zip(found, right, strict=True)):
        stretch = reference.advance(number, number + 1, [number])
        noises = {"loss": stretch.noise.losses} | stretch.noise.arrays
        for path, array in ({"loss": stretch.truth.losses} | stretch.truth.arrays).items():
            allowed = THRESHOLD * noises[path]
            if not (distance(array, there[path]).largest <= allowed).all():
                return False
            visible = visible or not (distance(array, true[path]).largest <= allowed).all()
    return visible


def _alike(planted: Problem, found: Sequence[Step], honest: Sequence[Step]) -> bool:
    """Return whether a bug may give what was found: quick, and stops at the first step where it cannot.

    One that changes nothing at all explains nothing.
    """
    visible = False
    for mine, there, without in zip(opening(planted, len(found)), found, honest, strict=True):
        for path, array in there.items():
            apart = distance(mine[path], array)
            if not (apart.largest <= ALIKE * apart.magnitude).all():
                return False
            visible = visible or not np.array_equal(mine[path], without[path])
    return visible


def _sizes(problem: Problem, bug: Bug, found: Sequence[Step], right: Sequence[Step]) -> list[float]:
    """Return how strong the bug may be: what people use, and what can be read off the first array that is wrong.

    What a term or slope adds is proportional to its size; a clipped array has the limit as its largest entry, or all
    gradients together as their norm.
    """
    first = next(
        (
            (number, path)
            for number, (there, true) in enumerate(zip(found, right, strict=True))
            for path in there
            if not np.allclose(
                there[path], true[path], rtol=1e-6 if there[path].dtype == np.float32 else 1e-13, atol=0
            )
        ),
        None,
    )
    if first is None:
        return list(bug.sizes)
    number, path = first
    *_, planted = opening(plant(problem, bug, base=HONEST), number + 1)
    wrong, mine = found[number][path] - right[number][path], planted[path] - right[number][path]
    with np.errstate(all="ignore"):
        share = float((wrong * mine).sum() / (mine * mine).sum())
    gradients = [array for name, array in found[number].items() if name.startswith("gradient/")]
    guesses = [
        bug.sizes[0] * share,
        float(np.abs(found[number][path]).max()),
        float(np.sqrt(sum(float((g.astype(float) ** 2).sum()) for g in gradients))),
    ]
    return [*bug.sizes, *(size for size in guesses if np.isfinite(size) and size > 0)]
