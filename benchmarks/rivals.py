"""Other gradient checks of the same network, each as its documentation shows it."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.harness import Call
from scratch.tree import Array, Tree, flatten, unflatten


@dataclass(frozen=True)
class Problem:
    """A loss, its parameters and their gradient by hand, and the data behind them."""

    loss: Callable[[Tree], Any]
    params: Tree
    grads: Tree
    x: Array
    y: Array


def installed(names: Iterable[str]) -> dict[str, ModuleType]:
    """Return the packages of these checks as far as they are there, by the name of the check."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    found = {}
    with silent():
        for name in names:
            try:
                found[name] = import_module(MODULES.get(name, PACKAGES[name]))
            except ImportError:
                continue
    return found


@contextmanager
def silent() -> Iterator[None]:
    """Keep back what TensorFlow's C++ prints to stderr while it is imported."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def rivals(packages: Mapping[str, ModuleType], p: Problem) -> dict[str, Call]:
    """Return a call of every check whose package is there."""
    return {name: RIVALS[name](packages[name], p) for name in RIVALS if name in packages}


def gradcheck(torch: Any, p: Problem, fast: bool) -> Call:
    """Return ``torch.autograd.gradcheck``: along one random direction if ``fast``, else entry by entry."""
    x, y = torch.from_numpy(p.x), torch.from_numpy(p.y)
    inputs = [torch.from_numpy(w.copy()).requires_grad_() for w in flatten(p.params).values()]

    def loss(kernel_1: Any, bias_1: Any, kernel_2: Any, bias_2: Any) -> Any:
        prediction = torch.sigmoid(x @ kernel_1 + bias_1) @ kernel_2 + bias_2
        return torch.nn.functional.mse_loss(prediction, y)

    return lambda: torch.autograd.gradcheck(loss, inputs, fast_mode=fast)


def check_grads(jax: Any, p: Problem) -> Call:
    """Return ``jax.test_util.check_grads`` of a compiled loss: reverse mode along one random direction."""
    jax.config.update("jax_enable_x64", True)
    check, (x, y) = import_module("jax.test_util").check_grads, map(jax.numpy.asarray, (p.x, p.y))

    @jax.jit  # type: ignore[untyped-decorator]
    def loss(kernel_1: Any, bias_1: Any, kernel_2: Any, bias_2: Any) -> Any:
        prediction = jax.nn.sigmoid(x @ kernel_1 + bias_1) @ kernel_2 + bias_2
        return ((prediction - y) ** 2).mean()

    weights = tuple(jax.numpy.asarray(w) for w in flatten(p.params).values())
    return lambda: check(loss, weights, order=1, modes=("rev",))


def compute_gradient(tf: Any, p: Problem) -> Call:
    """Return ``tf.test.compute_gradient``, which goes entry by entry."""
    x, y = tf.constant(p.x), tf.constant(p.y)

    def loss(kernel_1: Any, bias_1: Any, kernel_2: Any, bias_2: Any) -> Any:
        prediction = tf.sigmoid(x @ kernel_1 + bias_1) @ kernel_2 + bias_2
        return tf.reduce_mean((prediction - y) ** 2)

    weights = [tf.constant(w) for w in flatten(p.params).values()]
    return lambda: tf.test.compute_gradient(loss, weights)


def check_grad(optimize: Any, p: Problem) -> Call:
    """Return ``scipy.optimize.check_grad``, which knows one flat vector and goes entry by entry."""
    flat = flatten(p.params)
    ends = np.cumsum([w.size for w in flat.values()])[:-1]

    def tree(vector: Array) -> Tree:
        parts = zip(flat, np.split(vector, ends), strict=True)
        return unflatten({path: part.reshape(flat[path].shape) for path, part in parts})

    def vector(tree: Tree) -> Array:
        return np.concatenate([array.ravel() for array in flatten(tree).values()])

    grads = flatten(p.grads)
    gradient = np.concatenate(
        [grads[path].ravel() for path in flat]
    )  # backward goes from the last layer to the first
    return lambda: optimize.check_grad(lambda v: p.loss(tree(v)), lambda v: gradient, vector(p.params))


RIVALS: dict[str, Callable[[Any, Problem], Call]] = {
    "gradcheck fast": lambda torch, p: gradcheck(torch, p, fast=True),
    "gradcheck slow": lambda torch, p: gradcheck(torch, p, fast=False),
    "jax check_grads": check_grads,
    "tf compute_gradient": compute_gradient,
    "scipy check_grad": check_grad,
}

PACKAGES = {
    "gradcheck fast": "torch",
    "gradcheck slow": "torch",
    "jax check_grads": "jax",
    "tf compute_gradient": "tensorflow",
    "scipy check_grad": "scipy",
}
"""What to install for each; jax and scipy are no dependencies of the project."""

MODULES = {"scipy check_grad": "scipy.optimize"}

ENTRYWISE = {"gradcheck slow", "tf compute_gradient", "scipy check_grad"}
"""Those whose time grows with the number of entries at least."""
