"""One step of training, and what it carries to the next."""

from collections.abc import Callable
from typing import NamedTuple

from scratch.losses import Loss
from scratch.network import Network
from scratch.optimizers import SGD
from scratch.tap import Tap, untapped
from scratch.tree import Array, Tree


class State(NamedTuple):
    """What training remembers between two steps."""

    params: Tree
    velocity: Tree


TrainStep = Callable[[Network, Loss, SGD, State, Array, Array, Tap], tuple[State, Array]]


def begin(optimizer: SGD, params: Tree) -> State:
    """Return the state before the first step."""
    return State(params, optimizer.begin(params))


def train_step(
    network: Network,
    loss: Loss,
    optimizer: SGD,
    state: State,
    x: Array,
    y: Array,
    tap: Tap = untapped,
) -> tuple[State, Array]:
    """Go forward, backward, and one step downhill.

    Args:
        network: the layers.
        loss: what to make small.
        optimizer: how to use the gradient.
        state: parameters and velocity before the step.
        x: the batch, (N, I).
        y: its targets, (N, O).
        tap: sees every array as it is born (:mod:`scratch.tap`).

    Returns:
        The state after the step, and the loss before it. Every gradient is taken at the
        parameters before the step: nothing is updated until all errors have been propagated.
    """
    prediction, caches = network.forward(state.params, tap("input", x), tap)
    value, cache = loss.forward(prediction, y)
    value = tap("loss", value)
    grads = network.backward(state.params, caches, loss.backward(cache), tap)
    return State(*optimizer.step(state.params, grads, state.velocity, tap)), value
