"""One framework against scratch: what the verdict of everything is, and what came first."""

import numpy as np
import pytest
from attrs import evolve

from parity.frameworks.scratch import ScratchTwin
from parity.judge import Judge, Reference
from parity.results import Verdict
from parity.scenarios.model import Initial
from parity.scenarios.problem import Problem, build
from scratch.tree import Array, flatten
from tests.frameworks.problems import problem, scenario
from tests.judge.hearing import judge, stretches, told

HOLDS, BROKEN, UNCLEAR = Verdict.HOLDS, Verdict.BROKEN, Verdict.UNCLEAR
STEPS = 12


@pytest.fixture(scope="module")
def small() -> Problem:
    return problem(epochs=STEPS)


def test_an_honest_framework_holds(small: Problem) -> None:
    found = judge(small).findings()
    assert (found.verdict, found.reason, found.first_divergence) == (HOLDS, "", None)
    assert (found.worst, found.nothing_learned, found.beyond_horizon) == (0.0, 0, 0)
    initial, outputs, losses, gradients, weights = 4, 4 * STEPS, STEPS, 4 * STEPS, 4 * STEPS
    assert found.compared == initial + outputs + losses + gradients + weights
    assert found.worst_by_quantity.keys() == {"initial weight", "output", "loss", "gradient", "weight"}


PATHS = [
    "output/dense_1", "output/tanh_1", "output/dense_2", "output/sigmoid_2",
    "loss/all",
    "gradient/dense_2/kernel", "gradient/dense_2/bias", "gradient/dense_1/kernel", "gradient/dense_1/bias",
    "weight/dense_1/kernel", "weight/dense_1/bias", "weight/dense_2/kernel", "weight/dense_2/bias",
]  # fmt: skip
"""In the order in which they are computed."""


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("step", [0, 7, STEPS - 1])
def test_a_single_wrong_number_anywhere_is_broken_and_named(small: Problem, path: str, step: int) -> None:
    found = judge(small, {(path, step): 1e-9}).findings()
    assert found.verdict is BROKEN
    assert found.first_divergence is not None
    quantity, parameter = path.split("/", 1)
    named = found.first_divergence
    assert (named.step, named.quantity, named.parameter) == (step, quantity, parameter)
    assert abs(named.framework - named.scratch) == pytest.approx(1e-9, rel=1e-4)


@pytest.mark.parametrize(("units", "verdict"), [(9.9, HOLDS), (10.1, BROKEN)])
def test_ten_noise_units_are_too_many_unless_said(small: Problem, units: float, verdict: Verdict) -> None:
    stretch, one = next(stretches(small)), Judge(small, "torch")
    path = "gradient/dense_1/bias"
    one.add(stretch, told(stretch, {(path, 3): units * stretch.noise.arrays[path][3]}))
    found = one.findings()
    assert found.verdict is verdict
    assert found.worst == pytest.approx(units, abs=0.05)


@pytest.mark.parametrize("first", range(len(PATHS)))
def test_within_a_step_what_is_computed_first_comes_first(small: Problem, first: int) -> None:
    planted = {(path, 6): 1e-9 for path in reversed(PATHS[first:])}
    named = judge(small, planted).findings().first_divergence
    assert named is not None
    assert f"{named.quantity}/{named.parameter}" == PATHS[first]


def test_all_divergences_are_told_the_worst_first(small: Problem) -> None:
    found = judge(
        small, {("gradient/dense_2/kernel", 3): 1e-6, (PATHS[0], 6): 1e-9, (PATHS[-1], 2): 1e-3}
    ).findings()
    assert [(d.quantity, d.parameter) for d in found.divergences] == [
        ("weight", "dense_2/bias"),
        ("gradient", "dense_2/kernel"),
        ("output", "dense_1"),
    ]
    units = {d.quantity: d.noise_units for d in found.divergences}
    assert found.worst == units["weight"]
    assert {q: found.worst_by_quantity[q] for q in units} == units


