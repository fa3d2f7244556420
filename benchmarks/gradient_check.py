"""Checking a hand-written gradient: ``parity.check_gradient`` against what else there is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.harness import Call, Result, interleaved, readable
from parity import check_gradient
from scratch import Network
from scratch.initializers import he_normal, initialize
from scratch.layers import Dense, Sigmoid
from scratch.losses import MeanSquaredError
from scratch.tree import Array, Tree, cast, flatten, map_tree, unflatten

LOCATING = 3.0
"""How many times a passing check a check may take that locates one wrong entry."""


@dataclass(frozen=True)
class Size:
    """Two dense layers in float64, sigmoids between them.

    ``goal`` is the time of a check over that of the fastest other one; ``entrywise``, whether checks that go entry by
    entry take less than a minute here.
    """

    inputs: int
    hidden: int
    outputs: int
    batch: int
    goal: float
    entrywise: bool = False

    @property
    def name(self) -> str:
        """Return ``784-256-10, batch 64``."""
        return f"{self.inputs}-{self.hidden}-{self.outputs}, batch {self.batch}"


SIZES = (
    Size(2, 4, 1, batch=4, goal=1 / 10, entrywise=True),
    Size(20, 32, 10, batch=16, goal=1 / 10, entrywise=True),
    Size(64, 128, 10, batch=32, goal=1 / 10),
    Size(784, 256, 10, batch=64, goal=1 / 2),
)


@dataclass(frozen=True)
class Problem:
    """A loss, its parameters and their gradient by hand, and the data behind them."""

    loss: Callable[[Tree], Any]
    params: Tree
    grads: Tree
    x: Array
    y: Array


def measure(rounds: int) -> Iterator[Result]:
    """Yield for each size the time against other checks, that of locating, and the detection limit."""
    for size in SIZES:
        p = problem(size)
        others = rivals(p, size)
        wrong = with_wrong_entry(p)
        ours, locating, *theirs = interleaved(
            [lambda p=p: checked(p), lambda p=wrong: checked(p), *others.values()], rounds
        )
        times = dict(zip(others, theirs, strict=True))
        note = ", ".join(f"{name} {readable(seconds)}" for name, seconds in times.items())
        fastest = min(times.values())
        name = f"check, {size.name}"
        yield Result("gradient", name, ours / fastest, "ratio", size.goal, f"parity {readable(ours)}, {note}")
        note = f"{readable(locating)}, of a passing check {readable(ours)}"
        yield Result(
            "gradient", f"one wrong entry located, {size.name}", locating / ours, "ratio", LOCATING, note
        )
        limit = max(tensor.detectable for tensor in checked(p).tensors)
        yield Result(
            "gradient", f"smallest error seen, {size.name}", limit, "ratio", 1e-12, "relative, float64"
        )


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


def rivals(p: Problem, size: Size) -> dict[str, Call]:
    """Return other gradient checks of the same network."""
    import torch

    x, y = torch.from_numpy(p.x), torch.from_numpy(p.y)
    inputs = [torch.from_numpy(w.copy()).requires_grad_() for w in flatten(p.params).values()]

    def loss(kernel_1: Any, bias_1: Any, kernel_2: Any, bias_2: Any) -> Any:
        prediction = torch.sigmoid(x @ kernel_1 + bias_1) @ kernel_2 + bias_2
        return torch.nn.functional.mse_loss(prediction, y)

    gradcheck = torch.autograd.gradcheck
    calls: dict[str, Call] = {"gradcheck fast": lambda: gradcheck(loss, inputs, fast_mode=True)}
    if size.entrywise:
        calls["gradcheck slow"] = lambda: gradcheck(loss, inputs)
        if scipy := in_scipy(p):
            calls["scipy check_grad"] = scipy
    return calls


def in_scipy(p: Problem) -> Call | None:
    """Return the check of ``scipy.optimize``, which knows one flat vector, if there is a SciPy."""
    try:
        from scipy.optimize import check_grad
    except ImportError:
        return None
    flat = flatten(p.params)
    ends = np.cumsum([w.size for w in flat.values()])[:-1]

    def tree(vector: Array) -> Tree:
        parts = np.split(vector, ends)
        return unflatten(
            {path: part.reshape(flat[path].shape) for path, part in zip(flat, parts, strict=True)}
        )

    def vector(tree: Tree) -> Array:
        return np.concatenate([array.ravel() for array in flatten(tree).values()])

    gradient = vector(p.grads)
    return lambda: check_grad(lambda v: p.loss(tree(v)), lambda v: gradient, vector(p.params))
