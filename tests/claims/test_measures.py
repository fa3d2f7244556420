"""Every measure on a case small enough to do by hand."""

import math

import numpy as np
import pytest

from parity.claims.measures import MEASURES
from parity.claims.measures.fits import pooled
from parity.claims.subject import Subject
from parity.scenarios import Scenario, load
from parity.scenarios.model import Data, Initial, LayerSpec, Training
from tests.claims.changes import single_neuron

# One linear neuron, y = x, where 1 and 2 should give 3 and 5: errors -2 and -3, loss (4 + 9) / 4,
# gradients -4 and -2.5; after one step of 0.1 y = 1.4 x + 0.25, and the loss is 1.40625.
NEURON = single_neuron()
SIGMOID = Scenario(
    "sigmoid-neuron",
    "A neuron with a sigmoid at 0",
    Data(inputs=[[-1.0], [0.0], [1.0]], targets=[[0.0], [1.0], [1.0]], task="binary"),
    [LayerSpec(1, "sigmoid"), LayerSpec(1)],
    initial=Initial(
        "weights", weights={"dense_1/kernel": [[2.0]], "dense_1/bias": [-3.0], "dense_2/kernel": [[1.0]]}
    ),
    training=Training("half_squared_error", 0.1, epochs=2),
)
TWO_LAYERS = Scenario(
    "two-layers",
    "Two linear neurons in a row",
    Data(inputs=[[1.0]], targets=[[0.0]]),
    [LayerSpec(1, bias=False), LayerSpec(1, bias=False)],
    initial=Initial("weights", weights={"dense_1/kernel": [[2.0]], "dense_2/kernel": [[3.0]]}),
    training=Training("half_squared_error", 0.01, epochs=1),
)
XOR = load("xor-sigmoid")
LN3 = math.log(3)