def test_an_earlier_step_comes_first_whatever_it_is(small: Problem) -> None:
    named = judge(small, {(PATHS[0], 6): 1e-3, (PATHS[-1], 5): 1e-9}).findings().first_divergence
    assert named is not None
    assert (named.step, named.quantity, named.parameter) == (5, "weight", "dense_2/bias")


@pytest.mark.parametrize("change", [5e-16, np.nan, np.inf])
def test_initial_weights_have_to_be_the_same_bit_for_bit(small: Problem, change: float) -> None:
    weights = {path: array.copy() for path, array in flatten(small.params).items()}
    weights["dense_2/kernel"][1, 0] += change
    one = Judge(small, "torch")
    one.begin(weights)
    for stretch in stretches(small):
        one.add(stretch, told(stretch, {(PATHS[0], 0): 1.0}))
    found = one.findings()
    assert found.verdict is BROKEN
    assert found.first_divergence is not None
    assert (found.first_divergence.quantity, found.first_divergence.parameter) == (
        "initial weight",
        "dense_2/kernel",
    )
    assert found.first_divergence.index == [1, 0]


def test_one_ulp_of_the_smallest_initial_weight_is_one_too_many(small: Problem) -> None:
    """It is far less than the rounding noise of its array."""
    weights = {path: array.copy() for path, array in flatten(small.params).items()}
    kernel = weights["dense_1/kernel"]
    smallest = np.unravel_index(np.abs(kernel).argmin(), kernel.shape)
    kernel[smallest] = np.nextafter(kernel[smallest], np.inf)
    one = Judge(small, "torch")
    one.begin(weights)
    found = one.findings()
    assert found.verdict is BROKEN
    assert 0 < found.worst < 0.5


def test_losses_are_judged_also_where_no_step_is_recorded_in_full(small: Problem) -> None:
    reference, one = Reference(small), Judge(small, "torch")
    for first, recorded in ((0, [0]), (5, [])):
        stretch = reference.advance(first, first + 5, recorded)
        one.add(stretch, told(stretch, {("loss/all", 8): 1e-9}))
    named = one.findings().first_divergence
    assert named is not None
    assert (named.step, named.quantity) == (8, "loss")


def test_one_gradient_of_another_shape_is_broken(small: Problem) -> None:
    stretch, one = next(stretches(small)), Judge(small, "torch")
    path = "gradient/dense_2/bias"
    one.add(stretch, evolve(stretch.truth, arrays=stretch.truth.arrays | {path: np.ones((5, 1, 2))}))
    named = one.findings().first_divergence
    assert named is not None
    assert (named.quantity, named.parameter, named.index) == ("gradient", "dense_2/bias", [])


def test_nothing_compared_is_no_pass(small: Problem) -> None:
    found = Judge(small, "torch").findings()
    assert (found.verdict, found.reason) == (UNCLEAR, "nothing was compared")
    assert (found.worst, found.compared) == (None, 0)


def test_initial_weights_alone_are_no_pass(small: Problem) -> None:
    one = Judge(small, "torch")
    one.begin(flatten(small.params))
    found = one.findings()
    assert (found.verdict, found.reason) == (UNCLEAR, "no gradient was compared")


def dead() -> Problem:
    """A network of which every gradient is exactly zero: nothing gets through its ReLU."""
    s = scenario("4 relu without bias", "2 linear without bias", epochs=4)
    return build(evolve(s, initial=Initial(rule="zeros")))


def test_gradients_of_exact_zeros_are_no_pass() -> None:
    found = judge(dead()).findings()
    assert (found.verdict, found.worst_by_quantity["loss"]) == (UNCLEAR, 0.0)
    assert found.reason == "nothing learned: every gradient is exactly zero, in every step"
    assert found.nothing_learned == 2 * 4


def test_broken_beats_unclear() -> None:
    assert judge(dead(), {("loss/all", 2): 1e-9}).findings().verdict is BROKEN
    assert judge(dead(), {("gradient/dense_1/kernel", 2): 1e-9}).findings().verdict is BROKEN


