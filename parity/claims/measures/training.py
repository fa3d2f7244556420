"""How the training of the scenario goes: losses and right answers, step by step.

A step number ``k`` means "after k updates"; 0 is the untrained network, and left out it is the end.
"""

import numpy as np

from parity.claims.subject import Subject
from parity.claims.trajectory import rows_right
from scratch.tree import flatten


def loss(subject: Subject, step: int | None = None) -> float:
    """Return the loss of all rows."""
    return float(subject.trajectory.loss(subject.end(step)))


def losses(subject: Subject, steps: list[int]) -> list[float]:
    """Return the loss that was reported at each of these steps, before its update."""
    history = subject.trajectory.losses(max(steps) + 1)
    return [float(history[step]) for step in steps]


def loss_falls(subject: Subject, step: int | None = None) -> bool:
    """Return whether the loss is lower than before training."""
    return loss(subject, step) < loss(subject, 0)


def loss_fallen(subject: Subject, step: int | None = None) -> float:
    """Return the fraction of the first loss that has gone."""
    return 1 - loss(subject, step) / loss(subject, 0)


def loss_exceeds(subject: Subject, limit: float, steps: int | None = None) -> bool:
    """Return whether the loss is ever above ``limit``, or not a number."""
    history = subject.trajectory.losses(subject.end(steps))
    return bool((~(history <= limit)).any())


def loss_is_below(subject: Subject, limit: float, step: int | None = None) -> bool:
    """Return whether the loss is below ``limit``: for losses whose very digits are rounding noise."""
    return loss(subject, step) < limit


def increases(subject: Subject, steps: int | None = None) -> int:
    """Return how many steps made the loss larger."""
    history = subject.trajectory.losses(subject.end(steps))
    return int((np.diff(history) > 0).sum())


def oscillates(subject: Subject, steps: int) -> bool:
    """Return whether the loss goes up and comes down again within the first steps."""
    ups = np.diff(subject.trajectory.losses(steps)) > 0
    return bool(ups.any() and (~ups[ups.argmax() :]).any())


def correct(subject: Subject, step: int | None = None) -> int:
    """Return how many training rows are right."""
    return int(subject.trajectory.correct(subject.end(step)))


def accuracy_on_test_rows(
    subject: Subject, step: int | None = None, changes: dict[str, object] | None = None
) -> float:
    """Return the fraction of test rows that are right; ``changes``: in a scenario that is changed so."""
    subject = subject.changed(changes) if changes else subject
    problem = subject.problem
    params = subject.trajectory.params(subject.end(step))
    y, _ = problem.network.forward(params, problem.dataset.test_inputs)
    return int(rows_right(problem, y, problem.dataset.test_targets)) / len(y)


def first_test_probability(subject: Subject, label: str, step: int | None = None) -> float:
    """Return the probability of class ``label`` for the first test row of that class."""
    data = subject.problem.dataset
    column = data.labels.index(label)
    row = int(data.test_targets[:, column].argmax())
    params = subject.trajectory.params(subject.end(step))
    y, _ = subject.problem.network.forward(params, data.test_inputs[row : row + 1])
    return float(y[0, column])


def parameters(subject: Subject) -> int:
    """Return the number of weights and biases."""
    return sum(array.size for array in flatten(subject.problem.params).values())