BY_HAND = [
    # training
    (NEURON, "loss", {"step": 0}, 3.25),
    (NEURON, "loss", {"step": 1}, 1.40625),
    (NEURON, "losses", {"steps": [0, 1]}, [3.25, 1.40625]),
    (NEURON, "loss_falls", {"step": 1}, True),
    (NEURON, "loss_falls", {"step": 0}, False),
    (NEURON, "loss_fallen", {"step": 1}, 1 - 1.40625 / 3.25),
    (NEURON, "loss_exceeds", {"limit": 3.25, "steps": 2}, False),
    (NEURON, "loss_exceeds", {"limit": 3.2, "steps": 2}, True),
    (NEURON, "loss_is_below", {"limit": 1.41, "step": 1}, True),
    (NEURON, "loss_is_below", {"limit": 1.40, "step": 1}, False),
    (NEURON, "increases", {"steps": 5}, 0),
    (NEURON, "oscillates", {"steps": 5}, False),
    (NEURON, "parameters", {}, 2),
    (load("xor-one-neuron-by-hand"), "correct", {"step": 0}, 3),
    # arrays
    (NEURON, "output", {}, [1, 2]),
    (NEURON, "output", {"rows": [1], "step": 1}, [3.05]),
    (SIGMOID, "output", {"layer": "dense_1", "rows": [2]}, [-1]),
    (SIGMOID, "weighted_sum", {"row": 2}, [2]),
    (SIGMOID, "unit_output", {"layer": "dense_1", "unit": 0, "rows": [0, 1]}, [-5, -3]),
    (SIGMOID, "switch_points", {"step": 0}, [1.5]),
    (SIGMOID, "curve_is_monotone", {"low": -3.0, "high": 3.0, "step": 0}, True),
    (SIGMOID, "curve_turns", {"low": -3.0, "high": 3.0, "step": 0}, False),
    (NEURON, "gradient", {"path": "dense_1/kernel"}, [-4]),
    (NEURON, "gradient", {"path": "dense_1/bias"}, [-2.5]),
    (NEURON, "gradient", {"path": "dense_1/kernel", "rows": [1], "times": 0.5}, [-3]),
    (NEURON, "gradient_is_zero", {"path": "dense_1/bias"}, False),
    (single_neuron(2.0, 1.0), "gradient_is_zero", {"path": "dense_1/bias"}, True),
    (NEURON, "moves", {"path": "dense_1/kernel", "entry": 0, "up": True}, True),
    (NEURON, "moves", {"path": "dense_1/kernel", "entry": 0, "up": False}, False),
    (NEURON, "weight", {"path": "dense_1/kernel", "step": 1}, [1.4]),
    (NEURON, "weights_outside", {"low": 0.0, "high": 1.0, "step": 0}, 0),
    (NEURON, "weights_outside", {"low": 0.0, "high": 1.0, "step": 1}, 1),
    (NEURON, "losses_after_one_step", {"rates": [0.1, 0.0]}, [1.40625, 3.25]),
    (TWO_LAYERS, "losses_after_one_step", {"rates": [0.01], "layer": "dense_2"}, [(2 * 2.88) ** 2 / 2]),
    (NEURON, "step_lowers_loss", {"rates": [0.1, 0.01]}, True),
    (NEURON, "step_lowers_loss", {"rates": [0.1, 10.0]}, False),
    (NEURON, "row_losses", {"rows": [0, 1]}, [2, 4.5]),
    (TWO_LAYERS, "error", {"layer": "dense_1"}, [18]),
    (SIGMOID, "gate", {"layer": "sigmoid_1", "unit": 0, "truth": [0, 0, 0]}, True),
    (SIGMOID, "gate", {"layer": "sigmoid_1", "unit": 0, "truth": [0, 0, 1]}, False),
    (NEURON, "batch_equals_rows", {}, True),
    # neurons
    (NEURON, "strictly_between", {"low": -5.0, "high": 5.0}, True),
    (NEURON, "strictly_between", {"low": -5.0, "high": 40.0}, False),
    (NEURON, "sigmoid_at", {"score": LN3}, 0.75),
    (NEURON, "slope_at", {"score": LN3}, 0.1875),
    (NEURON, "steepest", {"low": LN3, "high": 5.0}, 0.1875),
    (NEURON, "changes_by_at_most", {"factor": 0.25}, True),
    (NEURON, "changes_by_at_most", {"factor": 0.2499}, False),
    (NEURON, "overflowing_neuron", {}, 4),
    # arithmetic
    (NEURON, "product", {"factors": [2.0, 3.0, 0.5]}, 3),
    (NEURON, "mean_squared_error", {"predictions": [1.0, 0.0], "targets": [0.0, 2.0]}, 2.5),
    (NEURON, "updated", {"weight": 1.0, "gradient": 2.0, "rate": 0.25}, 0.5),
    (NEURON, "update_moves", {"gradient": 2.0, "up": True}, False),
    (NEURON, "update_moves", {"gradient": -2.0, "up": True}, True),
    (NEURON, "update_moves", {"gradient": 0.0, "up": False}, False),
    (NEURON, "plain_softmax_is_finite", {"score": 700.0}, True),
    (NEURON, "plain_softmax_is_finite", {"score": 710.0}, False),
    # fits: the best line through two points meets both; the best falling curve is their mean
    (NEURON, "best_line_loss", {}, 0),
    (NEURON, "best_monotone_loss", {}, 0),
    (load("regression-1-1-1"), "best_monotone_loss", {}, 1 / 12),
    # depth
    (NEURON, "chain_derivative", {"layers": 1, "weight": 4.0, "bias": -4.0, "x": 1.0}, 1),
    (NEURON, "chain_derivative", {"layers": 2, "weight": 4.0, "bias": -2.0, "x": 0.5}, 1),
    (NEURON, "zero_stays_zero", {}, True),
    (single_neuron(1.0, 0.5), "zero_stays_zero", {}, False),
    (NEURON, "fits_sine", {"activation": "relu", "units": 256, "error": 0.01}, True),
    (NEURON, "fits_sine", {"activation": "relu", "units": 2, "error": 0.01}, False),
    # frameworks
    (XOR, "whole_numbers_promote", {}, True),
    (XOR, "float32_stays_near", {"limit": 1e-6, "steps": 5}, True),
    (XOR, "float32_stays_near", {"limit": 1e-12, "steps": 5}, False),
    (load("xor-zeros"), "loss_with_flat_targets", {"steps": 3}, 0.25),
    # many starts
    (XOR, "solved", {"steps": 0, "seeds": 5}, 0),
    (XOR, "none_solved", {"steps": 0, "seeds": 5}, True),
    (XOR, "passing", {"rows": 0, "steps": 1, "seeds": 5}, 5),
    (XOR, "passing", {"rows": 4, "steps": 1, "seeds": 5}, 0),
    (XOR, "start_losses", {"seeds": 4, "changes": {"scale": 0.0}}, [0.25, 0.25, 0.25]),
    (XOR, "some_start_near", {"value": 9.0, "within": 0.1, "seeds": 4}, False),
    (
        XOR,
        "ending_near",
        {"value": 0.25, "within": 1e-9, "steps": 3, "seeds": 4, "changes": {"scale": 0.0}},
        4,
    ),
    (XOR, "most_end_below", {"limit": 1.0, "share": 1.0, "steps": 0, "seeds": 4}, True),
    (XOR, "most_end_below", {"limit": 0.1, "share": 0.1, "steps": 0, "seeds": 4}, False),
    (XOR, "ends_undecided", {"steps": 2, "seeds": 4, "changes": {"scale": 0.0}}, True),
    (XOR, "ends_undecided", {"steps": 2, "seeds": 4}, False),
    (
        XOR,
        "slope_where_stuck",
        {"value": 0.25, "within": 1e-9, "steps": 0, "seeds": 3, "changes": {"scale": 0.0}},
        0.25,
    ),
    (load("xor-relu"), "with_dead_units", {"steps": 0, "seeds": 3, "changes": {"rule": "zeros"}}, 3),
    (XOR, "loss_at_rate", {"rate": 0.0, "steps": 3}, 0.2556753002334093),
    (XOR, "first_steps_below", {"limit": 0.3, "within": 3, "rates": [1.0]}, [0]),
    (XOR, "first_steps_below", {"limit": 0.1, "within": 3, "rates": [1.0, 2.0]}, [-1, -1]),
    (XOR, "rounding_decides", {"steps": 5}, False),
    (XOR, "rounding_decides", {"steps": 5, "change": 3.0}, True),
    (XOR, "any_box_solves", {"low": -1.0, "high": 0.0, "draws": 3}, False),
    (XOR, "gap_of_early_update", {"steps": 1}, 0),
    (XOR, "half_gradient_is_the_same_training", {"steps": 5}, True),
    (XOR, "same_solved_in_either_order", {"steps": 1, "seeds": 3}, True),
]


