"""A training run on balls: the hand-written network itself, on numbers that say how well they are known."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from attrs import frozen

from parity.oracles.balls import accuracy, balls, precision
from parity.oracles.series import Claimed
from parity.scenarios.problem import Problem
from scratch.layers.relu import UndecidedError
from scratch.optimizers import SGD
from scratch.training import State, begin, train_step
from scratch.tree import Array, Tree, flatten, map_tree

Quantity = Literal["loss", "gradient", "weights", "predictions"]

GUARD = 32
"""Bits that are computed with beyond those that are still certain: rounding must add next to nothing."""

RETUNE = 16
"""Steps after which the number of bits is looked at again."""


@frozen
class Kink:
    """Where a ball holds zero, and nobody can say on which side of a ReLU's kink the number is.

    Attributes:
        layer: the ReLU, ``relu_1``.
        entry: row and unit, within the batch.
        step: of training; None in a forward pass over all rows.
    """

    layer: str
    entry: list[int]
    step: int | None

    def __str__(self) -> str:
        """Return it as words."""
        where = "predictions" if self.step is None else f"step {self.step}"
        return f"input {self.entry} of {self.layer}, {where}"


@frozen(eq=False)
class Moment:
    """What is known right after an update.

    Attributes:
        updates: how many there have been.
        params: the weights after it.
        loss: the loss before it, shape (); None before the first.
        claimed: the gradient it went down; None before the first.
    """

    updates: int
    params: Tree
    loss: Array | None = None
    claimed: Claimed | None = None


class Watch:
    """A tap that remembers the gradients, and the last array that a layer was given."""

    def __init__(self, network: Any) -> None:
        self.gradients: Tree = {}
        self._names = network.names
        self._depth, self._inputs = 0, np.empty(0)

    def __call__(self, path: str, array: Array) -> Array:
        """Look at ``array`` and return it."""
        kind, _, rest = path.partition("/")
        if kind == "input":
            self._depth, self._inputs, self.gradients = 0, array, {}
        elif kind == "output":
            self._depth, self._inputs = self._names.index(rest) + 1, array
        elif kind == "gradient":
            layer, name = rest.split("/")
            self.gradients.setdefault(layer, {})[name] = array
        return array

    def kink(self, step: int | None) -> Kink:
        """Return where the layer that failed was given a ball that may be on either side of 0."""
        unclear = [i for i, ball in np.ndenumerate(self._inputs) if not (ball > 0 or ball <= 0)]
        return Kink(self._names[self._depth], list(unclear[0]), step)


class ExactRun:
    """Trains on balls, with as many bits as are asked for, for as long as the numbers are known well enough.

    Attributes:
        bits: the precision of the first step. Balls only get wider, and bits beyond their radius
            are of no use: later steps are computed with fewer.
        first: after the first update.
        last: after the last one at which what was asked for was certain.
        kink: where the run stopped, if it was for that reason.
        accuracy: the bits that were certain at the end.
        steps: how many updates were computed, certain or not.
    """

    def __init__(self, problem: Problem, quantity: Quantity, bits: int) -> None:
        self.bits = bits
        self.kink: Kink | None = None
        self.accuracy = np.inf
        self.steps = 0
        self._problem, self._quantity = problem, quantity
        self._watch = Watch(problem.network)
        self._x, self._y = balls(problem.x), balls(problem.y)
        params = map_tree(balls, problem.params)
        self._optimizer = _as_held(problem)
        self._state = begin(self._optimizer, params) if self._optimizer else State(params, {})
        self.first = self.last = Moment(0, params)

    def train(self, need: float, watch: Callable[[int], None]) -> bool:
        """Train to the end, or until fewer than ``need`` bits are certain; return whether the end was reached.

        Args:
            need: bits.
            watch: called with the number of updates after each of them; may raise, and nothing is lost.
        """
        bits = self.bits
        for step, rows in enumerate(self._problem.batches(0, self._problem.steps)):
            with precision(bits):
                try:
                    moment = self._step(step, rows)
                except UndecidedError:
                    self.kink = self._watch.kink(step)
                    return False
            self.steps = step + 1
            self.accuracy = self._certain(moment)
            if self.accuracy < need:
                return False
            self.last = moment
            self.first = self.first if step else moment
            if step % RETUNE == 0:
                bits = min(bits, self._useful())
            watch(step + 1)
        return True

    def numbers(self) -> dict[str, Array]:
        """Return the balls of what was asked for, at the last moment, by path.

        Gradients stand behind the number of their step, ``step_0/dense_1/kernel``; there are those of the first
        and of the last. Predictions are those of all rows of the data.
        """
        last = self.last
        if self._quantity == "weights":
            return flatten(last.params)
        if self._quantity == "predictions":
            return self._predictions()
        if last.loss is None:
            return {}
        if self._quantity == "loss":
            return {"loss": last.loss}
        return {f"step_{c.step}/{path}": ball for c in self.claims() for path, ball in _ordered(c)}

    def claims(self) -> list[Claimed]:
        """Return the gradients of the first and of the last step; one, if they are the same."""
        both = {moment.updates: moment.claimed for moment in (self.first, self.last)}
        return [claimed for claimed in both.values() if claimed is not None]

    def _step(self, step: int, rows: Array) -> Moment:
        loss, optimizer = self._problem.loss, self._optimizer
        assert loss is not None
        assert optimizer is not None
        before, x, y = self._state.params, self._x[rows], self._y[rows]
        self._state, value = train_step(
            self._problem.network, loss, optimizer, self._state, x, y, self._watch
        )
        claimed = Claimed(step, before, x, y, self._watch.gradients)
        return Moment(step + 1, self._state.params, np.array(value, dtype=object), claimed)

    def _predictions(self) -> dict[str, Array]:
        with precision(self.bits):
            try:
                x = self._watch("input", self._x)
                return {"prediction": self._problem.network.forward(self.last.params, x, self._watch)[0]}
            except UndecidedError:
                self.kink = self._watch.kink(None)
                return {}

    def _certain(self, moment: Moment) -> float:
        """Return how many bits are certain: of the loss if that is wanted, else of the weights."""
        if self._quantity == "loss":
            assert moment.loss is not None
            return accuracy(moment.loss)
        return min(accuracy(array) for array in flatten(moment.params).values())

    def _useful(self) -> int:
        """Return the precision beyond which bits only describe the inside of balls."""
        known = [w.rel_accuracy_bits() for array in flatten(self._state.params).values() for w in array.flat]
        return max((bits for bits in known if bits <= self.bits), default=self.bits) + GUARD


def _as_held(problem: Problem) -> SGD | None:
    """Return the optimizer with its numbers as the number type holds them: 0.1 is not 1/10."""
    optimizer = problem.optimizer
    if optimizer is None:
        return None
    held = np.dtype(problem.dtype).type
    return SGD(float(held(optimizer.learning_rate)), float(held(optimizer.momentum)), optimizer.nesterov)


def _ordered(claimed: Claimed) -> list[tuple[str, Array]]:
    """Return the arrays of a gradient in the order of the parameters: ``backward`` makes them in reverse."""
    gradients = flatten(claimed.gradients)
    return [(path, gradients[path]) for path in flatten(claimed.params)]
