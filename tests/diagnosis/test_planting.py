"""Planting: one rule is replaced, nothing else changes, and it works on whatever network there is."""

import pickle
from functools import cache
from typing import Any

import numpy as np
import pytest

from parity.diagnosis import CATALOGUE, Bug, concerns, opening, plant
from parity.judge import Reference
from parity.power.random_networks import draw
from parity.scenarios import build, load
from scratch.network import Network
from scratch.tree import Array
from tests.frameworks.problems import problem

built = cache(lambda number: build(draw(number)))
shipped = cache(lambda name: build(load(name)))
every_bug = pytest.mark.parametrize("bug", CATALOGUE.values(), ids=CATALOGUE)


def test_the_problem_itself_stays_as_it_is() -> None:
    original = problem(momentum=0.5)
    before = pickle.dumps([list(opening(original))])
    planted = plant(original, CATALOGUE["G304"])
    list(opening(planted))
    assert pickle.dumps([list(opening(original))]) == before
    assert planted.key == original.key
    assert planted.network.names == original.network.names


def test_only_what_comes_after_the_rule_changes() -> None:
    original = problem("4 tanh", "2 sigmoid")
    (right,), (wrong,) = opening(original, 1), opening(plant(original, CATALOGUE["G308"]), 1)
    for path in ("loss", "output/tanh_1", "gradient/dense_2/kernel"):
        assert np.array_equal(right[path], wrong[path])
    assert not np.array_equal(right["gradient/dense_1/kernel"], wrong["gradient/dense_1/kernel"])


def test_nothing_planted_is_nothing_changed() -> None:
    original = problem(momentum=0.5)
    for mine, there in zip(opening(plant(original, None)), opening(original), strict=True):
        assert all(np.array_equal(mine[path], there[path]) for path in there)


def test_a_planted_problem_can_be_trained_otherwise() -> None:
    faster = plant(problem(), CATALOGUE["G503"]).with_training(learning_rate=0.25)
    right = problem(learning_rate=0.25)
    (mine,), (there,) = opening(faster, 1), opening(right, 1)
    start = right.params["dense_1"]["bias"]
    assert mine["weight/dense_1/bias"][0] - start == pytest.approx(start - there["weight/dense_1/bias"][0])


def test_a_size_is_the_one_asked_for() -> None:
    original = problem()
    decay = CATALOGUE["G603"]
    path, kernel = "gradient/dense_1/kernel", original.params["dense_1"]["kernel"]
    (right,) = opening(original, 1)
    for size in (decay.sizes[0], 0.25):
        (wrong,) = opening(plant(original, decay, size=size), 1)
        assert wrong[path][0] - right[path][0] == pytest.approx(size * kernel)


def test_a_rule_on_a_rule_knows_the_one_below() -> None:
    def doubled(network: Network, params: Any, caches: list[Any], dy: Array, tap: Any, *, honest: Any) -> Any:
        return honest(network, params, caches, 2 * dy, tap)

    original = problem()
    halved = Bug("G999", "", ("MeanSquaredError.backward",), lambda loss, error: error, "", "", "", (), ())
    (once,) = opening(plant(original, halved), 1)
    (both,) = opening(plant(original, halved, base={"Network.backward": doubled}), 1)
    assert both["gradient/dense_1/bias"] == pytest.approx(2 * once["gradient/dense_1/bias"])


@every_bug
def test_a_mistake_can_be_planted_into_any_network_that_uses_its_rule(bug: Bug) -> None:
    tried = 0
    for number in range(60):
        random = built(number)
        if concerns(bug, random):
            tried += 1
            assert len(list(opening(plant(random, bug), 2))) == 2
    assert tried


@every_bug
def test_a_mistake_trains_an_ensemble_as_it_trains_one_network(bug: Bug) -> None:
    """Otherwise its noise would be that of another mistake."""
    name = next(
        n
        for n in (
            "mistakes-sigmoid",
            "mistakes-relu",
            "mistakes-softmax",
            "mistakes-binary",
            "mistakes-logits",
            "sensor-logits",
        )
        if concerns(bug, shipped(n))
    )
    reference = Reference(plant(shipped(name), bug))
    for step in range(3):
        stretch = reference.advance(step, step + 1, [step])
        for path, noise in stretch.noise.arrays.items():
            size = np.abs(stretch.truth.arrays[path]).max()
            assert np.isnan(size) or noise[0] <= 1e-9 * max(size, 1.0), path


def test_a_problem_that_is_not_trained_uses_no_rule() -> None:
    assert not any(concerns(bug, build(load("lesson-neuron"))) for bug in CATALOGUE.values())
