"""What becomes of many random starts, all of them trained at once.

``seeds`` is how many starts there are, with seeds 0, 1, 2 …; ``changes`` is what is different from the
scenario (:func:`parity.claims.variation.vary`).
"""

import numpy as np

from parity.claims.subject import Subject
from parity.claims.trajectory import Trajectory
from parity.claims.tutorial import NeuralNetwork
from scratch.tree import Array, map_tree

Changes = dict[str, object]


def solved(subject: Subject, steps: int, seeds: int = 200, changes: Changes | None = None) -> int:
    """Return how many starts end with every row right."""
    return int(_solved(subject.seeds(seeds, changes), steps).sum())


def none_solved(subject: Subject, steps: int, seeds: int = 200, changes: Changes | None = None) -> bool:
    """Return whether every start fails: for training so chaotic that the number itself means nothing."""
    return solved(subject, steps, seeds, changes) == 0


def most_end_below(
    subject: Subject, limit: float, share: float, steps: int, seeds: int = 200, changes: Changes | None = None
) -> bool:
    """Return whether at least this share of the starts ends with a loss below ``limit``.

    For training so restless that the number itself depends on rounding.
    """
    below = subject.seeds(seeds, changes).loss(steps) < limit
    return bool(below.mean() >= share)


def ending_near(
    subject: Subject,
    value: float,
    within: float,
    steps: int,
    seeds: int = 200,
    changes: Changes | None = None,
) -> int:
    """Return how many starts end with a loss that is ``value`` to ``within``."""
    return int(_near(subject.seeds(seeds, changes), value, within, steps).sum())


def slope_where_stuck(
    subject: Subject,
    value: float,
    within: float,
    steps: int,
    seeds: int = 200,
    changes: Changes | None = None,
) -> float:
    """Return the mean slope of the hidden sigmoids in the networks that end with a loss near ``value``."""
    trajectory = subject.seeds(seeds, changes)
    network, params = trajectory.problem.network, trajectory.params(steps)
    hidden = network.layers[0].forward(params[network.names[0]], trajectory.x)[0]
    a, _ = network.layers[1].forward({}, hidden)  # (members, N, H)
    return float((a * (1 - a))[_near(trajectory, value, within, steps)].mean())


def start_losses(subject: Subject, seeds: int = 1000, changes: Changes | None = None) -> list[float]:
    """Return the smallest, the median and the largest loss of untrained networks."""
    loss = subject.seeds(seeds, changes).loss(0)
    return [float(loss.min()), float(np.median(loss)), float(loss.max())]


def some_start_near(subject: Subject, value: float, within: float, seeds: int = 1000) -> bool:
    """Return whether any untrained network has a loss that is ``value`` to ``within``."""
    return bool(_near(subject.seeds(seeds), value, within, 0).any())


def passing(subject: Subject, rows: int, steps: int, seeds: int = 200, changes: Changes | None = None) -> int:
    """Return how many starts have ``rows`` rows right at any of the first steps."""
    trajectory = subject.seeds(seeds, changes)
    best = np.max([trajectory.correct(step) for step in range(steps + 1)], axis=0)
    return int((best >= rows).sum())


def ends_undecided(subject: Subject, steps: int, seeds: int = 200, changes: Changes | None = None) -> bool:
    """Return whether every start ends with ½ for every row, to rounding."""
    return bool((np.abs(subject.seeds(seeds, changes).outputs(steps) - 0.5) < 1e-9).all())


def with_dead_units(subject: Subject, steps: int, seeds: int = 200, changes: Changes | None = None) -> int:
    """Return how many starts end with a hidden unit that is off for every row."""
    trajectory = subject.seeds(seeds, changes)
    network, params = trajectory.problem.network, trajectory.params(steps)
    hidden, _ = network.layers[0].forward(params[network.names[0]], trajectory.x)  # (members, N, H)
    return int((hidden <= 0).all(axis=-2).any(axis=-1).sum())


def same_solved_in_either_order(subject: Subject, steps: int, seeds: int = 200) -> bool:
    """Return whether the same starts succeed when weights move before the error has passed through them."""
    trajectory = subject.seeds(seeds)
    slip = NeuralNetwork(trajectory.params(0))
    slip.train(trajectory.x, trajectory.y, steps, 2 * _rate(subject), update_first=True)
    right = ((slip.forward(trajectory.x) > 0.5) == (trajectory.y > 0.5)).all(axis=(-2, -1))
    return bool((right == _solved(trajectory, steps)).all())


def first_steps_below(subject: Subject, limit: float, within: int, rates: list[float]) -> list[int]:
    """Return for each learning rate the first step at which the loss is below ``limit``; -1 for never."""
    below = subject.rates(rates).losses(within) < limit  # (steps, members)
    return [int(own.argmax()) if own.any() else -1 for own in below.T]


def loss_at_rate(subject: Subject, rate: float, steps: int) -> float:
    """Return the loss after so many steps from the scenario's own start with another learning rate."""
    return float(subject.rates([rate]).loss(steps)[0])


def rounding_decides(subject: Subject, steps: int, change: float = 1e-15, share: float = 0.1) -> bool:
    """Return whether a change of the start no larger than rounding moves the loss by a large share."""
    problem = subject.problem
    nudged = map_tree(lambda w: w * (1 + change), problem.params)
    losses, others = (Trajectory(problem, params).losses(steps) for params in (problem.params, nudged))
    return bool((np.abs(losses - others) > share * losses).any())


def any_box_solves(subject: Subject, low: float, high: float, draws: int) -> bool:
    """Return whether any network with all kernel entries drawn from [low, high] has every row right."""
    rng = np.random.RandomState(0)
    params = map_tree(
        lambda w: rng.uniform(low, high, (draws, *w.shape)) if w.ndim == 2 else rng.randn(draws, *w.shape),
        subject.problem.params,
    )
    return bool((Trajectory(subject.problem, params).correct(0) == len(subject.problem.x)).any())


def _solved(trajectory: Trajectory, steps: int) -> Array:
    return np.equal(trajectory.correct(steps), trajectory.x.shape[-2])


def _near(trajectory: Trajectory, value: float, within: float, steps: int) -> Array:
    return np.abs(trajectory.loss(steps) - value) < within


def _rate(subject: Subject) -> float:
    training = subject.scenario.training
    assert training is not None
    return training.learning_rate
