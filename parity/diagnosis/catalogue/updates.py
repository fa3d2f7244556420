"""Right gradients, wrong update: learning rate, momentum, decay, and what is left out."""

from dataclasses import replace
from typing import Any

from parity.diagnosis.bug import Group
from parity.diagnosis.gradients import changed
from parity.scenarios.problem import Problem
from scratch.optimizers import SGD
from scratch.tap import Tap, untapped
from scratch.tree import Tree

GROUP = Group(
    "The update",
    "The gradients of the first step are right, but the weights after it are not.",
)


@GROUP.bug(
    "G501",
    "learning rate applied twice",
    "SGD.step",
    looks="the first update is too small (or too large) by the learning rate itself; gradients are right.",
    fix="multiply by the learning rate once: in the delta or in the update.",
    hidden="at learning rate 1",
)
def rate_twice(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    squared = replace(optimizer, learning_rate=optimizer.learning_rate * optimizer.learning_rate)
    return honest(squared, params, grads, velocity, tap)


@GROUP.bug(
    "G502",
    "learning rate not applied",
    "SGD.step",
    looks="updates are the bare gradients, whatever the learning rate.",
    fix="multiply the gradient by the learning rate.",
    hidden="at learning rate 1",
    seen=("aimacode/aima-python#285: learning_rate not used in the gradient update",),
)
def rate_not_applied(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    return honest(replace(optimizer, learning_rate=1.0), params, grads, velocity, tap)


@GROUP.bug(
    "G503",
    "gradient added instead of subtracted",
    "SGD.step",
    looks="the first update is the right one times -1, and the loss goes up; gradients are right.",
    fix="w ← w - η g. A plus belongs to target - prediction, where the gradient itself is turned around.",
    seen=("pytorch/pytorch#1871: tutorial: weight = weight + learning_rate * gradient",),
)
def gradient_added(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    uphill = replace(optimizer, learning_rate=-optimizer.learning_rate)
    return honest(uphill, params, grads, velocity, tap)


@GROUP.bug(
    "G504",
    "update divided by the batch size again",
    "SGD.step",
    looks="the first update is N times too small; gradients are right.",
    fix="the mean is already in the gradient.",
    hidden="at a batch of one sample",
)
def update_divided(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any, problem: Problem
) -> tuple[Tree, Tree]:
    slower = replace(optimizer, learning_rate=optimizer.learning_rate / problem.batch_size)
    return honest(slower, params, grads, velocity, tap)


@GROUP.bug(
    "G505",
    "biases never updated",
    "SGD.step",
    looks="biases stay where they started; their gradients are right.",
    fix="update every parameter that has a gradient, biases too.",
    hidden="without biases",
    seen=(
        "glouw/tinn#30: biases never updated in the backprop",
        "mattm/simple-neural-network#10: bias values now get updated while training",
    ),
)
def biases_never_updated(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    without = changed(grads, lambda layer, name, g: g * (name != "bias"))
    return honest(optimizer, params, without, velocity, tap)


@GROUP.bug(
    "G506",
    "first layer never updated",
    "SGD.step",
    looks="the first layer stays where it started; its gradients are right.",
    fix="let the loop of the update run over all layers: range(1, n) leaves the first one out.",
    seen=(
        "dustinstansbury/medal#4: updateParams skips the output layer: nLayers-1",
        "LBANN/lbann#7: update called for the first and last layer only",
    ),
)
def first_layer_never_updated(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    first = next(iter(params))
    without = changed(grads, lambda layer, name, g: g * (layer != first))
    return honest(optimizer, params, without, velocity, tap)


@GROUP.bug(
    "G507",
    "last layer never updated",
    "SGD.step",
    looks="the last layer stays where it started; its gradients are right.",
    fix="let the loop of the update run over all layers: range(n - 1) leaves the last one out.",
)
def last_layer_never_updated(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    last = list(params)[-1]
    without = changed(grads, lambda layer, name, g: g * (layer != last))
    return honest(optimizer, params, without, velocity, tap)


@GROUP.bug(
    "G516",
    "update applied twice",
    "SGD.step",
    looks="the first update is twice as large as it should be; gradients are right.",
    fix="look for an update in backward() and another in step() or train().",
    seen=(
        "gorgonia/gorgonia#494: Adam step added to the weights twice",
        "nntrainer/nntrainer#219: Adam updated the bias twice",
    ),
)
def updated_twice(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    once, velocity = honest(optimizer, params, grads, velocity, untapped)
    return honest(optimizer, once, grads, velocity, tap)


@GROUP.bug(
    "G519",
    "biases handed to the update in the place of their gradients",
    "SGD.step",
    looks="biases shrink towards zero whatever the data say; gradients are right.",
    fix="pass the gradient of the bias, not the bias: look for a wrong name in the call.",
    hidden="without biases, and while they are zero",
    seen=("apache/systemds#2330: momentum update got b1.. instead of b1_grad..; fixed",),
)
def biases_for_gradients(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    mixed = changed(grads, lambda layer, name, g: params[layer][name] if name == "bias" else g)
    return honest(optimizer, params, mixed, velocity, tap)
