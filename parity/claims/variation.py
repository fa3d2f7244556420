"""A scenario with something changed: another width, another start, another learning rate."""

from typing import cast

from attrs import evolve

from parity.scenarios.model import ActivationName, Initial, LayerSpec, RuleName, Scenario


def vary(
    scenario: Scenario,
    *,
    hidden: int | None = None,
    hidden_activation: str | None = None,
    output_activation: str | None = None,
    bias: bool | None = None,
    rule: str | None = None,
    scale: float | None = None,
    learning_rate: float | None = None,
    momentum: float | None = None,
) -> Scenario:
    """Return ``scenario`` with some of its settings changed.

    Args:
        scenario: the one to start from.
        hidden: units of the first layer; 0 leaves that layer out.
        hidden_activation: of every layer but the last.
        output_activation: of the last layer.
        bias: whether the layers have one.
        rule: how the kernels are filled; biases are zero then.
        scale: for that rule.
        learning_rate: of gradient descent.
        momentum: of gradient descent.
    """
    layers = list(scenario.layers)
    if hidden is not None:
        layers[:1] = [evolve(layers[0], units=hidden)] if hidden else []
    if hidden_activation is not None:
        layers[:-1] = [_activated(layer, hidden_activation) for layer in layers[:-1]]
    if output_activation is not None:
        layers[-1] = _activated(layers[-1], output_activation)
    if bias is not None:
        layers = [evolve(layer, bias=bias) for layer in layers]
    initial = scenario.initial
    if rule is not None:
        initial = Initial(cast("RuleName", rule), continue_dataset=initial.continue_dataset)
    if scale is not None:
        initial = evolve(initial, scale=scale)
    training = scenario.training
    if training is not None and learning_rate is not None:
        training = evolve(training, learning_rate=learning_rate)
    if training is not None and momentum is not None:
        training = evolve(training, momentum=momentum)
    return evolve(scenario, layers=layers, initial=initial, training=training)


def _activated(layer: LayerSpec, activation: str) -> LayerSpec:
    return evolve(layer, activation=cast("ActivationName", activation))
