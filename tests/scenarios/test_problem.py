import math
import pickle
from itertools import chain
from pathlib import Path

import attrs
import numpy as np
import pytest

from parity.errors import ParityError
from parity.scenarios import Problem, Scenario, build, load, shipped, write_weights
from parity.scenarios.model import Data, Initial, LayerSpec, Training

TRAINING = Training("mean_squared_error", 0.5, epochs=3, batch_size=2)


def problem(rows: int = 5, training: Training | None = TRAINING, initial: Initial | None = None) -> Problem:
    """Return a problem with so many rows of two inputs and one target."""
    data = Data(
        inputs=[[float(n), n / 10] for n in range(rows)], targets=[[float(n % 2)] for n in range(rows)]
    )
    layers = [LayerSpec(3, "tanh"), LayerSpec(1)]
    return build(Scenario("small", "Small", data, layers, initial=initial or Initial(), training=training))


def rows_of(problem: Problem, first: int, stop: int) -> list[list[int]]:
    return [rows.tolist() for rows in problem.batches(first, stop)]


def test_the_last_batch_may_be_smaller() -> None:
    small = problem()
    assert (small.batch_size, small.steps_per_epoch, small.steps) == (2, 3, 9)
    assert rows_of(small, 0, 4) == [[0, 1], [2, 3], [4], [0, 1]]


def test_batches_from_the_middle_are_those_of_the_whole() -> None:
    shuffled = problem(training=attrs.evolve(TRAINING, shuffle_seed=1))
    whole = rows_of(shuffled, 0, 9)
    for first in range(10):
        for stop in range(first, 10):
            assert rows_of(shuffled, first, stop) == whole[first:stop]


def test_each_epoch_has_every_row_once_and_its_own_order() -> None:
    shuffled = problem(rows=20, training=attrs.evolve(TRAINING, shuffle_seed=1))
    orders = [list(chain.from_iterable(rows_of(shuffled, first, first + 10))) for first in (0, 10, 20)]
    assert all(sorted(order) == list(range(20)) for order in orders)
    assert len({tuple(order) for order in orders}) == 3


def test_a_batch_is_never_larger_than_the_data() -> None:
    assert problem(training=attrs.evolve(TRAINING, batch_size=32)).batch_size == 5
    assert problem(training=attrs.evolve(TRAINING, batch_size=None)).steps == 3


def test_the_sensor_ends_each_epoch_with_half_a_batch() -> None:
    sensor = build(load("sensor-mini-batches"))
    assert [len(rows) for rows in sensor.batches(0, 8)] == [32] * 7 + [16]
    assert sensor.steps == 320


def test_without_training_there_are_no_steps() -> None:
    still = problem(training=None)
    assert (still.steps, still.loss, still.optimizer, still.batch_size) == (0, None, None, 5)
    with pytest.raises(ValueError, match="nothing is trained in this scenario"):
        still.with_training(epochs=1)


def test_with_training_changes_nothing_else() -> None:
    slow = problem().with_training(learning_rate=0.25)
    assert slow.optimizer is not None
    assert slow.optimizer.learning_rate == 0.25
    assert slow.params is not problem().params
    assert slow.scenario.training == attrs.evolve(TRAINING, learning_rate=0.25)
    assert slow.key != problem().key


def test_weights_that_are_not_given_are_zero() -> None:
    initial = Initial("weights", weights={"dense_1/bias": [1, 2, 3], "dense_2/kernel": [[1], [2], [3]]})
    params = problem(initial=initial).params
    assert params["dense_1"]["bias"].tolist() == [1, 2, 3]
    assert params["dense_2"]["kernel"].tolist() == [[1], [2], [3]]
    assert params["dense_1"]["kernel"].tolist() == [[0, 0, 0], [0, 0, 0]]
    assert params["dense_2"]["bias"].tolist() == [0]
    assert list(params["dense_1"]) == ["kernel", "bias"]


def test_a_seed_takes_the_place_of_both() -> None:
    sensor = load("sensor")
    other = build(sensor, seed=2)
    assert (other.scenario.data.seed, other.scenario.initial.seed) == (2, 2)
    assert not np.array_equal(other.x, build(sensor).x)
    assert not np.array_equal(build(load("xor-sigmoid"), seed=2).params["dense_1"]["kernel"], DEFAULT)


DEFAULT = build(load("xor-sigmoid")).params["dense_1"]["kernel"]


def test_float32_starts_from_the_rounded_draws_of_float64() -> None:
    single = build(load("xor-sigmoid"), "float32").params["dense_1"]["kernel"]
    assert single.dtype == np.float32
    assert (single == DEFAULT.astype(np.float32)).all()


def test_numbers_that_float32_cannot_hold_are_named() -> None:
    large = Scenario(
        "large",
        "Large",
        Data(inputs=[[1e300]]),
        [LayerSpec(1)],
        initial=Initial("weights", weights={"dense_1/bias": [-1e39]}),
    )
    assert build(large, "float64").x.item() == 1e300
    with pytest.raises(ParityError) as caught:
        build(large, "float32")
    assert caught.value.problems == [
        "dense_1/bias has a number that float32 cannot hold [large]",
        "inputs has a number that float32 cannot hold [large]",
    ]


def test_the_key_is_the_same_in_another_process() -> None:
    scenario = load("sensor")
    told = pickle.loads(pickle.dumps(scenario))  # as workers get it: equal, but other objects
    assert build(told).key == build(scenario).key


def test_the_key_knows_what_is_in_a_weights_file(tmp_path: Path) -> None:
    scenario = load("xor-sigmoid")
    from_file = attrs.evolve(scenario, initial=Initial("file", file="w"), path=tmp_path / "mine.toml")
    keys = set()
    for seed in (1, 2):
        write_weights(tmp_path / "w", build(scenario, seed=seed).params)
        keys.add(build(from_file).key)
    assert len(keys) == 2


def test_the_cut_is_where_a_probability_is_half() -> None:
    assert [build(load(name)).cut for name in ("xor-sigmoid", "xor-logits", "running-neuron")] == [
        0.5,
        0,
        0.5,
    ]


def test_keys_tell_problems_apart_and_nothing_else() -> None:
    scenarios = [load(name) for name in shipped()]
    keys = {build(scenario, dtype).key for scenario in scenarios for dtype in ("float32", "float64")}
    assert len(keys) == 2 * len(scenarios)
    scenario = load("xor-sigmoid")
    retold = attrs.evolve(scenario, title="Another", about="", sources=[], claims=[], path=Path("a.toml"))
    assert build(retold).key == build(scenario).key
    nudged = attrs.evolve(scenario, initial=attrs.evolve(scenario.initial, scale=math.nextafter(0.5, 1)))
    assert build(nudged).key != build(scenario).key


@pytest.mark.parametrize(
    ("loss", "task"),
    [
        ("mean_squared_error", "regression"),
        ("binary_cross_entropy", "binary"),
        ("binary_cross_entropy_from_logits", "binary"),
        ("categorical_cross_entropy", "classes"),
    ],
)
def test_the_loss_tells_the_task_of_explicit_data(loss: str, task: str) -> None:
    told = problem().with_training(loss=loss)
    assert told.task == task
    data = attrs.evolve(told.scenario.data, task="regression")
    assert build(attrs.evolve(told.scenario, data=data)).task == "regression"


def test_the_dataset_tells_its_task() -> None:
    assert [build(load(name)).task for name in ("xor-sigmoid", "sensor", "house-prices")] == [
        "binary", "classes", "regression"
    ]  # fmt: skip
