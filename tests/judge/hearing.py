"""A judge who hears an honest framework, but for the numbers that are planted."""

from collections.abc import Iterator

from parity.frameworks.protocol import Chunk
from parity.judge import Judge, Reference, Stretch
from parity.scenarios.problem import Problem
from scratch.tree import flatten


def stretches(p: Problem, size: int = 5) -> Iterator[Stretch]:
    """Yield scratch's training in stretches of a few steps, all recorded."""
    reference = Reference(p)
    for first in range(0, p.steps, size):
        stop = min(p.steps, first + size)
        yield reference.advance(first, stop, list(range(first, stop)))


def told(stretch: Stretch, planted: dict[tuple[str, int], float]) -> Chunk:
    """Return what an honest framework would say, with numbers added at (path, step) to the last entry."""
    truth = stretch.truth
    arrays = {path: array.copy() for path, array in truth.arrays.items()}
    losses = truth.losses.copy()
    for (path, step), change in planted.items():
        if truth.first <= step < truth.first + len(losses):
            array = losses if path == "loss/all" else arrays[path]
            array[step - truth.first, ...].flat[-1:] += change
    return Chunk(truth.first, losses, truth.steps, arrays)


def judge(p: Problem, planted: dict[tuple[str, int], float] | None = None) -> Judge:
    """Return a judge who has heard an honest framework, but for what is planted."""
    one = Judge(p, "torch")
    one.begin(flatten(p.params))
    for stretch in stretches(p):
        one.add(stretch, told(stretch, planted or {}))
    return one
