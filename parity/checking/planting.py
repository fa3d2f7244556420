"""Plant a mistake into some layers only: people make it in the hidden layers, or at the output, or in one of them."""

from collections.abc import Iterator, Sequence
from copy import copy

from attrs import evolve, frozen

from parity.diagnosis import Bug, concerns
from parity.diagnosis.honest import HONEST
from parity.diagnosis.planting import plant
from parity.scenarios.problem import Problem
from scratch.layers import Dense
from scratch.network import Network

LAYERS = ("Dense", "Sigmoid", "Tanh", "ReLU", "Softmax")


@frozen
class Place:
    """A mistake and where it is.

    Attributes:
        bug: of the catalogue.
        size: how strong, where it has a size.
        layers: numbers of the dense layers that have it, or whose activation does; empty for all.
        said: the same in words.
    """

    bug: Bug
    size: float | None = None
    layers: frozenset[int] = frozenset()
    said: str = ""


def places(bug: Bug, problem: Problem) -> Iterator[Place]:
    """Yield where a mistake may be: everywhere, in all hidden layers, in one layer."""
    for size in bug.sizes or (None,):
        yield Place(bug, size)
    count = sum(isinstance(layer, Dense) for layer in problem.network.layers)
    if count < 2 or bug.sizes or not concerns(bug, problem):
        return
    if not all(place.split(".")[0] in LAYERS for place in bug.places):
        return
    if count > 2:
        yield Place(bug, None, frozenset(range(1, count)), "in the hidden layers")
    for number in range(count, 0, -1):
        yield Place(bug, None, frozenset({number}), f"in layer {number}")


def planted(problem: Problem, mistakes: Sequence[Place]) -> Problem:
    """Return a problem whose network by hand has the right rules, and then each mistake in its place."""
    whole = plant(problem, None, base=HONEST)
    for place in mistakes:
        wrong = plant(whole, place.bug, size=place.size)
        if place.layers:
            wrong = evolve(wrong, network=_mixed(whole.network, wrong.network, place.layers))
        whole = wrong
    return whole


def _mixed(right: Network, wrong: Network, layers: frozenset[int]) -> Network:
    """Return a network with some layers of a wrong one."""
    chain, number = [], 0
    for good, bad in zip(right.layers, wrong.layers, strict=True):
        number += isinstance(good, Dense)
        chain.append(bad if number in layers else good)
    mixed = copy(wrong)
    object.__setattr__(mixed, "layers", tuple(chain))
    return mixed
