"""A problem and its predictions in words and short tables, for the results."""

from collections.abc import Sequence

import numpy as np

from parity.frameworks.plan import count_parameters
from parity.judge import Reference
from parity.judge.classes import classify
from parity.results import Predictions
from parity.scenarios import Problem
from parity.suite.landscape import places
from scratch.tree import Array

MOST_ROWS = 20


def describe_network(problem: Problem) -> str:
    """Return the widths and activations, ``2-4-1, sigmoid, sigmoid``."""
    width = problem.x.shape[1]
    widths, activations = [width], []
    for spec in problem.scenario.layers:
        if spec.units is not None:
            widths.append(spec.units)
        if spec.activation is not None:
            activations.append(spec.activation)
    return ", ".join(["-".join(map(str, widths)), *_folded(activations)])


def describe_loss(problem: Problem) -> str:
    """Return the name of the loss in words, or nothing."""
    training = problem.scenario.training
    return training.loss.replace("_", " ") if training else ""


def describe_optimizer(problem: Problem) -> str:
    """Return learning rate, momentum and batches in words, or nothing."""
    training = problem.scenario.training
    if training is None:
        return ""
    words = [f"learning rate {training.learning_rate:g}"]
    if training.momentum:
        words.append(f"{'Nesterov ' if training.nesterov else ''}momentum {training.momentum:g}")
    full = problem.batch_size == len(problem.x)
    words.append("full batch" if full else f"batches of {problem.batch_size}")
    if training.shuffle_seed is not None:
        words.append("shuffled")
    return ", ".join(words)


def parameters(problem: Problem) -> int:
    """Return the number of weights and biases."""
    return count_parameters(problem)


def seed_of(problem: Problem) -> int | None:
    """Return the seed of the initial weights, or None where they are given."""
    initial = problem.scenario.initial
    if initial.rule in ("weights", "file", "zeros"):
        return None
    return problem.scenario.data.seed if initial.continue_dataset else initial.seed


def predictions(
    problem: Problem, written: Reference, final: dict[str, dict[str, Array]]
) -> list[Predictions]:
    """Return the final predictions of everybody side by side, on training and on test rows."""
    found = []
    for rows, inputs in places(problem).items():
        if rows == "grid":
            continue
        values = {"scratch": written.predict(inputs)[0]} | {
            name: there[rows] for name, there in final.items()
        }
        data = problem.dataset
        targets = data.targets if rows == "train" else data.test_targets
        found.append(_predictions(problem, rows, targets, values))
    return found


def _predictions(problem: Problem, rows: str, targets: Array, values: dict[str, Array]) -> Predictions:
    data = problem.dataset
    inputs = data.inputs if rows == "train" else data.test_inputs
    classes: dict[str, list[str]] = {}
    correct: dict[str, int] = {}
    if problem.task != "regression" and targets.shape[1]:
        true = classify(targets)
        for name, value in values.items():
            found = classify(value, problem.cut)
            correct[name] = int((found == true).sum())
            classes[name] = [_class_name(problem, number) for number in found[:MOST_ROWS]]
    return Predictions(
        rows,
        list(data.features),
        list(data.labels),
        inputs[:MOST_ROWS].tolist(),
        targets[:MOST_ROWS].tolist(),
        {name: value[:MOST_ROWS].astype(float).tolist() for name, value in values.items()},
        classes,
        correct,
        len(inputs),
    )


def _class_name(problem: Problem, number: int) -> str:
    if number < 0:
        return "none"
    return problem.dataset.labels[number] if problem.task == "classes" else str(int(number))


def _folded(activations: Sequence[str]) -> list[str]:
    """Return ``["sigmoid ×10"]`` for ten sigmoids in a row; up to three are written out."""
    changes = [i for i, name in enumerate(activations) if i == 0 or activations[i - 1] != name]
    counts = np.diff([*changes, len(activations)])
    folded: list[str] = []
    for start, count in zip(changes, counts, strict=True):
        name = activations[start]
        folded += [name] * int(count) if count <= 3 else [f"{name} ×{count}"]
    return folded
