"""What everything is compared with: scratch beside its noise, and only where scratch says the same twice."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from parity.frameworks.scratch import ScratchTwin
from parity.judge import Reference
from parity.judge.reference import UnsteadyError
from parity.scenarios.problem import Problem
from scratch import Network
from scratch.layers import Dense, Sigmoid, Tanh
from scratch.tree import Array, map_tree
from tests.frameworks.problems import problem

STEPS = 12


@pytest.fixture(scope="module")
def small() -> Problem:
    return problem(epochs=STEPS)


def trained(reference: Reference) -> Any:
    return reference.advance(0, STEPS, list(range(STEPS)))


def test_truth_is_scratch_itself(small: Problem) -> None:
    reference, twin = Reference(small), ScratchTwin(small)
    assert reference.problem is small
    truth, alone = trained(reference).truth, twin.advance(0, STEPS, list(range(STEPS)))
    np.testing.assert_equal((truth.losses, truth.arrays), (alone.losses, alone.arrays))
    prediction, noise = reference.predict(small.x)
    np.testing.assert_array_equal(prediction, twin.predict(small.x))
    assert noise.shape == prediction.shape
    assert (noise >= np.finfo(float).eps * np.abs(prediction).max()).all()
    assert (noise < 1e-13).all()


def test_outputs_are_those_of_the_weights_as_they_are(small: Problem) -> None:
    reference = Reference(small)
    stretch, alone = reference.outputs(), ScratchTwin(small).outputs()
    np.testing.assert_equal(stretch.truth.arrays, alone.arrays)
    assert stretch.noise.arrays.keys() == alone.arrays.keys()
    for path, array in alone.arrays.items():
        assert np.finfo(float).eps * np.abs(array).max() <= stretch.noise.arrays[path] < 1e-13


def test_the_same_seed_gives_the_same_noise(small: Problem) -> None:
    default, same, other = (
        trained(Reference(small, **seed)).noise.arrays for seed in ({}, {"seed": 0}, {"seed": 1})
    )
    np.testing.assert_equal(default, same)
    assert any((default[path] != other[path]).any() for path in default)


def test_the_horizon_does_not_depend_on_the_stretches() -> None:
    p = problem("4 tanh", "2 sigmoid", dtype="float32", learning_rate=60.0, epochs=400)
    horizons = []
    for size in (400, 20):
        reference = Reference(p)
        for first in range(0, p.steps, size):
            reference.advance(first, first + size, [])
        horizons.append(reference.horizon)
    assert horizons[0] == horizons[1]
    assert 20 < horizons[0] < 380


def test_numbers_that_overflow_are_no_noise_on_the_screen_and_no_unsteadiness() -> None:
    """Infinity minus infinity is NaN in the first step already, twice the same: that is for the judge."""
    p = problem("4 linear", "2 linear", epochs=STEPS)
    huge = evolve(p, params=map_tree(lambda array: array * 1e200, p.params))
    reference = Reference(huge)
    assert not np.isfinite(reference.predict(p.x)[0]).all()
    assert not np.isfinite(trained(reference).truth.losses).any()


def test_without_training_there_are_outputs_to_compare(small: Problem) -> None:
    untrained = evolve(small, scenario=evolve(small.scenario, training=None))
    assert Reference(untrained).outputs().truth.arrays


# Networks with a randomness of their own.

STREAM = np.random.default_rng(0)


class Dropout(Tanh):
    """Forgets to be seeded, on the way forward."""

    def forward(self, params: Mapping[str, Array], x: Array) -> tuple[Array, Array]:
        y = np.tanh(x) * STREAM.uniform(0, 1, x.shape)
        return y, y


class Thinned(Dense):
    """Weighs its gradient at random; what it computes on the way forward is the same every time."""

    def gradients(self, params: Mapping[str, Array], x: Array, dy: Array) -> dict[str, Array]:
        exact = super().gradients(params, x, dy)
        return {name: array * STREAM.uniform(0, 1) for name, array in exact.items()}


@pytest.mark.parametrize(
    ("layers", "path"),
    [
        ((Dense(4), Dropout(), Dense(2), Sigmoid()), "output/dropout_1"),
        ((Dense(4), Tanh(), Thinned(2), Sigmoid()), "gradient/thinned_2/kernel"),
    ],
    ids=["forward", "backward"],
)
def test_a_network_that_says_something_else_each_time_is_named(
    small: Problem, layers: tuple[Any, ...], path: str
) -> None:
    network = Network(layers)
    params = dict(
        zip((n for n in network.names if n in network.shapes(3)), small.params.values(), strict=True)
    )
    with pytest.raises(UnsteadyError) as told:
        Reference(evolve(small, network=network, params=params))
    assert str(told.value) == (
        f"the hand-written network gives other numbers when it is run again: {path} differs. "
        "What is random in it (dropout, shuffling) has to be seeded or switched off"
    )
