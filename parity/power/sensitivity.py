"""How small an error each tool sees: all gradients of one network are off by the same factor, 1 + d."""

from collections.abc import Callable
from importlib import metadata
from typing import Any, Protocol

import numpy as np
from attrs import frozen

from parity.frameworks.workers import FrameworkFailure, Worker
from parity.power.replay import record
from parity.power.tools import TOOLS, Catches, Check, Subject, Tool
from parity.results.power import Sensitivity
from parity.scenarios import Scenario, build
from parity.scenarios.model import Data, Initial, LayerSpec, Training

DTYPES = ("float64", "float32")
REFERENCE = "torch"
SMALLEST, LARGEST = -17.0, 1.0
"""Powers of ten between which the smallest error is looked for."""

HALVINGS = 11
"""Leave 2 % between an error that is caught and one that is not."""

PATIENCE = 300.0
"""Seconds that a tool may take."""


@frozen
class Limit:
    """The smallest error that is caught, or why there is none."""

    error: float | None
    note: str = ""


class Process(Protocol):
    """Where tools run: apart from this process, so that what they import, print and break stays there."""

    def call(self, task: Callable[..., Any], *arguments: Any, timeout: float) -> Any:
        """Run ``task(module, *arguments)``; raise FrameworkFailure if that cannot be done."""


def network() -> Scenario:
    """Return 20-32-10 with tanh and cross-entropy, 16 rows in one batch, for one step of training."""
    rng = np.random.RandomState(42)
    return Scenario(
        name="sensitivity",
        title="20-32-10, tanh, cross-entropy",
        data=Data(inputs=rng.randn(16, 20).tolist(), targets=np.eye(10)[rng.randint(10, size=16)].tolist()),
        layers=[LayerSpec(32, "tanh"), LayerSpec(10)],
        initial=Initial(rule="glorot_normal", seed=42, random_biases=True),
        training=Training("categorical_cross_entropy_from_logits", learning_rate=0.1, epochs=1),
    )


def measure() -> list[Sensitivity]:
    """Return a row for each tool; one that is missing or fails has no numbers, and a note that says so."""
    problems = [build(network(), dtype) for dtype in DTYPES]
    try:
        recordings = record(problems, [REFERENCE])
    except FrameworkFailure as failure:
        note = f"nothing to compare with: {failure.message}"
        return [Sensitivity(tool.name, _version(tool), None, None, note) for tool in TOOLS]
    subjects = [Subject(p, recorded) for p, (recorded,) in zip(problems, recordings, strict=True)]
    worker = Worker("keras")  # of all environments the one that keeps everybody quiet, and to one thread
    try:
        return [row(tool, subjects, worker) for tool in TOOLS]
    finally:
        worker.close()


def row(tool: Tool, subjects: list[Subject], process: Process) -> Sensitivity:
    """Return what one tool sees, in each number type."""
    version = _version(tool)
    try:
        found: dict[str, Limit] = process.call(limits, tool.check, subjects, timeout=PATIENCE)
    except FrameworkFailure as failure:
        absent = failure.kind == "missing" and not version
        return Sensitivity(
            tool.name, version, None, None, "not installed" if absent else str(failure.message)
        )
    notes = [f"{dtype}: {limit.note}" for dtype, limit in found.items() if limit.note]
    return Sensitivity(
        tool.name,
        version,
        **{dtype: limit.error for dtype, limit in found.items()},
        note="; ".join([tool.note, *notes] if tool.note else notes),
    )


def limits(_module: str, check: Check, subjects: list[Subject]) -> dict[str, Limit]:
    """Return the smallest error that a check catches, by number type: the task of a :class:`Process`."""
    return {subject.problem.dtype: smallest(check(subject)) for subject in subjects}


def smallest(catches: Catches) -> Limit:
    """Return the smallest error that is caught, by bisection of its logarithm."""
    if catches(0.0):
        return Limit(None, "rejects the right gradient too")
    missed, caught = SMALLEST, LARGEST
    if not catches(10**caught):
        return Limit(None, f"does not see that it is off by a factor of {1 + 10**caught:g}")
    for _ in range(HALVINGS):
        middle = (missed + caught) / 2
        if catches(10**middle):
            caught = middle
        else:
            missed = middle
    return Limit(float(f"{10**caught:.3g}"))


def _version(tool: Tool) -> str:
    try:
        return metadata.version(tool.package)
    except metadata.PackageNotFoundError:
        return ""
