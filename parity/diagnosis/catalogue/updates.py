"""Right gradients, wrong update: learning rate, momentum, decay, and what is left out."""

from dataclasses import replace
from typing import Any

from parity.diagnosis.bug import Group
from parity.diagnosis.gradients import changed
from parity.scenarios.problem import Problem
from scratch.optimizers import SGD
from scratch.tap import Tap, untapped
from scratch.tree import Array, Tree

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
    return honest(squared, params, grads, velocity, tap)  # type: ignore[no-any-return]


@GROUP.bug(
    "G502",
    "learning rate not applied",
    "SGD.step",
    looks="updates are the bare gradients, whatever the learning rate.",
    fix="multiply the gradient by the learning rate.",
    hidden="at learning rate 1",
)
def rate_not_applied(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    return honest(replace(optimizer, learning_rate=1.0), params, grads, velocity, tap)  # type: ignore[no-any-return]


@GROUP.bug(
    "G503",
    "gradient added instead of subtracted",
    "SGD.step",
    looks="the first update is the right one times -1, and the loss goes up; gradients are right.",
    fix="w ← w - η g. A plus belongs to target - prediction, where the gradient itself is turned around.",
)
def gradient_added(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    uphill = replace(optimizer, learning_rate=-optimizer.learning_rate)
    return honest(uphill, params, grads, velocity, tap)  # type: ignore[no-any-return]


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
    return honest(slower, params, grads, velocity, tap)  # type: ignore[no-any-return]


@GROUP.bug(
    "G505",
    "biases never updated",
    "SGD.step",
    looks="biases stay where they started; their gradients are right.",
    fix="update every parameter that has a gradient, biases too.",
    hidden="without biases",
)
def biases_never_updated(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    without = changed(grads, lambda layer, name, g: g * (name != "bias"))
    return honest(optimizer, params, without, velocity, tap)  # type: ignore[no-any-return]


@GROUP.bug(
    "G506",
    "first layer never updated",
    "SGD.step",
    looks="the first layer stays where it started; its gradients are right.",
    fix="let the loop of the update run over all layers: range(1, n) leaves the first one out.",
)
def first_layer_never_updated(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    first = list(params)[0]
    without = changed(grads, lambda layer, name, g: g * (layer != first))
    return honest(optimizer, params, without, velocity, tap)  # type: ignore[no-any-return]


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
    return honest(optimizer, params, without, velocity, tap)  # type: ignore[no-any-return]


@GROUP.bug(
    "G508",
    "momentum forgotten",
    "SGD.step",
    looks="the first update is right; from the second on they are too small: the velocity is never stored or never read.",
    fix="keep the velocity from step to step.",
    hidden="without momentum, and at the first step",
)
def momentum_forgotten(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    plain = replace(optimizer, momentum=0.0, nesterov=False)
    zero = {layer: {name: v * 0 for name, v in own.items()} for layer, own in velocity.items()}
    return honest(plain, params, grads, zero, tap)  # type: ignore[no-any-return]


@GROUP.bug(
    "G509",
    "momentum as a moving average",
    "SGD.step",
    looks="the first update is too small by 1 - μ, later ones as well: v ← μ v + (1 - μ) g.",
    fix="PyTorch, Keras and most texts add the whole gradient: v ← μ v - η g. A moving average needs a larger learning rate.",
    hidden="without momentum",
)
def moving_average(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    less = replace(optimizer, learning_rate=optimizer.learning_rate * (1 - optimizer.momentum))
    return honest(less, params, grads, velocity, tap)  # type: ignore[no-any-return]


@GROUP.bug(
    "G510",
    "velocity used before it is updated",
    "SGD.step",
    looks="nothing moves in the first step; each update is the one that was due a step ago.",
    fix="compute the new velocity first, then add it to the weights.",
    hidden="without momentum",
)
def velocity_used_too_soon(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    if not velocity:
        return honest(optimizer, params, grads, velocity, tap)  # type: ignore[no-any-return]
    _, after = honest(optimizer, params, grads, velocity, untapped)
    moved = {
        layer: {name: tap(f"weight/{layer}/{name}", w + velocity[layer][name]) for name, w in own.items()}
        for layer, own in params.items()
    }
    return moved, after


@GROUP.bug(
    "G511",
    "Nesterov's momentum in the place of the plain one",
    "SGD.step",
    looks="the first update is too large by 1 + μ.",
    fix="w ← w + v for plain momentum; w ← w + μ v - η g is Nesterov's.",
    hidden="without momentum",
)
def nesterov_for_plain(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    return honest(replace(optimizer, nesterov=True), params, grads, velocity, tap)  # type: ignore[no-any-return]


@GROUP.bug(
    "G512",
    "plain momentum in the place of Nesterov's",
    "SGD.step",
    looks="the first update is too small by 1 + μ.",
    fix="look ahead: w ← w + μ v - η g with the new velocity v.",
    hidden="unless Nesterov's momentum is asked for",
)
def plain_for_nesterov(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    return honest(replace(optimizer, nesterov=False), params, grads, velocity, tap)  # type: ignore[no-any-return]


@GROUP.bug(
    "G513",
    "momentum with the wrong sign",
    "SGD.step",
    looks="the first update is right; the second is too small where the gradient keeps its direction.",
    fix="v ← μ v - η g: the old velocity goes on in its own direction.",
    hidden="without momentum, and at the first step",
)
def momentum_sign(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    back = replace(optimizer, momentum=-optimizer.momentum)
    return honest(back, params, grads, velocity, tap)  # type: ignore[no-any-return]


@GROUP.bug(
    "G514",
    "one velocity for all parameters of a shape",
    "SGD.step",
    looks="the first parameter of each shape is right; the next of the same shape also gets the first one's velocity.",
    fix="keep one velocity for each parameter: look for a list that is multiplied, an index that stands still, a shared default.",
    hidden="without momentum; where no two parameters have the same shape",
)
def velocity_shared(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    newest: dict[tuple[int, ...], Array] = {}
    moved: tuple[Tree, Tree] = {}, {}
    for layer, own in params.items():
        for name, w in own.items():
            before = {layer: {name: newest[w.shape]}} if w.shape in newest else velocity
            stepped = honest(optimizer, {layer: {name: w}}, grads, before, tap)
            for mine, theirs in zip(moved, stepped, strict=True):
                mine.setdefault(layer, {}).update(theirs.get(layer, {}))
            newest |= {w.shape: v for v in stepped[1].get(layer, {}).values()}
    return moved[0], moved[1] if velocity else {}


@GROUP.bug(
    "G515",
    "momentum multiplies the weights",
    "SGD.step",
    looks="every weight shrinks by the factor μ in each step.",
    fix="momentum belongs to the velocity: v ← μ v - η g, then w ← w + v.",
    hidden="without momentum",
)
def momentum_on_weights(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap
) -> tuple[Tree, Tree]:
    shrink = optimizer.momentum if velocity else 1
    moved = {
        layer: {
            name: tap(f"weight/{layer}/{name}", w * shrink - grads[layer][name] * optimizer.learning_rate)
            for name, w in own.items()
        }
        for layer, own in params.items()
    }
    return moved, velocity


@GROUP.bug(
    "G516",
    "update applied twice",
    "SGD.step",
    looks="the first update is twice as large as it should be; gradients are right.",
    fix="look for an update in backward() and another in step() or train().",
)
def updated_twice(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    once, velocity = honest(optimizer, params, grads, velocity, untapped)
    return honest(optimizer, once, grads, velocity, tap)  # type: ignore[no-any-return]
