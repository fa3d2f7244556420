"""Scenarios with a claim of our own."""

from typing import Any

from attrs import evolve

from parity.scenarios import Scenario
from parity.scenarios.model import ClaimSpec, Data, Initial, LayerSpec, Training


def with_claim(scenario: Scenario, **claim: Any) -> Scenario:
    """Return the scenario with this claim and no other."""
    return evolve(scenario, claims=[ClaimSpec("C0", "a claim", "an article", **claim)])


def single_neuron(weight: float = 1.0, bias: float = 0.0, **changes: Any) -> Scenario:
    """Return a linear neuron on the rows 1 -> 3 and 2 -> 5, with half the squared error and rate 0.1."""
    scenario = Scenario(
        "single-neuron",
        "A single neuron",
        Data(inputs=[[1.0], [2.0]], targets=[[3.0], [5.0]]),
        [LayerSpec(1)],
        initial=Initial("weights", weights={"dense_1/kernel": [[weight]], "dense_1/bias": [bias]}),
        training=Training("half_squared_error", 0.1, epochs=10),
    )
    return evolve(scenario, **changes)
