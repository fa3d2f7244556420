"""Checking a hand-written gradient: ``parity.check_gradient`` against what else there is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.harness import Call, Result, interleaved, readable, timed
from benchmarks.rivals import ENTRYWISE, PACKAGES, RIVALS, Problem, installed, rivals
from parity import check_gradient
from scratch import Network
from scratch.initializers import he_normal, initialize
from scratch.layers import Dense, Sigmoid
from scratch.losses import MeanSquaredError
from scratch.tree import cast, flatten, map_tree

LOCATING = 3.0
"""How many times a passing check a check may take that locates one wrong entry."""


PATIENCE = 10.0
"""Seconds that another check may take; one that goes entry by entry and would take longer is not run."""

LEISURELY = 0.2
"""Seconds from which on one measurement has to do: a check as slow as that is not the fastest anyway."""


@dataclass(frozen=True)
class Size:
    """Two dense layers in float64, sigmoids between them.

    ``goal`` is the time of a check over that of the fastest other one.
    """

    inputs: int
    hidden: int
    outputs: int
    batch: int
    goal: float

    @property
    def name(self) -> str:
        """Return ``784-256-10, batch 64``."""
        return f"{self.inputs}-{self.hidden}-{self.outputs}, batch {self.batch}"


SIZES = (
    Size(2, 4, 1, batch=4, goal=1 / 10),
    Size(20, 32, 10, batch=16, goal=1 / 10),
    Size(64, 128, 10, batch=32, goal=1 / 10),
    Size(784, 256, 10, batch=64, goal=1 / 2),
)


def measure(rounds: int) -> Iterator[Result]:
    """Yield for each size the time against other checks, that of locating, and the detection limit."""
    packages = installed(RIVALS)
    for name in RIVALS:
        if name not in packages:
            how = f"not installed, so not compared with; it is run after pip install {PACKAGES[name]}"
            yield Result("gradient", name, None, "ratio", None, how)
    pace: dict[str, float] = {}
    for size in SIZES:
        p = problem(size)
        yield from measured(size, p, rivals(packages, p), pace, rounds)


def measured(
    size: Size, p: Problem, others: dict[str, Call], pace: dict[str, float], rounds: int
) -> Iterator[Result]:
    """Yield the results of one size.

    Args:
        size: of the network.
        p: the network.
        others: other checks of it.
        pace: seconds for each entry that they took at the sizes before; what they take here is added.
        rounds: repetitions.
    """
    entries = sum(array.size for array in flatten(p.params).values())
    quick, slow, skipped = {}, {}, []
    for name, call in others.items():
        if name in ENTRYWISE and pace.get(name, 0.0) * entries > PATIENCE:
            skipped.append(f"{name} more than {PATIENCE:g} s, not run")
            continue
        call()  # compiles
        seconds = timed(call, 1)
        pace[name] = seconds / entries
        if seconds > LEISURELY:
            slow[name] = seconds
        else:
            quick[name] = call
    wrong = with_wrong_entry(p)
    ours, locating, *theirs = interleaved(
        [lambda: checked(p), lambda: checked(wrong), *quick.values()], rounds
    )
    times = dict(zip(quick, theirs, strict=True)) | slow
    compared = [f"{name} {readable(seconds)} ({ours / seconds:.2g})" for name, seconds in times.items()]
    note = ", ".join([f"parity {readable(ours)}", *compared, *skipped])
    ratio = ours / min(times.values()) if times else None
    yield Result("gradient", f"check, {size.name}", ratio, "ratio", size.goal, note)
    note = f"{readable(locating)}, of a passing check {readable(ours)}"
    yield Result(
        "gradient", f"one wrong entry located, {size.name}", locating / ours, "ratio", LOCATING, note
    )
    limit = max(tensor.detectable for tensor in checked(p).tensors)
    yield Result("gradient", f"smallest error seen, {size.name}", limit, "ratio", 1e-12, "relative, float64")


def problem(size: Size) -> Problem:
    """Return a network of this size on random data."""
    rng = np.random.RandomState(42)
    x, y = rng.randn(size.batch, size.inputs), rng.randn(size.batch, size.outputs)
    network, mse = Network((Dense(size.hidden), Sigmoid(), Dense(size.outputs))), MeanSquaredError()
    params = cast(initialize(network.shapes(size.inputs), he_normal, rng), np.float64)
    params = map_tree(lambda w: w + 0.1 * rng.randn(*w.shape), params)  # also biases should be somewhere
    prediction, caches = network.forward(params, x)
    _, cache = mse.forward(prediction, y)
    grads = network.backward(params, caches, mse.backward(cache))
    return Problem(lambda params: mse.forward(network.forward(params, x)[0], y)[0], params, grads, x, y)


def with_wrong_entry(p: Problem) -> Problem:
    """Return the same problem with one entry of the first kernel's gradient off by a tenth of the largest."""
    grads = map_tree(np.copy, p.grads)
    kernel = grads["dense_1"]["kernel"]
    kernel[-1, -2] += 0.1 * np.abs(kernel).max()
    return Problem(p.loss, p.params, grads, p.x, p.y)


def checked(p: Problem) -> Any:
    """Check the gradient with parity."""
    return check_gradient(p.loss, p.params, p.grads)
