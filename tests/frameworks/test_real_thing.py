"""The twins are the real thing: their numbers are those that the framework's own loops produce."""

from typing import Any

import numpy as np
import pytest

from parity.frameworks import workers
from parity.frameworks.protocol import Checkpoint
from parity.frameworks.workers import Worker
from parity.scenarios.problem import Problem
from scratch.tree import Array
from tests.frameworks.meeting import ask
from tests.frameworks.problems import problem
from tests.frameworks.tasks import keras_fit, keras_train_on_batch, textbook_torch

pytestmark = pytest.mark.parity

TRAININGS: list[dict[str, Any]] = [
    {},
    {"momentum": 0.9, "batch_size": 3},
    {"momentum": 0.5, "nesterov": True, "batch_size": 4, "shuffle_seed": 2},
]


def whole(worker: Worker, p: Problem) -> tuple[Array, Checkpoint]:
    beginning = ask(worker, workers.begin, p)
    recorded = list(range(0, p.steps, 3))
    if p.batch_size < len(p.x):  # batches of two sizes cannot be stacked
        recorded = [0]
    chunk, checkpoint = ask(worker, workers.advance, p, beginning.checkpoint, 0, p.steps, recorded)
    return chunk.losses, checkpoint


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("training", TRAININGS)
def test_torch_is_the_textbook_loop_bit_for_bit(
    torch_worker: Worker, training: dict[str, Any], dtype: str
) -> None:
    p = problem(dtype=dtype, **training)
    losses, checkpoint = whole(torch_worker, p)
    their_losses, weights = ask(torch_worker, textbook_torch, p)
    assert losses.tolist() == their_losses
    for path, array in weights.items():
        assert checkpoint.weights[path].tobytes() == array.tobytes(), path


@pytest.mark.parametrize("training", TRAININGS)
def test_keras_is_train_on_batch(keras_worker: Worker, training: dict[str, Any]) -> None:
    """``train_on_batch`` reports a running mean of the losses; the weights say it all."""
    p = problem(**training)
    losses, checkpoint = whole(keras_worker, p)
    their_losses, weights = ask(keras_worker, keras_train_on_batch, p)
    assert losses[0] == pytest.approx(their_losses[0], rel=1e-6)
    for path, array in weights.items():
        np.testing.assert_allclose(checkpoint.weights[path], array, rtol=0, atol=4e-16, err_msg=path)


def test_keras_is_fit(keras_worker: Worker) -> None:
    p = problem()
    losses, checkpoint = whole(keras_worker, p)
    their_losses, weights = ask(keras_worker, keras_fit, p)
    np.testing.assert_allclose(losses, their_losses, rtol=1e-6)
    for path, array in weights.items():
        np.testing.assert_allclose(checkpoint.weights[path], array, rtol=0, atol=4e-16, err_msg=path)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "training", [{"momentum": 0.9}, {"momentum": 0.9, "nesterov": True, "shuffle_seed": 3}]
)
def test_stretches_and_a_new_process_change_no_bit(
    worker: Worker, training: dict[str, Any], dtype: str
) -> None:
    """All that training needs travels in the checkpoint: a worker may be replaced at any time."""
    p = problem(dtype=dtype, epochs=20, **training)
    beginning = ask(worker, workers.begin, p)
    at_once, end = ask(worker, workers.advance, p, beginning.checkpoint, 0, 20, list(range(20)))
    before, middle = ask(worker, workers.advance, p, beginning.checkpoint, 0, 7, list(range(7)))
    ask(
        worker, workers.begin, problem("5 relu", "2 linear", dtype="float32")
    )  # forgets the twin, as a new process does
    after, same_end = ask(worker, workers.advance, p, middle, 7, 20, list(range(7, 20)))
    assert before.losses.tobytes() + after.losses.tobytes() == at_once.losses.tobytes()
    assert end.memory.keys() == end.weights.keys() == same_end.memory.keys()
    for kind in ("weights", "memory"):
        for path, array in getattr(end, kind).items():
            assert array.tobytes() == getattr(same_end, kind)[path].tobytes(), (kind, path)
    assert any(np.any(array != 0) for array in end.memory.values())


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_watching_changes_no_number(worker: Worker, dtype: str) -> None:
    """TensorFlow fuses what nobody looks at, in float32: then a last digit may differ. Elsewhere no bit does."""
    p = problem(dtype=dtype, momentum=0.5)
    start = ask(worker, workers.begin, p).checkpoint
    seen, _ = ask(worker, workers.advance, p, start, 0, 8, list(range(8)))
    unseen, _ = ask(worker, workers.advance, p, start, 0, 8, [])
    if (worker.framework, dtype) == ("keras", "float32"):
        np.testing.assert_allclose(seen.losses, unseen.losses, rtol=1e-6)
    else:
        assert seen.losses.tobytes() == unseen.losses.tobytes()


def test_reading_outputs_and_predictions_changes_nothing(worker: Worker) -> None:
    p = problem(momentum=0.9)
    start = ask(worker, workers.begin, p).checkpoint
    _, middle = ask(worker, workers.advance, p, start, 0, 4, [])
    one, _ = ask(worker, workers.advance, p, middle, 4, 8, [])
    ask(worker, workers.outputs, p, middle)
    ask(worker, workers.predict, p, middle, [p.x])
    two, _ = ask(worker, workers.advance, p, middle, 4, 8, [4, 5])
    assert one.losses.tobytes() == two.losses.tobytes()


def test_what_a_framework_says_of_itself_does_not_bring_it_into_our_process(torch_worker: Worker) -> None:
    # torch.__version__ is of a class of torch: whoever unpickled it would import all of torch.
    assert {type(value) for value in torch_worker.start().values()} == {str}
