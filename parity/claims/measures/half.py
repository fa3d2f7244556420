"""The tutorials' own network, and 32-bit numbers, beside the true gradient in 64 bits."""

import ast
import inspect

import numpy as np

from parity.claims import tutorial
from parity.claims.subject import Subject
from parity.claims.trajectory import Trajectory
from parity.claims.tutorial import NeuralNetwork
from parity.scenarios import build
from scratch.tree import Array, map_tree


def true_over_printed(subject: Subject) -> float:
    """Return by how much finite differences of the reported loss exceed the gradient that is computed.

    Raises:
        ValueError: it is not the same factor for every parameter.
    """
    network = NeuralNetwork(subject.problem.params)
    x, y = subject.problem.x, subject.problem.y
    arrays = [*network.weights, *network.biases]
    network.forward(x)
    network.backward(y, rate=1.0)
    printed = np.concatenate(
        [np.ravel(a - b) for a, b in zip(arrays, [*network.weights, *network.biases], strict=True)]
    )
    ratios = _differences(subject) / printed
    if np.ptp(ratios) > 1e-5:
        raise ValueError(f"the factor is not constant: {ratios.min():.4g} to {ratios.max():.4g}")
    return float(np.round(ratios.mean(), 6))


def half_gradient_is_the_same_training(subject: Subject, steps: int) -> bool:
    """Return whether half the gradient at twice the learning rate gives the same losses, bit for bit."""
    return bool((_tutorial_losses(subject, steps) == subject.trajectory.losses(steps)).all())


def gap_of_early_update(subject: Subject, steps: int) -> float:
    """Return the largest difference between the losses of the wrong order of updates and of the right one."""
    wrong = _tutorial_losses(subject, steps, update_first=True)
    return float(np.abs(wrong - subject.trajectory.losses(steps)).max())


def float32_stays_near(subject: Subject, limit: float, steps: int) -> bool:
    """Return whether the losses in 32 bits are never farther than ``limit`` from those in 64 bits."""
    rounded = Trajectory(build(subject.scenario, "float32")).losses(steps)
    return bool((np.abs(rounded - subject.trajectory.losses(steps)) < limit).all())


def lines_of_code(subject: Subject, of: str) -> int:
    """Return how many lines a piece of the tutorials' code takes, without comments, docstrings and blanks.

    Args:
        subject: any.
        of: ``NeuralNetwork``, or ``neuron``, of which only the body counts.
    """
    source = inspect.getsource(getattr(tutorial, of))
    tree = ast.parse(source)
    documented = (ast.FunctionDef, ast.ClassDef)
    for node in ast.walk(tree):
        if isinstance(node, documented) and ast.get_docstring(node):
            node.body = node.body[1:]
    lines = ast.unparse(tree).splitlines()
    body = lines[1:] if of == "neuron" else lines
    return sum(bool(line.strip()) for line in body)


def _tutorial_losses(subject: Subject, steps: int, update_first: bool = False) -> Array:
    training = subject.scenario.training
    assert training is not None
    network = NeuralNetwork(subject.problem.params)
    return network.train(
        subject.problem.x, subject.problem.y, steps, 2 * training.learning_rate, update_first
    )


def _differences(subject: Subject, h: float = 1e-6) -> Array:
    """Return the derivative of the mean squared error by every weight and bias, by central differences."""
    network = NeuralNetwork(map_tree(np.copy, subject.problem.params))
    slopes = []
    for array in (*network.weights, *network.biases):
        for entry in np.ndindex(array.shape):
            there, losses = array[entry], []
            for array[entry] in (there - h, there + h):
                losses.append(((network.forward(subject.problem.x) - subject.problem.y) ** 2).mean())
            array[entry] = there
            slopes.append((losses[1] - losses[0]) / (2 * h))
    return np.array(slopes)