@pytest.mark.parametrize(
    ("scenario", "measure", "arguments", "value"),
    BY_HAND,
    ids=[f"{case[1]}-{number}" for number, case in enumerate(BY_HAND)],
)
def test_by_hand(scenario: Scenario, measure: str, arguments: dict[str, object], value: object):
    measured = MEASURES[measure](Subject(scenario), **arguments)
    assert type(measured) is bool if isinstance(value, bool) else type(measured) is not bool
    assert measured == pytest.approx(value, rel=1e-12, abs=1e-15)


def test_an_increase_is_an_increase():
    """A step of 1 overshoots: the largest curvature here is 3.4."""
    subject = Subject(single_neuron(training=Training("half_squared_error", 1.0, epochs=4)))
    assert MEASURES["increases"](subject, steps=4) == 3
    assert MEASURES["oscillates"](subject, steps=4) is False  # it only ever goes up


def test_up_and_down_again_is_an_oscillation():
    assert MEASURES["oscillates"](Subject(load("xor-rate-100")), steps=10) is True


def test_a_loss_that_is_not_a_number_exceeds_everything():
    subject = Subject(NEURON)
    subject.trajectory.params(0)["dense_1"]["bias"][0] = math.nan
    assert MEASURES["loss_exceeds"](subject, limit=1e300, steps=1) is True
    assert MEASURES["loss_is_below"](subject, limit=1e300, step=0) is False


def test_the_slope_of_a_sigmoid():
    assert MEASURES["sigmoid_slope"](Subject(SIGMOID), layer="sigmoid_1", rows=[1]) == pytest.approx(
        [math.exp(-3) / (1 + math.exp(-3)) ** 2]
    )


def test_test_rows():
    subject = Subject(load("sensor"))
    data, network = subject.problem.dataset, subject.problem.network
    y, _ = network.forward(subject.problem.params, data.test_inputs)
    right = (y.argmax(axis=1) == data.test_targets.argmax(axis=1)).mean()
    assert MEASURES["accuracy_on_test_rows"](subject, step=0) == pytest.approx(right)
    first = next(row for row, target in enumerate(data.test_targets) if target[1])
    probability = MEASURES["first_test_probability"](subject, label="warning", step=0)
    assert probability == pytest.approx(y[first, 1])


