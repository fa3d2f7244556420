"""The shipped scenarios: that all are there, and the numbers that the tutorials' networks really produce."""

import math
from typing import get_args

import numpy as np
import pytest

from parity.scenarios import Problem, build, load, shipped, titles
from parity.scenarios.catalogue import RUN_ORDER, SHIPPED
from parity.scenarios.limits import DatasetName
from parity.scenarios.problem import TASKS
from parity.scenarios.validation import FRAMEWORKS
from scratch import begin, train_step
from scratch.datasets import DATASETS
from scratch.tree import Array, Tree

ARTICLES = {
    "A Neuron Is All You Need: Building Neural Networks from Scratch",
    "A Neuron Is All It Took: Building Neural Networks from Scratch",
    "A NumPy lesson on neural networks and backpropagation",
    "From Lines to Neurons",
    "Neural Network - basics with hands on",
}
DRAWS = [
    0.24835707650561634, -0.06913215058559233, 0.32384426905034625, 0.7615149282040127,
    -0.11707668736166799, -0.11706847847459027, 0.7896064077536957, 0.3837173645764544,
    -0.23473719296747605, 0.27128002179298233, -0.23170884640623113, -0.23286487678512843,
]  # fmt: skip


def outputs(name: str) -> Array:
    """Return what an untrained scenario outputs, (N, O)."""
    problem = build(load(name))
    return problem.network.forward(problem.params, problem.x)[0]


def train(problem: Problem, steps: int) -> tuple[list[float], Tree]:
    """Return the losses of the first steps, and the parameters after them."""
    assert problem.optimizer is not None
    assert problem.loss is not None
    state, losses = begin(problem.optimizer, problem.params), []
    for rows in problem.batches(0, steps):
        batch = problem.x[rows], problem.y[rows]
        state, loss = train_step(problem.network, problem.loss, problem.optimizer, state, *batch)
        losses.append(float(loss))
    return losses, state.params


def test_the_run_order_names_every_file_once() -> None:
    assert len(RUN_ORDER) == len(set(RUN_ORDER))
    assert set(RUN_ORDER) == {path.stem for path in SHIPPED.glob("*.toml")}
    assert shipped() == list(RUN_ORDER) == list(titles())


@pytest.mark.parametrize("name", RUN_ORDER)
def test_each_can_be_built_and_says_what_it_is(name: str) -> None:
    scenario = load(name)
    assert scenario.name == name
    assert scenario.title == titles()[name]
    assert len(scenario.about) > 100
    assert set(scenario.sources) <= ARTICLES
    for dtype in ("float32", "float64"):
        problem = build(scenario, dtype)
        output, _ = problem.network.forward(problem.params, problem.x)
        assert output.dtype == problem.y.dtype == dtype
        assert np.isfinite(output).all()


def test_no_title_is_used_twice() -> None:
    assert len(set(titles().values())) == len(titles())


def test_every_dataset_can_be_named_and_has_a_task() -> None:
    assert set(get_args(DatasetName)) == set(TASKS) == set(DATASETS)


def test_expectations() -> None:
    expected = {name: load(name).expect for name in shipped()}
    assert {name: expect for name, expect in expected.items() if expect != "holds"} == {
        "xor-zeros": "could not tell",
        "xor-rate-copied": "broken",
        "keras-snippet-as-printed": "broken",
    }
    assert load("keras-snippet-as-printed").against == ["keras"]
    assert set(load("xor-rate-copied").overrides) == set(FRAMEWORKS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lesson-neuron", [0.567093]),
        ("running-neuron", [0.766741, 0.708890, 0.713000]),
        ("house-price-line", [100_000, 200_000, 500_000]),
        ("xor-one-neuron-by-hand", [0.5, 0.268941, 0.731059, 0.5]),
        ("xor-hand-wired", [0.106836, 0.850867, 0.850867, 0.106836]),
        ("xor-2-2-1-first-step", [0.578745, 0.611201, 0.589038, 0.621040]),
        ("xor-sigmoid", [0.446699, 0.430293, 0.426999, 0.412631]),
        ("regression-1-1-1", [0.379606, 0.413285, 0.440655, 0.460967]),
    ],
)
def test_outputs_before_training(name: str, expected: list[float]) -> None:
    assert outputs(name).ravel() == pytest.approx(expected, abs=5.1e-7)


def test_the_sigmoid_reaches_one() -> None:
    values = outputs("sigmoid-values").ravel()
    assert values[2] == pytest.approx(0.057324, abs=5e-7)
    assert values[-1] == 1.0
    assert (values[:-1] < 1).all()


