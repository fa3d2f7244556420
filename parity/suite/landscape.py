"""What a trained network says between the data points."""

from typing import Any

import numpy as np

from parity.results import Landscape
from parity.scenarios.problem import Problem
from scratch.layers.sigmoid import sigmoid
from scratch.layers.softmax import softmax
from scratch.tree import Array

ACROSS = 48
ALONG = 160
MOST_OUTPUTS = 3


def places(problem: Problem) -> dict[str, Array]:
    """Return where predictions are asked for at the end: ``train``, and where they make sense ``test`` and ``grid``."""
    found = {"train": problem.x}
    if len(problem.dataset.test_inputs):
        found["test"] = problem.dataset.test_inputs.astype(problem.dtype)
    if problem.x.shape[1] == 2:
        x, y = axes(problem)
        found["grid"] = np.stack([a.ravel() for a in np.meshgrid(x, y)], axis=1).astype(problem.dtype)
    elif problem.x.shape[1] == 1:
        found["grid"] = axes(problem)[0][:, None].astype(problem.dtype)
    return found


def axes(problem: Problem) -> list[Array]:
    """Return the grid lines of each of one or two inputs: half a data range beyond the data on either side."""
    inputs = problem.dataset.inputs
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    margin = np.where(high > low, 0.25 * (high - low), 1.0)
    count = ACROSS if inputs.shape[1] == 2 else ALONG
    return [np.linspace(a, b, count) for a, b in zip(low - margin, high + margin, strict=True)]


def landscape(problem: Problem, predictions: dict[str, Array]) -> Landscape | None:
    """Return what each implementation says on the grid.

    Args:
        problem: with one or two inputs, else there is no landscape.
        predictions: (number of places, O) for scratch and each framework.
    """
    width = problem.x.shape[1]
    if width > 2 or not predictions:
        return None
    lines = axes(problem)
    shape = (len(lines[1]), len(lines[0])) if width == 2 else (1, len(lines[0]))
    predictions = {name: _probabilities(problem, array.astype(float)) for name, array in predictions.items()}
    scratch = predictions["scratch"]

    def maps(array: Array, digits: int) -> list[list[list[float]]]:
        return [
            shortened(array[:, k].reshape(shape), digits) for k in range(min(array.shape[1], MOST_OUTPUTS))
        ]

    targets = problem.dataset.targets
    return Landscape(
        "boundary" if width == 2 else "curve",
        shortened(lines[0], 6),
        shortened(lines[1], 6) if width == 2 else [],
        {name: maps(array, 5) for name, array in predictions.items()},
        {name: maps(_minus(array, scratch), 3) for name, array in predictions.items() if name != "scratch"},
        list(problem.dataset.labels[:MOST_OUTPUTS]),
        problem.dataset.inputs.tolist(),
        (
            targets.argmax(axis=1) if targets.shape[1] > 1 and problem.task == "classes" else targets[:, 0]
        ).tolist()
        if targets.shape[1]
        else [],
    )


def _minus(array: Array, scratch: Array) -> Array:
    with np.errstate(invalid="ignore"):  # infinity minus infinity
        difference: Array = array - scratch
    return difference


def _probabilities(problem: Problem, output: Array) -> Array:
    """Return what an output means: logits are shown as the probabilities they stand for."""
    training = problem.scenario.training
    if training is None or not training.loss.endswith("_from_logits"):
        return output
    return softmax(output) if problem.task == "classes" else sigmoid(output)


def shortened(array: Array, digits: int) -> Any:
    """Return nested lists with so many significant digits: a figure needs no more, and the file stays small."""
    if array.ndim > 1:
        return [shortened(row, digits) for row in array]
    return [float(f"{value:.{digits}g}") for value in array]