def test_a_float32_run_is_judged_in_float32_noise() -> None:
    p = problem(dtype="float32", epochs=4)
    for change, verdict in ((1e-8, HOLDS), (1e-4, BROKEN)):
        assert judge(p, {("gradient/dense_1/kernel", 2): change}).findings().verdict is verdict


def test_the_horizon_is_named_and_nothing_behind_it_is_judged() -> None:
    """Steps so large that rounding decides after a while: an honest twin parts with scratch, and is not broken."""
    p = problem("4 tanh", "2 sigmoid", dtype="float32", learning_rate=60.0, epochs=400)
    reference, one = Reference(p), Judge(p, "torch")
    swapped = np.arange(len(p.x))[::-1]  # the same sums in another order
    other = ScratchTwin(evolve_rows(p, swapped))
    for first in range(0, p.steps, 100):
        recorded = list(range(first, first + 100))
        stretch, chunk = (
            reference.advance(first, first + 100, recorded),
            other.advance(first, first + 100, recorded),
        )
        arrays = {
            path: a[:, swapped] if path.startswith("output/") else a for path, a in chunk.arrays.items()
        }
        one.add(stretch, evolve(chunk, arrays=arrays))
    found = one.findings()
    assert reference.horizon is not None
    assert 0 < reference.horizon < p.steps
    assert found.beyond_horizon > 0
    assert found.verdict is HOLDS
    assert abs(stretch.truth.losses[-1] - chunk.losses[-1]) > 1e-3, "it is no chaos at all"


def evolve_rows(p: Problem, order: Array) -> Problem:
    return Problem(p.scenario, p.dtype, p.network, p.params, p.dataset, p.x[order], p.y[order])


def test_a_gradient_that_was_never_compared_is_not_called_right() -> None:
    """All units of the first layer are off for good: nobody can say whether its gradient is right."""
    p = problem("4 relu", "2 sigmoid", epochs=STEPS)
    off = {"kernel": np.zeros((3, 4)), "bias": -np.ones(4)}
    found = judge(evolve(p, params=p.params | {"dense_1": off})).findings()
    assert found.verdict is UNCLEAR
    assert "the gradient of dense_2/kernel, dense_1/kernel, dense_1/bias is exactly zero" in found.reason


@pytest.mark.parametrize(
    ("layers", "which"),
    [
        (
            ("4 relu", "4 relu without bias", "2 sigmoid"),
            "dense_3/kernel, dense_2/kernel, dense_1/kernel, dense_1/bias",
        ),
        (
            ("4 relu", "4 relu", "4 relu without bias", "2 sigmoid"),
            "dense_4/kernel, dense_3/kernel, dense_2/kernel, dense_2/bias and 2 more",
        ),
    ],
    ids=["four", "six"],
)
def test_of_many_gradients_that_were_never_compared_four_are_named(
    layers: tuple[str, ...], which: str
) -> None:
    """The last hidden layer is off: it hides all that stand before it."""
    p = problem(*layers, epochs=STEPS)
    last = f"dense_{len(layers) - 1}"
    found = judge(evolve(p, params=p.params | {last: {"kernel": np.zeros((4, 4))}})).findings()
    assert found.reason == f"nothing learned: the gradient of {which} is exactly zero, in every step"


def test_gradients_that_rounding_decides_from_the_start_are_not_called_right(small: Problem) -> None:
    stretch, one = next(stretches(small)), Judge(small, "torch")
    noise = stretch.noise.arrays | {path: np.full(5, 1e3) for path in PATHS if path.startswith("gradient/")}
    one.add(evolve(stretch, noise=evolve(stretch.noise, arrays=noise)), told(stretch, {}))
    found = one.findings()
    assert (found.verdict, found.reason) == (
        UNCLEAR,
        "rounding decides from the first step on: every gradient cannot be compared",
    )
