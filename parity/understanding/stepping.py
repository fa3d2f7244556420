"""Make a training step: the calls that it consists of, and what they leave behind."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import field, frozen

from parity.understanding.calling import Board, Plan, Source, returned_names
from parity.understanding.feeding import Pairing
from parity.understanding.leaves import Leaf, leaf_of
from parity.understanding.passing import Forward, handed, together
from parity.understanding.roles import Role
from parity.understanding.slots import Path, put, reach
from parity.understanding.target import Target
from scratch.tree import Array


@frozen(eq=False)
class Rate:
    """How the learning rate is set.

    Attributes:
        kind: ``argument`` (of a call), ``slot`` (an attribute or a variable of the module).
        path: of the slot.
        name: in the user's words.
        power: of the rate, that the change of the weights is a multiple of: 1 where it is used as it should be.
    """

    kind: str
    path: Path = ()
    name: str = ""
    power: int = 1


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
        otherwise: other arrays that may as well be the gradients.
        rate: how the learning rate is set; None where nothing was found.
        moves: whether the weights change.
        error: what is handed over as the error at the output: ``output - target``; empty where nothing is.
        knobs: numbers in attributes and variables that are a penalty or a momentum.
        penalized: whether such a penalty is not zero where nobody asks for anything.
        known: names under which functions find the parameters.
    """

    forward: Forward
    calls: tuple[Plan, ...]
    pairing: Pairing
    forward_first: bool
    after: Mapping[int, Leaf] = field(factory=dict)
    gradients: Mapping[int, tuple[Leaf, bool]] = field(factory=dict)
    otherwise: tuple[Mapping[int, tuple[Leaf, bool]], ...] = ()
    rate: Rate | None = None
    moves: bool = True
    error: str = ""
    knobs: tuple[tuple[Path, Role], ...] = ()
    penalized: bool = False
    known: Mapping[str, Source] = field(factory=dict)

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
    first = (x[:1], y[:1]) if training.pairing.single else (x, y)
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
        for some, wanted in zip(x[:, None], y[:, None], strict=True) if training.pairing.single else [(x, y)]:
            board.values |= {**together(training.pairing, some, wanted, standard=False), **(more or {})}
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
    """Set numbers in attributes or variables whose names say that they are a penalty, a momentum, epochs."""
    for path, role in training.knobs:
        if role in more and more[role] is not None:
            put(training.target.namespace, path, more[role])


def _call(plan: Plan, board: Board, training: Training, role: Role) -> Any:
    target = training.target
    result = target.call(plan, board)
    names = returned_names(target.function(plan.function))
    items = result if isinstance(result, tuple) else (result,)
    if len(names) == len(items):
        board.named |= {name: item for name, item in zip(names, items, strict=True) if name}
    if role is Role.OUTPUT:
        board.values[Role.OUTPUT] = _output(training, result)
        board.values[Role.CACHE] = items[1] if len(items) == 2 else result
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
