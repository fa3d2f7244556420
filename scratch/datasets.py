"""The small problems that the tutorials train on.

Every dataset is made, not downloaded, from numbers that stand here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from scratch.tree import Array


@dataclass(frozen=True)
class Dataset:
    """Inputs and targets, float64.

    Attributes:
        inputs: (N, I).
        targets: (N, O); for classes one-hot, or one column of 0 and 1.
        features: what the columns of ``inputs`` are, I names.
        labels: what the columns of ``targets`` are, O names.
        test_inputs: rows that are not trained on, (M, I); M may be 0.
        test_targets: their targets, (M, O).
    """

    inputs: Array
    targets: Array
    features: tuple[str, ...]
    labels: tuple[str, ...]
    test_inputs: Array
    test_targets: Array

    @classmethod
    def of(
        cls, inputs: object, targets: object, features: tuple[str, ...], labels: tuple[str, ...]
    ) -> "Dataset":
        """Return a dataset without test rows."""
        x, y = np.array(inputs, dtype=float), np.array(targets, dtype=float)
        return cls(x, y, features, labels, x[:0], y[:0])


def xor(rng: np.random.RandomState) -> Dataset:
    """Return the four rows of exclusive or: 1 where exactly one of the two inputs is 1."""
    return Dataset.of([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]], ("x1", "x2"), ("xor",))


def bump(rng: np.random.RandomState) -> Dataset:
    """Return four points of a bump: 1, 2, 3, 4 -> 0, 1, 1, 0."""
    return Dataset.of([[1], [2], [3], [4]], [[0], [1], [1], [0]], ("x",), ("y",))


def house_prices(rng: np.random.RandomState) -> Dataset:
    """Return five houses at $200 a square foot: size in 1,000 sq ft, price in $100,000."""
    sizes = np.array([[0.5], [1.0], [1.5], [2.0], [2.5]])
    return Dataset.of(sizes, sizes * 2, ("size",), ("price",))


def running_decision(rng: np.random.RandomState) -> Dataset:
    """Return three days on which to decide about going for a run: a good one, a rainy one, a tired one."""
    days = [[0.8, 0.6, 0.9], [0.2, 0.6, 0.9], [0.8, 0.2, 0.9]]
    return Dataset.of(days, [[1], [0], [0]], ("weather", "energy", "time"), ("run",))


def sensor(rng: np.random.RandomState) -> Dataset:
    """Return 240 training and 60 test readings of an industrial sensor in three states.

    For each state 100 temperatures and 100 vibrations are drawn; the 300 readings are shuffled,
    split, and standardised with the mean and standard deviation of the training rows.
    """
    states = (("normal", 50, 2, 0.5), ("warning", 70, 5, 1.0), ("critical", 90, 8, 1.0))
    readings = np.concatenate(
        [
            np.column_stack([rng.normal(temperature, 5, 100), rng.normal(vibration, spread, 100)])
            for _, temperature, vibration, spread in states
        ]
    )  # (300, 2)
    one_hot = np.repeat(np.eye(3), 100, axis=0)  # (300, 3)
    order = rng.permutation(300)
    train, test = order[:240], order[240:]
    centre, spread = readings[train].mean(axis=0), readings[train].std(axis=0)
    x = (readings - centre) / spread
    labels = tuple(state[0] for state in states)
    return Dataset(x[train], one_hot[train], ("temperature", "vibration"), labels, x[test], one_hot[test])


def noise(rng: np.random.RandomState) -> Dataset:
    """Return 64 rows of 64 normal numbers, and as many targets: nothing to learn, something to feed."""
    x, y = rng.randn(64, 64), rng.randn(64, 64)
    features = tuple(f"x{i + 1}" for i in range(64))
    labels = tuple(f"y{i + 1}" for i in range(64))
    return Dataset.of(x, y, features, labels)


DATASETS: dict[str, Callable[[np.random.RandomState], Dataset]] = {
    "bump": bump,
    "house_prices": house_prices,
    "noise": noise,
    "running_decision": running_decision,
    "sensor": sensor,
    "xor": xor,
}


def batches(rows: int, size: int, epoch: int, shuffle_seed: int | None = None) -> Iterator[Array]:
    """Yield the row numbers of each mini-batch of one epoch, in order; the last may be smaller.

    With ``shuffle_seed`` each epoch has an order of its own, which depends on nothing but the seed
    and the number of the epoch: three implementations can ask for it and get the same.
    """
    order = np.arange(rows)
    if shuffle_seed is not None:
        order = np.random.RandomState([shuffle_seed, epoch]).permutation(rows)
    for start in range(0, rows, size):
        yield order[start : start + size]
