"""The rows that are trained on, and the order in which they come."""

from collections.abc import Callable

import numpy as np
import pytest

from scratch.datasets import (
    DATASETS,
    Dataset,
    batches,
    bump,
    house_prices,
    noise,
    running_decision,
    sensor,
    xor,
)
from scratch.tree import Array


@pytest.mark.parametrize("make", DATASETS.values(), ids=DATASETS)
def test_every_dataset_is_consistent_and_repeatable(make) -> None:
    data, again = make(np.random.RandomState(3)), make(np.random.RandomState(3))
    rows, width = data.inputs.shape
    assert data.inputs.dtype == data.targets.dtype == np.float64
    assert data.targets.shape == (rows, len(data.labels))
    assert width == len(data.features)
    assert data.test_inputs.shape[1:] == data.inputs.shape[1:]
    assert data.test_targets.shape[1:] == data.targets.shape[1:]
    assert len(data.test_inputs) == len(data.test_targets)
    np.testing.assert_array_equal(data.inputs, again.inputs)
    np.testing.assert_array_equal(data.targets, again.targets)


def test_scenarios_know_datasets_by_these_names() -> None:
    assert [*DATASETS] == ["bump", "house_prices", "noise", "running_decision", "sensor", "xor"]
    assert [*DATASETS.values()] == [bump, house_prices, noise, running_decision, sensor, xor]


def test_rows_as_the_tutorials_have_them() -> None:
    rng = np.random.RandomState(0)
    np.testing.assert_array_equal(
        np.hstack([xor(rng).inputs, xor(rng).targets]), [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
    )
    np.testing.assert_array_equal(
        np.hstack([bump(rng).inputs, bump(rng).targets]), [[1, 0], [2, 1], [3, 1], [4, 0]]
    )
    prices = house_prices(rng)
    np.testing.assert_array_equal(
        np.hstack([prices.inputs, prices.targets]), [[0.5, 1], [1, 2], [1.5, 3], [2, 4], [2.5, 5]]
    )
    days = running_decision(rng)
    np.testing.assert_array_equal(
        np.hstack([days.inputs, days.targets]),
        [[0.8, 0.6, 0.9, 1], [0.2, 0.6, 0.9, 0], [0.8, 0.2, 0.9, 0]],
    )


@pytest.mark.parametrize(
    ("make", "features", "labels"),
    [
        (bump, ("x",), ("y",)),
        (house_prices, ("size",), ("price",)),
        (running_decision, ("weather", "energy", "time"), ("run",)),
        (sensor, ("temperature", "vibration"), ("normal", "warning", "critical")),
        (xor, ("x1", "x2"), ("xor",)),
    ],
)
def test_columns_have_the_names_that_reports_show(
    make: Callable[[np.random.RandomState], Dataset], features: tuple[str, ...], labels: tuple[str, ...]
) -> None:
    data = make(np.random.RandomState(0))
    assert (data.features, data.labels) == (features, labels)


def test_columns_of_noise_are_numbered_from_one() -> None:
    data = noise(np.random.RandomState(0))
    assert (data.features[0], data.features[-1]) == ("x1", "x64")
    assert (data.labels[0], data.labels[-1]) == ("y1", "y64")


def test_rows_that_are_written_down_draw_nothing() -> None:
    for name in ("bump", "house_prices", "running_decision", "xor"):
        rng = np.random.RandomState(5)
        DATASETS[name](rng)
        assert rng.randn() == np.random.RandomState(5).randn(), name


def sensor_by_the_book() -> tuple[Array, Array]:
    """Draw the 300 readings one array at a time, as defined, and return training and test rows."""
    rng = np.random.RandomState(42)
    columns = []
    for c in range(3):
        temperature = rng.normal((50, 70, 90)[c], 5, 100)
        vibration = rng.normal((2, 5, 8)[c], (0.5, 1, 1)[c], 100)
        columns.append(np.array([temperature, vibration]))
    readings = np.hstack(columns).T[rng.permutation(300)]
    train, test = readings[:240], readings[240:]
    centre, spread = train.mean(axis=0), train.std(axis=0)
    return (train - centre) / spread, (test - centre) / spread


def test_sensor() -> None:
    data = sensor(np.random.RandomState(42))
    train, test = sensor_by_the_book()
    np.testing.assert_array_equal(data.inputs, train)
    np.testing.assert_array_equal(data.test_inputs, test)
    np.testing.assert_allclose(data.inputs.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(data.inputs.std(axis=0), 1, rtol=1e-14)
    counts = data.targets.sum(axis=0) + data.test_targets.sum(axis=0)
    np.testing.assert_array_equal(counts, [100, 100, 100])
    np.testing.assert_array_equal(data.targets.sum(axis=1), np.ones(240))


def test_sensor_rows_keep_their_labels() -> None:
    """Each state is where its temperature says: the rows were shuffled together with their labels."""
    data = sensor(np.random.RandomState(42))
    means = [data.inputs[data.targets[:, c] == 1, 0].mean() for c in range(3)]
    assert means[0] < -1 < means[1] < 1 < means[2]


@pytest.mark.parametrize(
    ("rows", "size", "lengths"), [(240, 240, [240]), (10, 4, [4, 4, 2]), (4, 32, [4]), (3, 1, [1] * 3)]
)
@pytest.mark.parametrize("seed", [None, 0])
def test_batches_cover_every_row_once(rows: int, size: int, lengths: list[int], seed: int | None) -> None:
    parts = list(batches(rows, size, epoch=0, shuffle_seed=seed))
    assert [len(part) for part in parts] == lengths
    assert sorted(np.concatenate(parts)) == list(range(rows))


def test_batches_in_order_unless_shuffled() -> None:
    for epoch in (0, 1):
        np.testing.assert_array_equal(np.concatenate(list(batches(7, 3, epoch))), np.arange(7))


def test_shuffled_batches_depend_on_seed_and_epoch_alone() -> None:
    def order(epoch: int, seed: int) -> list[int]:
        return np.concatenate(list(batches(40, 7, epoch, seed))).tolist()

    np.random.seed(0)
    first = order(3, 1)
    np.random.seed(99)
    assert first == order(3, 1)
    assert len({tuple(order(epoch, seed)) for epoch in range(4) for seed in range(4)}) == 16
    assert order(1, 2) != order(2, 1)