def test_initial_weights_come_from_the_tutorials_stream() -> None:
    params = build(load("xor-sigmoid")).params
    assert params["dense_1"]["kernel"].ravel().tolist() == DRAWS[:8]
    assert params["dense_2"]["kernel"].ravel().tolist() == DRAWS[8:]
    assert not params["dense_1"]["bias"].any()
    first_step = build(load("xor-2-2-1-first-step")).params
    drawn = [first_step[layer][name] for layer in ("dense_1", "dense_2") for name in ("kernel", "bias")]
    assert np.concatenate([array.ravel() for array in drawn]).tolist() == DRAWS[:9]


@pytest.mark.parametrize(
    ("name", "losses"),
    [
        (
            "xor-sigmoid",
            {0: 0.255675300233, 500: 0.249661345117, 1000: 0.203313488787, 1500: 0.022917906454}
            | {2000: 0.005209564356, 2500: 0.002664222652, 2999: 0.001743846154},
        ),
        ("xor-rate-100", {0: 0.255675, 1: 0.476934, 2: 0.326817, 3: 0.498855, 9: 0.495878}),
        ("xor-hand-wired", {0: 0.016827}),
        ("xor-2-2-1-first-step", {0: 0.260172}),
        ("xor-zeros", {0: 0.25, 99: 0.25}),
        ("xor-linear", {2999: 0.25}),
        ("xor-one-neuron", {999: math.log(2)}),
        ("regression-1-1-1", {0: 0.126711656, 1: 0.123780026, 500: 0.097037, 1000: 0.088184, 1999: 0.085322}),
        ("regression-1-2-1", {0: 0.007251}),
        ("sensor", {0: 3.434385, 999: 0.015444}),
        ("sensor-logits", {0: 3.434385, 999: 0.015444}),
    ],
)
def test_losses_of_training_by_hand(name: str, losses: dict[int, float]) -> None:
    measured, _ = train(build(load(name)), max(losses) + 1)
    for step, loss in losses.items():
        digits = len(str(loss).partition(".")[2])
        assert measured[step] == pytest.approx(loss, abs=max(0.51 * 10**-digits, 1e-12)), step


@pytest.mark.parametrize(
    ("name", "loss"),
    [
        ("xor-sigmoid-long", 0.000265268067),
        ("xor-two-hidden", 0.125456944),
        ("xor-relu", 0.000120512),
        ("xor-rate-0001", 0.250667953),
    ],
)
def test_losses_of_long_training(name: str, loss: float) -> None:
    assert train(build(load(name)), 10_000)[0][-1] == pytest.approx(loss, abs=1e-9)


def test_the_bump_is_fitted_down_to_rounding() -> None:
    assert train(build(load("regression-1-2-1")), 5000)[0][-1] < 1e-20


@pytest.mark.parametrize("name", ["xor-tanh", "xor-logits", "xor-momentum", "xor-nesterov"])
def test_those_that_should_learn_exclusive_or_do(name: str) -> None:
    problem = build(load(name))
    _, params = train(problem, problem.steps)
    output, _ = problem.network.forward(params, problem.x)
    assert ((output > problem.cut) == (problem.y > 0.5)).all()


def test_the_house_price_is_found() -> None:
    _, params = train(build(load("house-prices")), 200)
    assert params["dense_1"]["kernel"].item() == pytest.approx(2, abs=0.01)
    assert params["dense_1"]["bias"].item() == pytest.approx(0, abs=0.01)


def test_the_gradient_vanishes_through_ten_layers() -> None:
    problem = build(load("vanishing-gradient"))
    _, after = train(problem, 1)
    moved = {
        layer: np.linalg.norm(after[layer]["kernel"] - problem.params[layer]["kernel"]) for layer in after
    }
    assert 1e-7 < moved["dense_1"] / moved["dense_10"] < 1e-5


def test_nothing_moves_where_every_weight_is_zero() -> None:
    _, params = train(build(load("xor-zeros")), 100)
    assert not any(array.any() for layer in params.values() for array in layer.values())


def test_the_sensor_continues_the_stream_of_its_data() -> None:
    problem = build(load("sensor"))
    rng = np.random.RandomState(42)
    DATASETS["sensor"](rng)
    assert (problem.params["dense_1"]["kernel"] == rng.randn(2, 16)).all()
    assert (problem.params["dense_2"]["kernel"] == rng.randn(16, 3) * np.sqrt(2 / 16)).all()
