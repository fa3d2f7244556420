"""A forward pass that works, and what has to lie on the board for it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import field, frozen

from parity.understanding.calling import Board, Plan
from parity.understanding.feeding import Feed, Pairing
from parity.understanding.leaves import Leaf, leaf_of
from parity.understanding.reading import Reading
from parity.understanding.roles import Role
from parity.understanding.slots import Place
from parity.understanding.target import Target
from scratch.tree import Array

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
        some = forward.feed.lay(
            indifferent(len(x), forward.outputs or 1)
        )  # for who wants data when it is made
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
