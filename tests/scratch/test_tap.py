"""The tap sees the documented paths in the order in which the arrays are born, and can replace each."""

import numpy as np
import pytest

from scratch import Network, State, begin, train_step
from scratch.layers import Dense, Sigmoid, Tanh
from scratch.losses import MeanSquaredError
from scratch.optimizers import SGD
from scratch.tree import Array, flatten

NETWORK = Network((Dense(4), Tanh(), Dense(2, bias=False), Sigmoid()))
PARAMETERS = ["dense_1/kernel", "dense_1/bias", "dense_2/kernel"]
PATHS = [
    "input",
    "output/dense_1", "output/tanh_1", "output/dense_2", "output/sigmoid_2",
    "loss",
    "error/sigmoid_2",
    "error/dense_2", "gradient/dense_2/kernel",
    "error/tanh_1",
    "error/dense_1", "gradient/dense_1/kernel", "gradient/dense_1/bias",
    "weight/dense_1/kernel", "weight/dense_1/bias", "weight/dense_2/kernel",
]  # fmt: skip
X = np.random.RandomState(1).uniform(-1, 1, (5, 3))
Y = np.random.RandomState(2).uniform(0, 1, (5, 2))


class Recorder:
    """Keeps every array; puts ``planted`` in the place of those that it names."""

    def __init__(self, planted: dict[str, Array] | None = None):
        self.planted = planted or {}
        self.seen: dict[str, Array] = {}
        self.order: list[str] = []

    def __call__(self, path: str, array: Array) -> Array:
        self.order.append(path)
        self.seen[path] = array
        return self.planted.get(path, array)


def start(optimizer: SGD) -> State:
    rng = np.random.RandomState(0)
    params = {
        layer: {name: rng.uniform(-1, 1, shape) for name, shape in own.items()}
        for layer, own in NETWORK.shapes(3).items()
    }
    return begin(optimizer, params)


def step(optimizer: SGD, planted: dict[str, Array] | None = None) -> tuple[Recorder, State, Array]:
    tap = Recorder(planted)
    state, loss = train_step(NETWORK, MeanSquaredError(), optimizer, start(optimizer), X, Y, tap)
    return tap, state, loss


def test_paths_in_order() -> None:
    tap, _, _ = step(SGD(0.1))
    assert tap.order == PATHS


def test_velocity_comes_before_its_weight() -> None:
    tap, _, _ = step(SGD(0.1, momentum=0.9))
    updates = [path for name in PARAMETERS for path in (f"velocity/{name}", f"weight/{name}")]
    assert tap.order == PATHS[: -len(PARAMETERS)] + updates


def test_shapes() -> None:
    tap, _, _ = step(SGD(0.1, momentum=0.9))
    assert np.shape(tap.seen["loss"]) == ()
    assert tap.seen["input"].shape == (5, 3)
    for layer, width in (("dense_1", 4), ("tanh_1", 4), ("dense_2", 2), ("sigmoid_2", 2)):
        assert tap.seen[f"output/{layer}"].shape == tap.seen[f"error/{layer}"].shape == (5, width)
    for path, array in flatten(start(SGD(0.1)).params).items():
        for kind in ("gradient", "velocity", "weight"):
            assert tap.seen[f"{kind}/{path}"].shape == array.shape


def test_what_is_seen_is_what_is_used() -> None:
    tap, state, loss = step(SGD(0.1, momentum=0.9))
    assert loss is tap.seen["loss"]
    for path in PARAMETERS:
        assert flatten(state.params)[path] is tap.seen[f"weight/{path}"]
        assert flatten(state.velocity)[path] is tap.seen[f"velocity/{path}"]


def test_watching_changes_nothing() -> None:
    _, state, loss = step(SGD(0.1))
    unwatched, same_loss = train_step(NETWORK, MeanSquaredError(), SGD(0.1), start(SGD(0.1)), X, Y)
    assert loss == same_loss
    np.testing.assert_equal(state, unwatched)


def differing(planted: str) -> set[str]:
    """Return the paths whose arrays differ when the array at ``planted`` is replaced by another."""
    optimizer = SGD(0.1, momentum=0.9)
    honest, _, _ = step(optimizer)
    other, state, loss = step(optimizer, {planted: honest.seen[planted] * 1.5})
    results = flatten(state.params) | {"returned loss": loss}
    expected = {path: honest.seen[f"weight/{path}"] for path in PARAMETERS} | {
        "returned loss": honest.seen["loss"]
    }
    changed = {path for path in other.order if np.any(other.seen[path] != honest.seen[path])}
    return changed | {f"result {path}" for path, a in results.items() if np.any(a != expected[path])}


@pytest.mark.parametrize("planted", PATHS)
def test_replacing_an_array_replaces_what_follows(planted: str) -> None:
    changed = differing(planted)
    seen_before = set(PATHS[: PATHS.index(planted) + 1])
    assert not changed & seen_before, "something changed that was there before the plant"
    assert any(path.startswith("result") for path in changed), "the plant had no effect"


def test_a_layer_remembers_the_output_that_took_its_place() -> None:
    """A replaced output moves the layers behind it, and the derivative of the layer that it came from."""
    honest, _, _ = step(SGD(0.1))
    replaced = honest.seen["output/tanh_1"] / 2
    other, _, _ = step(SGD(0.1), {"output/tanh_1": replaced})
    slope = 1 - replaced**2
    np.testing.assert_allclose(other.seen["error/dense_1"], other.seen["error/tanh_1"] * slope, rtol=1e-14)
    assert np.any(other.seen["output/dense_2"] != honest.seen["output/dense_2"])


def test_bugs_planted_through_the_tap_are_seen_where_they_strike() -> None:
    """A mean taken for a sum in one bias gradient moves that bias and its velocity, and nothing else."""
    assert differing("gradient/dense_1/bias") == {
        "velocity/dense_1/bias",
        "weight/dense_1/bias",
        "result dense_1/bias",
    }
    assert differing("error/dense_2") >= {
        "gradient/dense_2/kernel",
        "error/tanh_1",
        "gradient/dense_1/kernel",
    }
    assert "gradient/dense_2/kernel" not in differing("error/tanh_1")
    assert differing("loss") == {"result returned loss"}
    assert differing("weight/dense_2/kernel") == {"result dense_2/kernel"}
