"""Small problems for tests: random rows, random biases, widths that differ wherever a transposed axis should show."""

from typing import Any

import numpy as np

from parity.scenarios.model import Data, Initial, LayerSpec, Scenario, Training
from parity.scenarios.problem import Problem, build

INPUTS, OUTPUTS, ROWS = 3, 2, 7


def scenario(
    *layers: str,
    name: str = "small",
    rows: int = ROWS,
    inputs: int = INPUTS,
    outputs: int = OUTPUTS,
    loss: str = "mean_squared_error",
    seed: int = 1,
    more: dict[str, Any] | None = None,
    **training: Any,
) -> Scenario:
    """Return a scenario in Python.

    Args:
        layers: one string a layer, ``"4 tanh"``, ``"4 tanh without bias"``; the default is two layers.
        name: of the scenario.
        rows: samples.
        inputs: features.
        outputs: targets; they suit the loss.
        loss: see :class:`parity.scenarios.model.Training`.
        seed: of data and weights.
        more: other fields of the scenario.
        training: other settings of the training; without epochs there are 12.
    """
    rng = np.random.RandomState(seed)
    training = {"learning_rate": 0.5, "epochs": 12} | training
    return Scenario(
        name=name,
        title=name,
        data=Data(
            inputs=rng.uniform(-1, 1, (rows, inputs)).tolist(), targets=_targets(rng, loss, rows, outputs)
        ),
        layers=[_layer(words) for words in layers or ("4 tanh", f"{outputs} sigmoid")],
        initial=Initial(rule="normal", scale=0.7, seed=seed, random_biases=True),
        training=Training(loss=loss, **training),
        **(more or {}),
    )


def problem(*layers: str, dtype: str = "float64", **settings: Any) -> Problem:
    """Return the problem of such a :func:`scenario`."""
    return build(scenario(*layers, **settings), dtype)


def _layer(words: str) -> LayerSpec:
    units, activation, *rest = words.split()
    return LayerSpec(int(units), activation, bias=rest != ["without", "bias"])


def _targets(rng: np.random.RandomState, loss: str, rows: int, outputs: int) -> list[list[float]]:
    if loss.startswith("categorical"):
        return np.eye(outputs)[rng.randint(outputs, size=rows)].tolist()
    if loss.startswith("binary"):
        return rng.randint(0, 2, (rows, outputs)).astype(float).tolist()
    return rng.uniform(0, 1, (rows, outputs)).tolist()
