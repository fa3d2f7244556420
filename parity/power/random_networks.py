"""Right networks, drawn at random: whoever calls one of them broken cries wolf."""

from collections.abc import Callable, Iterator

import numpy as np
from attrs import frozen

from parity.power.planted import units
from parity.power.replay import judge, record
from parity.results import Implementation, Verdict
from parity.results.power import Honest
from parity.scenarios import Problem, build
from parity.scenarios.model import ActivationName, Data, Initial, LayerSpec, LossName, Scenario, Training

DTYPES = ("float64", "float32")
HIDDEN: tuple[ActivationName, ...] = ("linear", "sigmoid", "tanh", "relu", "softmax")
ENDS: tuple[tuple[LossName, ActivationName | None], ...] = (
    ("mean_squared_error", "linear"),
    ("mean_squared_error", "sigmoid"),
    ("mean_squared_error", "tanh"),
    ("half_squared_error", "linear"),
    ("half_squared_error", "relu"),
    ("binary_cross_entropy", "sigmoid"),
    ("binary_cross_entropy_from_logits", None),
    ("categorical_cross_entropy", "softmax"),
    ("categorical_cross_entropy_from_logits", None),
)
MOST_DENSE, MOST_UNITS, MOST_ROWS, MOST_OUTPUTS = 4, 64, 128, 10
EPOCHS = 3

Watch = Callable[[str, int, int], None]


@frozen
class Judged:
    """A right network, and what came out for it in one number type against one framework."""

    problem: Problem
    implementation: Implementation


def draw(number: int) -> Scenario:
    """Return the network with this number: the same one every time.

    One to four dense layers of 1 to 64 units, any activations and loss, 1 to 128 rows, random biases, with and without
    momentum.
    """
    rng = np.random.RandomState(number)
    loss, last = ENDS[rng.randint(len(ENDS))]
    categorical = loss.startswith("categorical")
    outputs = rng.randint(2 if categorical else 1, MOST_OUTPUTS + 1)
    inputs, rows = _up_to(rng, MOST_UNITS), _up_to(rng, MOST_ROWS)
    widths = [_up_to(rng, MOST_UNITS) for _ in range(rng.randint(MOST_DENSE))]
    layers = [LayerSpec(width, HIDDEN[rng.randint(len(HIDDEN))], bias=rng.rand() < 0.9) for width in widths]
    momentum = round(rng.uniform(0.1, 0.95), 2) if rng.rand() < 0.5 else 0.0
    return Scenario(
        name=f"random-{number}",
        title=f"A random network, number {number}",
        data=Data(inputs=rng.randn(rows, inputs).tolist(), targets=_targets(rng, loss, rows, outputs)),
        layers=[*layers, LayerSpec(outputs, last)],
        initial=Initial(rule="glorot_normal", seed=number, random_biases=True),
        training=Training(
            loss, round(10 ** rng.uniform(-3, -0.5), 4), EPOCHS, momentum, bool(momentum and rng.rand() < 0.3)
        ),
    )


def measure(
    count: int, frameworks: list[str], watch: Watch = lambda *_: None, first: int = 0
) -> list[Judged]:
    """Judge ``count`` random networks, from number ``first`` on, in both number types against every framework."""
    return list(_judged(count, frameworks, watch, first))


def _judged(count: int, frameworks: list[str], watch: Watch, first: int) -> Iterator[Judged]:
    for start in range(first, first + count, MANY):
        numbers = range(start, min(start + MANY, first + count))
        problems = [build(draw(number), dtype) for number in numbers for dtype in DTYPES]
        for problem, recorded in zip(problems, record(problems, frameworks), strict=True):
            for implementation in judge(problem, recorded, seed=problem.scenario.initial.seed):
                yield Judged(problem, implementation)
        watch("random networks", numbers.stop - first, count)


MANY = 50
"""Networks that are recorded before they are judged: frameworks start afresh for the next, and memory stays small."""


def rows(judged: list[Judged]) -> list[Honest]:
    """Return a row for each number type and framework."""
    kinds = dict.fromkeys((j.problem.dtype, j.implementation.framework) for j in judged)
    return [
        _row(
            dtype,
            framework,
            [
                j.implementation
                for j in judged
                if (j.problem.dtype, j.implementation.framework) == (dtype, framework)
            ],
        )
        for dtype, framework in kinds
    ]


def _row(dtype: str, framework: str, mine: list[Implementation]) -> Honest:
    return Honest(
        dtype,
        framework,
        len(mine),
        sum(i.compared for i in mine),
        sum(i.verdict not in (Verdict.HOLDS, Verdict.UNCLEAR) for i in mine),
        sum(i.verdict is Verdict.UNCLEAR for i in mine),
        float(f"{max(units(i) for i in mine):.3g}"),
    )


def _up_to(rng: np.random.RandomState, most: int) -> int:
    """Return a whole number from 1 to ``most``, small ones as often as large ones."""
    return int(np.exp(rng.uniform(0, np.log(most + 1))))


def _targets(rng: np.random.RandomState, loss: str, rows: int, outputs: int) -> list[list[float]]:
    if loss.startswith("categorical"):
        targets: np.ndarray = np.eye(outputs)[rng.randint(outputs, size=rows)]
    elif loss.startswith("binary"):
        targets = rng.randint(0, 2, (rows, outputs)).astype(float)
    else:
        targets = rng.uniform(0, 1, (rows, outputs))
    listed: list[list[float]] = targets.tolist()
    return listed
