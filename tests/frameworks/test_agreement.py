"""Every loss, activation, optimizer and way to batch, in both frameworks and number types, against scratch."""

from typing import Any

import numpy as np
import pytest

from parity.frameworks import workers
from parity.frameworks.scratch import ScratchTwin
from parity.frameworks.workers import Worker
from parity.judge import THRESHOLD
from parity.results import Verdict
from parity.scenarios.problem import Problem
from scratch.tree import flatten
from tests.frameworks.meeting import ask, meet
from tests.frameworks.problems import problem

pytestmark = pytest.mark.parity

DTYPES = ["float64", "float32"]
ACTIVATIONS = ["linear", "sigmoid", "tanh", "relu", "softmax"]
ENDS = {
    "mean_squared_error": "linear",
    "half_squared_error": "linear",
    "binary_cross_entropy": "sigmoid",
    "binary_cross_entropy_from_logits": "linear",
    "categorical_cross_entropy": "softmax",
    "categorical_cross_entropy_from_logits": "linear",
}
TRAININGS: dict[str, dict[str, Any]] = {
    "full-batch": {},
    "partial-last-batch": {"batch_size": 3},
    "shuffled": {"batch_size": 3, "shuffle_seed": 5},
    "shuffled-full-batch": {"shuffle_seed": 5},
    "single-rows": {"batch_size": 1, "epochs": 3},
    "larger-than-the-data": {"batch_size": 100},
    "momentum": {"momentum": 0.875},
    "nesterov": {"momentum": 0.5, "nesterov": True},
    "all-at-once": {"momentum": 0.5, "nesterov": True, "batch_size": 4, "shuffle_seed": 9},
}


def assert_agrees(worker: Worker, p: Problem) -> None:
    found = meet(worker, p)
    assert found.verdict is Verdict.HOLDS, found.first_divergence
    assert found.worst is not None
    assert found.worst < THRESHOLD / 2
    assert found.beyond_horizon == 0
    assert {"output", "loss", "gradient", "weight", "prediction"} <= found.worst_by_quantity.keys()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("loss", ENDS)
def test_torch_agrees_on_every_loss_behind_every_activation(
    torch_worker: Worker, loss: str, hidden: str, dtype: str
) -> None:
    assert_agrees(torch_worker, problem(f"5 {hidden}", f"2 {ENDS[loss]}", loss=loss, dtype=dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("loss", ENDS)
def test_keras_agrees_on_every_loss_behind_all_activations(
    keras_worker: Worker, loss: str, dtype: str
) -> None:
    """One network with all of them: building a function in TensorFlow takes its time."""
    hidden = [f"{width} {activation}" for width, activation in zip((6, 4, 7, 5, 4), ACTIVATIONS, strict=True)]
    assert_agrees(keras_worker, problem(*hidden, f"2 {ENDS[loss]}", loss=loss, dtype=dtype))


@pytest.mark.parametrize("end", ACTIVATIONS)
def test_squared_errors_agree_behind_every_activation(worker: Worker, end: str) -> None:
    assert_agrees(worker, problem("5 tanh", f"2 {end}", loss="half_squared_error"))


@pytest.mark.parametrize("training", TRAININGS)
def test_every_way_to_train_agrees(worker: Worker, training: str) -> None:
    assert_agrees(worker, problem(**TRAININGS[training]))


@pytest.mark.parametrize("dtype", DTYPES)
def test_layers_without_bias_and_bare_activations_agree(worker: Worker, dtype: str) -> None:
    assert_agrees(worker, problem("5 tanh without bias", "4 relu", "2 sigmoid without bias", dtype=dtype))


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_handed_out_looks_like_scratch(worker: Worker, dtype: str) -> None:
    p = problem("5 tanh", "4 relu without bias", "2 sigmoid", dtype=dtype, batch_size=4)
    beginning = ask(worker, workers.begin, p)
    own = ScratchTwin(p)
    recorded = [2, 4]
    chunk, _ = ask(worker, workers.advance, p, beginning.checkpoint, 1, 6, recorded)
    own.advance(0, 1, [])
    mine = own.advance(1, 6, recorded)
    outputs = ask(worker, workers.outputs, p, beginning.checkpoint)
    for theirs, ours in ((chunk, mine), (outputs, own.outputs())):
        assert theirs.arrays.keys() == ours.arrays.keys()
        assert {k: (a.shape, a.dtype) for k, a in theirs.arrays.items()} == {
            k: (a.shape, a.dtype) for k, a in ours.arrays.items()
        }
        assert (theirs.losses.shape, theirs.first) == (ours.losses.shape, ours.first)
        assert theirs.steps.tolist() == ours.steps.tolist()
    assert chunk.losses.dtype == dtype
    (prediction,) = ask(worker, workers.predict, p, beginning.checkpoint, [p.x[:3]])
    assert (prediction.shape, prediction.dtype) == ((3, 2), np.dtype(dtype))


@pytest.mark.parametrize("dtype", DTYPES)
def test_initial_weights_are_read_back_bit_for_bit(worker: Worker, dtype: str) -> None:
    p = problem("5 tanh", "2 sigmoid", dtype=dtype)
    weights = ask(worker, workers.begin, p).checkpoint.weights
    given = flatten(p.params)
    assert list(weights) == list(given)
    for path, array in given.items():
        assert weights[path].tobytes() == array.tobytes(), path
        assert weights[path].dtype == dtype


def test_effective_settings_are_read_back(worker: Worker) -> None:
    effective = ask(worker, workers.begin, problem(learning_rate=0.1, momentum=0.875)).effective
    assert effective == {"learning_rate": 0.1, "momentum": 0.875}