@pytest.mark.parametrize(("dtype", "spacing"), [("float64", 1e-13), ("float32", 1e-5)])
def test_where_the_sigmoid_is_exactly_one_and_zero(dtype: str, spacing: float):
    kind = np.dtype(dtype).type
    one = MEASURES["exactly_one_from"](Subject(NEURON), dtype=dtype)
    assert 1 / (1 + np.exp(-kind(one))) == 1
    assert 1 / (1 + np.exp(-kind(one - spacing))) < 1
    zero = MEASURES["exactly_zero_from"](Subject(NEURON), dtype=dtype)
    with np.errstate(over="ignore"):
        assert 1 / (1 + np.exp(-kind(zero))) == 0
    assert 1 / (1 + np.exp(-kind(zero + 100 * spacing))) > 0


def test_neurons_on_the_smallest_grid():
    """By brute force over -1, 0, 1 for both weights and the bias."""
    counts = [0] * 5
    for w1 in (-1, 0, 1):
        for w2 in (-1, 0, 1):
            for b in (-1, 0, 1):
                right = [(x1 * w1 + x2 * w2 + b > 0) == (x1 != x2) for x1 in (0, 1) for x2 in (0, 1)]
                counts[sum(right)] += 1
    assert MEASURES["single_neurons"](Subject(NEURON), limit=1.0, points=3) == counts
    assert MEASURES["best_single_neuron"](Subject(NEURON), limit=1.0, points=3) == 3


def test_a_perceptron_is_never_all_right():
    assert MEASURES["perceptron_best"](Subject(NEURON), epochs=20, last=20, seeds=10) in (2, 3)


def test_the_hand_wired_boundary_is_straight_and_a_trained_one_is_not():
    assert MEASURES["boundary_is_curved"](Subject(load("xor-hand-wired"))) is False
    assert MEASURES["boundary_is_curved"](Subject(load("xor-two-hidden"))) is True


def test_where_the_hand_wired_output_is_a_half():
    """By symmetry the two crossings lie equally far from 1."""
    low, high = MEASURES["boundary_sums"](Subject(load("xor-hand-wired")))
    assert low + high == pytest.approx(2)
    subject = Subject(load("xor-hand-wired"))
    y, _ = subject.problem.network.forward(subject.problem.params, np.array([[low / 2, low / 2]]))
    assert y[0, 0] == pytest.approx(0.5, abs=1e-6)


def test_the_factor_gives_the_loss():
    subject = Subject(load("xor-hand-wired"))
    assert MEASURES["factor_for_loss"](subject, loss=float(subject.trajectory.loss(0))) == pytest.approx(1)


def test_the_gradient_ratio_of_two_numbers():
    """One linear neuron after another: the gradients are 18 and 12."""
    assert MEASURES["gradient_ratio"](Subject(TWO_LAYERS), seeds=1) == pytest.approx(1.5)


def test_a_stack_of_linear_layers_collapses():
    assert MEASURES["linear_stack_collapses"](Subject(NEURON), layers=3, width=2, trials=2) is True


def test_softmax_sums():
    assert MEASURES["softmax_sums_to_one"](Subject(NEURON), rows=10) is True


def test_squares_make_parabolas():
    errors = MEASURES["sine_errors"](Subject(NEURON), activation="square", units=[3, 8])
    assert errors[0] == pytest.approx(errors[1])


@pytest.mark.parametrize(
    ("y", "fit"),
    [
        ([1, 2, 3], [1, 2, 3]),
        ([3, 1], [2, 2]),
        ([0, 1, 1, 0], [0, 2 / 3, 2 / 3, 2 / 3]),
        ([3, 2, 1], [2, 2, 2]),
    ],
)
def test_pooled(y: list[float], fit: list[float]):
    np.testing.assert_allclose(pooled(np.array(y, dtype=float)), fit)


def test_the_lost_factor_and_its_lines():
    assert MEASURES["true_over_printed"](Subject(load("xor-2-2-1-first-step"))) == 2
    assert 20 < MEASURES["lines_of_code"](Subject(NEURON), of="NeuralNetwork") < 40
