"""The loss that somebody's network reports: what it prints, returns, keeps, or computes when asked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from parity.understanding.calling import plans
from parity.understanding.feeding import pairings
from parity.understanding.leaves import leaf_of, leaves
from parity.understanding.passing import TRAINED_WITH, handed, together
from parity.understanding.roles import Role, likeness
from parity.understanding.stepping import Step, Training, set_knobs
from parity.understanding.target import Refused
from scratch.tree import Array

NUMBER = re.compile(r"(?<![\w.])[-+]?\d*\.\d+(?:[eE][-+]?\d+)?")
MOST = 60
SHORT = ("J", "L", "E", "C", "total", "err", "errs", "costs", "losses", "history", "hist", "loss_curve")


def reported(training: Training, step: Step) -> list[list[Any]]:
    """Return ``[where, value, decimals]`` of every number that may be a loss; decimals -1 where all are given."""
    found: list[list[Any]] = []
    for plan, result in zip(training.calls, step.results[-len(training.calls) :], strict=True):
        gradients = any(leaf[0] == "returned" for leaf, _ in training.gradients.values())
        some = _numbers(result, alone=gradients)
        found += [[f"what {plan.function}() returns", value, -1] for value in some]
    found += _printed(step.printed)
    for name, value in _kept(training):
        found.append([name, value, -1])
    return found[:MOST]


def _printed(text: str) -> list[list[Any]]:
    """Return the numbers in what was printed, and how many decimals each has."""
    found = []
    for number in NUMBER.findall(text):
        decimals = len(number.partition(".")[2]) if "e" not in number.lower() else -1
        found.append(["what is printed", float(number), decimals])
    return found


def _numbers(result: Any, alone: bool = False) -> Iterator[float]:
    """Yield single numbers in what a function returned, and the ends of lists of them.

    Where gradients are returned too, only what is no array of one number: that may be one of them.
    """
    for _, array in islice(leaves(result), 20):
        if alone and array.ndim:
            continue
        if array.size == 1:
            yield float(array.reshape(()))
        elif array.ndim == 1 and array.dtype.kind == "f":
            yield float(array[-1])
            yield float(array[0])


def _kept(training: Training) -> Iterator[tuple[str, float]]:
    """Yield numbers and ends of lists that stand in variables and attributes after the step."""
    for slot in training.target.slots():
        name = slot.name
        last = name.split(".")[-1].split("[")[0]
        if slot.value.dtype.kind != "f" or slot.whole or (likeness(last, "loss") and last not in SHORT):
            continue
        if slot.value.size == 1:
            yield name, float(slot.value.reshape(()))
        elif slot.value.ndim == 1:
            yield name, float(slot.value[-1])
            yield name, float(slot.value[0])


def called(
    training: Training, values: Mapping[int, Array], x: Array, y: Array, penalty: float = 0.0
) -> list[list[Any]]:
    """Return ``[name, value, decimals]`` of what loss functions and training loops say of a batch."""
    target = training.target
    losses = [n for n in [*target.names, *_others(target)] if likeness(n, "loss") < 2]
    found: list[list[Any]] = []
    for name in dict.fromkeys(losses):
        wanted = [Role.OUTPUT, Role.TARGETS, Role.INPUTS, Role.COUNT, Role.JOINED, Role.PENALTY]
        for result, _ in islice(_results(training, name, wanted, values, x, y, penalty), 3):
            found += [[f"{name}()", value, -1] for value in _numbers(result)][:1]
    already = {plan.function for plan in training.calls}
    for name in (n for n in target.names if likeness(n, "train") == 0 and n not in already):
        for result, printed in islice(_results(training, name, TRAINED_WITH, values, x, y, penalty), 3):
            found += [[f"what {name}() returns", value, -1] for value in _numbers(result)]
            found += _printed(printed)
    return found[:MOST]


def _others(target: Any) -> list[str]:
    return [n for n, v in target.namespace.items() if callable(v) and hasattr(v, "__code__")]


def _results(
    training: Training,
    name: str,
    wanted: Sequence[Role],
    values: Mapping[int, Array],
    x: Array,
    y: Array,
    penalty: float,
) -> Iterator[tuple[Any, str]]:
    """Yield what a function returns and prints, after the forward pass, for each way to call it with the targets."""
    target, forward = training.target, training.forward
    try:
        function = target.function(name)
    except (Refused, AttributeError):
        return
    own = training.pairing
    ways = [own, *(p for p in pairings(own.x, forward.outputs) if p.name != own.name and own.joined is None)]
    some = islice(plans(name, function, wanted, training.known, [Role.TARGETS, Role.OUTPUT]), 6)
    for plan, pairing in product(some, ways):
        if not plan.uses(Role.TARGETS) and not plan.uses(Role.JOINED):
            continue
        try:
            more = {Role.PENALTY: penalty}
            board = target.fresh({**handed(forward, x), **together(pairing, x, y), **more})
            for place, value in values.items():
                forward.places[place].write(target.namespace, value)
            set_knobs(training, more)
            if forward.pairing is None or plan.uses(Role.OUTPUT):  # a loss may use what forward has kept
                board.values[Role.OUTPUT] = _output(training, x, board)
            target.printed = ""
            yield target.call(plan, board), target.printed
        except (Refused, LookupError, ValueError, TypeError):
            continue


def _output(training: Training, x: Array, board: Any) -> Any:
    forward = training.forward
    if forward.pairing is not None:
        raise Refused("the output is only there after training")
    return leaf_of(training.target, forward.leaf, training.target.call(forward.plan, board))
