"""The noise ensemble: never nothing, never NaN, never shrinking, and just about as large as honest rounding is."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from parity.frameworks.protocol import Chunk
from parity.frameworks.scratch import ScratchTwin
from parity.judge import THRESHOLD, Judge, Reference
from parity.oracles.noise import POOL, Ensemble, Jitter, Noise
from parity.scenarios import load
from parity.scenarios.model import Initial
from parity.scenarios.problem import Problem, build
from scratch.layers import Dense
from scratch.tree import Array, flatten
from tests.frameworks.problems import problem, scenario

DTYPES = ["float64", "float32"]
STEPS = 20


def measured(p: Problem, seed: int = 0, members: int = 16, stop: int = STEPS) -> tuple[Noise, Chunk]:
    recorded = list(range(stop))
    with np.errstate(all="ignore"):
        truth = ScratchTwin(p).advance(0, stop, recorded)
        return Ensemble(p, members, seed).advance(0, stop, recorded, truth), truth


def arrays_of(noise: Noise) -> dict[str, Array]:
    return noise.arrays | {"losses": noise.losses, "now": noise.now}


# One number


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "path", ["input", "output/tanh_1", "error/dense_1", "velocity/dense_1/bias", "weight/dense_1/bias"]
)
def test_every_stored_number_moves_by_one_rounding_at_most(path: str, dtype: str) -> None:
    jitter, array = Jitter(dtype, 16, 0), np.ones((50, 4), dtype)
    jittered = jitter(path, array if path == "input" else jitter.spread(array))
    assert jittered.shape == (16, 50, 4)
    assert jittered.dtype == dtype
    eps = np.finfo(dtype).eps
    assert np.unique(jittered).tolist() == [1 - eps, 1, 1 + eps]


@pytest.mark.parametrize("path", ["gradient/dense_1/kernel", "loss"])
def test_what_is_not_stored_is_not_rounded(path: str) -> None:
    array = np.random.default_rng(0).normal(size=(16, 5, 4))
    assert Jitter("float64", 16, 0)(path, array) is array


@pytest.mark.parametrize("dtype", DTYPES)
def test_exact_zeros_stay_zero(dtype: str) -> None:
    jitter = Jitter(dtype, 16, 0)
    for _ in range(20):
        assert not jitter("output/relu_1", np.zeros((16, 5, 4), dtype)).any()


def test_half_of_the_members_draw_anew_at_every_step_and_half_keep_their_factors() -> None:
    jitter, ones = Jitter("float64", 16, 0), np.ones((16, 60))
    steps = np.stack([jitter("output/tanh_1", ones).copy() for _ in range(6)])
    assert (steps[1:, 8:] == steps[0, 8:]).all(), "the second half is persistent"
    for step in range(5):
        moved = (steps[step + 1, :8] != steps[step, :8]).mean()
        assert 0.5 < moved < 0.8, "two thirds of the first half"
    other = jitter("output/tanh_2", ones)
    assert (other[8:] != steps[0, 8:]).any(), "another place has other factors"


def test_long_runs_and_large_arrays_never_run_out_of_random_factors() -> None:
    jitter = Jitter("float64", 4, 0)
    for size in (POOL // 3, POOL, 700):
        for _ in range(5):
            factors = jitter("output/tanh_1", np.ones((4, size)))
            assert factors.shape == (4, size)
            assert 0.5 < (factors[:2] != 1).mean() <= 1


# The noise of a training


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_same_seed_gives_the_same_noise(dtype: str) -> None:
    p = problem(dtype=dtype, momentum=0.9)
    first, second, other = (arrays_of(measured(p, seed)[0]) for seed in (3, 3, 4))
    for path, noise in first.items():
        np.testing.assert_array_equal(noise, second[path])
    assert any((other[path] != noise).any() for path, noise in first.items())


@pytest.mark.parametrize("dtype", DTYPES)
def test_noise_is_never_less_than_one_rounding(dtype: str) -> None:
    p = problem("4 relu", "2 sigmoid", dtype=dtype)
    noise, truth = measured(p)
    eps = np.finfo(dtype).eps
    for path, array in truth.arrays.items():
        assert (noise.arrays[path] >= eps * np.abs(array).reshape(STEPS, -1).max(axis=1)).all(), path
    assert (noise.now >= eps * np.abs(truth.losses)).all()


def test_without_members_noise_is_one_rounding() -> None:
    """So that the test above sees the floor and not the members."""
    noise, truth = measured(problem(), members=0)
    assert (noise.now == np.finfo(float).eps * truth.losses).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_noise_of_exact_zeros_is_the_smallest_normal_number(dtype: str) -> None:
    p = build(evolve(scenario("4 relu without bias", "2 linear"), initial=Initial(rule="zeros")), dtype)
    noise, _ = measured(p)
    assert (noise.arrays["gradient/dense_1/kernel"] == np.finfo(dtype).tiny).all()


def test_noise_never_shrinks_also_from_one_stretch_to_the_next() -> None:
    p = problem("4 tanh", "2 linear", epochs=200, learning_rate=0.3)
    ensemble, twin = Ensemble(p), ScratchTwin(p)
    parts: list[dict[str, Array]] = []
    for first in range(0, 200, 50):
        recorded = list(range(first, first + 50))
        parts.append(
            arrays_of(
                ensemble.advance(first, first + 50, recorded, twin.advance(first, first + 50, recorded))
            )
        )
    for path in parts[0]:
        joined = np.concatenate([part[path] for part in parts])
        if path != "now":
            assert (np.diff(joined) >= 0).all(), path
    now = np.concatenate([part["now"] for part in parts])
    assert (np.diff(now) < 0).any(), (
        "the loss falls, and so does its noise of the moment: the maximum is seen to work"
    )


def test_stretches_make_no_difference() -> None:
    p = problem(momentum=0.5)
    whole, _ = measured(p)
    ensemble, twin = Ensemble(p), ScratchTwin(p)
    for first, stop in ((0, 7), (7, STEPS)):
        recorded = list(range(first, stop))
        part = ensemble.advance(first, stop, recorded, twin.advance(first, stop, recorded))
        for path, noise in arrays_of(part).items():
            np.testing.assert_array_equal(noise, arrays_of(whole)[path][first:stop])


@pytest.mark.parametrize("dtype", DTYPES)
def test_twice_the_numbers_have_twice_the_noise(dtype: str) -> None:
    """A power of two changes no rounding: outputs of a linear layer double bit for bit, and so does their noise."""
    once = problem("4 linear without bias", dtype=dtype, outputs=4)
    twice = Problem(once.scenario, dtype, once.network, once.params, once.dataset, 2 * once.x, once.y)
    one, two = (Ensemble(p).outputs(ScratchTwin(p).outputs()) for p in (once, twice))
    np.testing.assert_array_equal(two.arrays["output/dense_1"], 2 * one.arrays["output/dense_1"])


def test_overflow_is_infinite_noise_and_not_nan() -> None:
    p = problem("4 relu", "2 linear", dtype="float32", learning_rate=1e6, epochs=STEPS)
    noise, truth = measured(p)
    assert not np.isfinite(truth.losses).all()
    for path, values in arrays_of(noise).items():
        assert not np.isnan(values).any(), path
        assert values[-1] == np.inf, path


def test_members_that_overflow_before_scratch_does_are_past_the_horizon() -> None:
    """Scratch is finite, some member is NaN: nothing is certain, and a NaN must not pass for little noise."""
    p = problem()
    truth = ScratchTwin(p).advance(0, 3, [0, 1, 2])
    ensemble = Ensemble(p)
    ensemble._twin.advance = lambda *_: evolve(  # type: ignore[method-assign]
        truth,
        losses=np.full((3, 16), np.nan),
        arrays={k: a[:, None] * np.nan for k, a in truth.arrays.items()},
    )
    noise = ensemble.advance(0, 3, [0, 1, 2], truth)
    for path, values in arrays_of(noise).items():
        assert (values == np.inf).all(), path


def test_the_noise_of_a_prediction_stands_beside_every_entry() -> None:
    p = problem()
    reference = Reference(p)
    truth, noise = reference.predict(p.x)
    assert noise.shape == truth.shape == p.y.shape
    assert (noise >= np.finfo(float).eps * np.abs(truth).max()).all()
    with np.errstate(all="ignore"):
        _, uncertain = reference.predict(np.full((2, 3), np.inf))
    assert not np.isnan(uncertain).any()


# Honest rounding against the threshold


def product_by_product(a: Array, b: Array) -> Array:
    """Return ``a @ b`` summed from the last product to the first, one after the other."""
    total = a[..., :, -1:] * b[..., -1:, :]
    for k in range(a.shape[-1] - 2, -1, -1):
        total = total + a[..., :, k : k + 1] * b[..., k : k + 1, :]
    return total


def in_longdouble(a: Array, b: Array) -> Array:
    """Return ``a @ b`` rounded once."""
    return (a.astype(np.longdouble) @ b.astype(np.longdouble)).astype(a.dtype)


@pytest.fixture(params=[product_by_product, in_longdouble])
def other_products(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[bool], None]]:
    """Let the dense layer compute its products in another way while switched on."""
    multiply: Callable[[Array, Array], Array] = request.param
    honest = Dense.forward, Dense.backward, Dense.gradients

    def forward(self: Dense, params: Any, x: Array) -> tuple[Array, Array]:
        y = multiply(x, params["kernel"])
        return (y + params["bias"][..., None, :] if self.bias else y), x

    def gradients(self: Dense, params: Any, x: Array, dy: Array) -> dict[str, Array]:
        grads = {"kernel": multiply(x.mT, dy)}
        return grads | {"bias": dy[..., ::-1, :].sum(axis=-2)} if self.bias else grads

    def backward(self: Dense, params: Any, x: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        return multiply(dy, params["kernel"].mT), self.gradients(params, x, dy)

    def switch(on: bool) -> None:
        for name, other, own in zip(
            ("forward", "backward", "gradients"), (forward, backward, gradients), honest, strict=True
        ):
            monkeypatch.setattr(Dense, name, other if on else own)

    yield switch
    switch(False)


HONEST = {
    "xor-sigmoid": 60,
    "xor-relu": 60,
    "xor-momentum": 60,
    "xor-two-hidden": 60,
    "sensor": 30,
    "regression-1-2-1": 60,
    "vanishing-gradient": 5,
}
"""Shipped scenarios, and for how many epochs."""


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", HONEST)
def test_honest_rounding_stays_far_below_the_threshold(
    name: str, dtype: str, other_products: Callable[[bool], None]
) -> None:
    s = load(name)
    assert s.training is not None
    p = build(evolve(s, training=evolve(s.training, epochs=HONEST[name])), dtype)
    reference, judge = Reference(p), Judge(p, "another order of sums")
    recorded = list(range(p.steps))
    stretch = reference.advance(0, p.steps, recorded)
    other_products(True)
    chunk = ScratchTwin(p).advance(0, p.steps, recorded)
    other_products(False)
    judge.begin(flatten(p.params))
    judge.add(stretch, chunk)
    found = judge.findings()
    assert found.worst is not None
    assert 0 < found.worst < THRESHOLD / 2, found.first_divergence


@pytest.mark.parametrize(("dtype", "mistake"), [("float64", 1e-9), ("float32", 1e-2)])
@pytest.mark.parametrize("name", ["kernel", "bias"])
def test_a_small_mistake_is_beyond_the_threshold(
    name: str, dtype: str, mistake: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Noise that were estimated too large would let it pass."""
    s = load("xor-sigmoid")
    assert s.training is not None
    p = build(evolve(s, training=evolve(s.training, epochs=60)), dtype)
    reference, judge = Reference(p), Judge(p, "a mistake")
    recorded = list(range(p.steps))
    stretch = reference.advance(0, p.steps, recorded)
    honest = Dense.gradients

    def wrong(self: Dense, params: Any, x: Array, dy: Array) -> dict[str, Array]:
        grads = honest(self, params, x, dy)
        return grads | {name: (grads[name] * (1 + mistake)).astype(x.dtype)}

    monkeypatch.setattr(Dense, "gradients", wrong)
    chunk = ScratchTwin(p).advance(0, p.steps, recorded)
    judge.begin(flatten(p.params))
    judge.add(stretch, chunk)
    found = judge.findings()
    assert found.worst is not None
    assert found.worst > 100 * THRESHOLD
