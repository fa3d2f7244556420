"""Scripts that train at module level or inside one function: one pass of their loop, as a function of its data.

What stands before the loop is executed once. The loop's body then is compiled by itself, and run once a probe with
our numbers in the place of the data; weights are variables like any other.
"""

import ast
import builtins
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from parity.understanding.feeding import Pairing
from parity.understanding.laying import laid_like
from parity.understanding.loops import Program
from parity.understanding.preparing import LAYOUTS, evaluated, prepare, stand_in
from parity.understanding.roles import Role
from parity.understanding.target import Target, seed
from parity.understanding.variables import count_names, is_batch, lengths, measured, names_of, pairs_of_data

PASS = "one pass of the loop"  # noqa: S105 - no password


@frozen(eq=False)
class Pass:
    """A loop's pass on certain variables.

    Attributes:
        target: what holds it; its only function is :data:`PASS`.
        pairing: how samples and targets are laid.
        inputs: features of a sample.
        outputs: how many targets a sample may have.
        count: samples in the user's own data.
    """

    target: Target
    pairing: Pairing
    inputs: int
    outputs: tuple[int, ...]
    count: int


def passes(program: Program, namespace: dict[str, Any], file: str) -> Iterator[Pass]:
    """Yield targets whose only function is one pass of a loop, with how its data are laid out.

    Args:
        program: the loop.
        namespace: the user's module, definitions executed. It is changed.
        file: what the code is said to come from.
    """
    before = dict(namespace)
    wants_data = Role.INPUTS in program.given.values()
    labelled = any(v is Role.TARGETS and "label" in n.lower() for n, v in program.given.items())
    order = sorted(range(len(LAYOUTS)), key=lambda n: labelled and LAYOUTS[n][1] != "labels")
    for turn, layout in enumerate(order):
        for name in [n for n in namespace if n not in before]:
            del namespace[name]
        namespace.update(before)
        seed()
        for name, value in program.given.items():
            if isinstance(value, ast.expr):
                value = evaluated(value, namespace, file)
            namespace[name] = stand_in(value, layout)
        missing = prepare(program.prologue, namespace, file, layout)
        if turn and not (wants_data or missing):
            return
        yield from _on_data(program, namespace, file)


def _on_data(program: Program, namespace: dict[str, Any], file: str) -> Iterator[Pass]:
    """Yield the passes on every two variables that may be samples and targets."""
    code = compile(ast.Module(list(program.body), []), file, "exec")
    read, written = names_of(program.body, namespace)
    direct = {n.id for s in program.body for n in ast.walk(s) if isinstance(n, ast.Name)}
    if any(n not in namespace and n not in written and not hasattr(builtins, n) for n in direct):
        return  # what it needs could not be prepared
    data = [n for n in read if n in namespace and n not in written and is_batch(namespace[n])]
    for x, y in pairs_of_data(data, namespace):
        own = namespace[x], None if y is None else namespace[y]
        pairing = laid_like(*own)
        if pairing is not None:
            count, inputs, outputs = measured(*own)
            if own[1] is not None and np.ndim(own[1]) == 1:
                outputs = tuple(dict.fromkeys([*outputs, *lengths(namespace)]))[:8]
            namespace[PASS] = _function(code, namespace, x, y, count_names(namespace, count))
            once = {PASS: namespace[PASS]}  # other loops are looked at later, and this one again
            target = Target(program.name, namespace, None, None, (PASS,), once)
            yield Pass(target, pairing, inputs, outputs, count)


def _function(
    code: Any, namespace: dict[str, Any], x: str, y: str | None, counts: Sequence[str]
) -> Callable[..., None]:
    """Return one pass as a function of samples and targets, which stand in the user's variables."""

    def one_pass(inputs: Any, targets: Any) -> None:
        namespace[x] = inputs
        if y is not None:
            namespace[y] = targets
        for name in counts:
            namespace[name] = len(inputs)
        exec(code, namespace)  # noqa: S102 - the user's own loop

    def joined_pass(training_data: Any) -> None:
        one_pass(training_data, None)

    return joined_pass if y is None else one_pass
