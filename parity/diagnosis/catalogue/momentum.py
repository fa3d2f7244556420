"""Momentum that is forgotten, taken too early, scaled or shared."""

from dataclasses import replace
from typing import Any

from parity.diagnosis.bug import Group
from parity.diagnosis.gradients import changed
from scratch.optimizers import SGD
from scratch.tap import Tap, untapped
from scratch.tree import Array, Tree

GROUP = Group(
    "Momentum",
    "The gradients of the first step are right; what the optimizer remembers of them is not.",
)


@GROUP.bug(
    "G508",
    "momentum forgotten",
    "SGD.step",
    looks=(
        "the first update is right; from the second on they are too small: the velocity is never stored "
        "or never read."
    ),
    fix="keep the velocity from step to step.",
    hidden="without momentum, and at the first step",
    seen=(
        "rungrodkspeed/MLP-From-Scratch MLP.ipynb: momentum dead: aliased lists",
        "kozistr/pytorch_optimizer#516: momentum buffer zeroed before every update (SignSGD)",
    ),
)
def momentum_forgotten(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    plain = replace(optimizer, momentum=0.0, nesterov=False)
    zero = {layer: {name: v * 0 for name, v in own.items()} for layer, own in velocity.items()}
    return honest(plain, params, grads, zero, tap)


@GROUP.bug(
    "G509",
    "momentum as a moving average",
    "SGD.step",
    looks="the first update is too small by 1 - μ, later ones as well: v ← μ v + (1 - μ) g.",
    fix=(
        "PyTorch, Keras and most texts add the whole gradient: v ← μ v - η g. A moving average needs a "
        "larger learning rate."
    ),
    hidden="without momentum",
    seen=(
        "mdenil/dropout#4: averages with (1-mom) twice: step scaled (1-mom)^2",
        "pjreddie/darknet#2203: asked for (1-momentum) factor on the new gradient",
    ),
)
def moving_average(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    less = replace(optimizer, learning_rate=optimizer.learning_rate * (1 - optimizer.momentum))
    return honest(less, params, grads, velocity, tap)


@GROUP.bug(
    "G510",
    "velocity used before it is updated",
    "SGD.step",
    looks="nothing moves in the first step; each update is the one that was due a step ago.",
    fix="compute the new velocity first, then add it to the weights.",
    hidden="without momentum",
    seen=("mdenil/dropout#4: update uses gparam_mom one time step too old",),
)
def velocity_used_too_soon(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    if not velocity:
        return honest(optimizer, params, grads, velocity, tap)
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
    seen=(
        "fchollet/deep-learning-with-python-notebooks#289: w + momentum*velocity - lr*gradient where plain "
        "momentum meant",
        "YikangLi2003/Deep-Learning-with-Python momentum_stochastic_gradient_decent.py: w + "
        "momentum*velocity - lr*gradient: Nesterov form",
    ),
)
def nesterov_for_plain(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    return honest(replace(optimizer, nesterov=True), params, grads, velocity, tap)


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
    return honest(replace(optimizer, nesterov=False), params, grads, velocity, tap)


@GROUP.bug(
    "G513",
    "momentum with the wrong sign",
    "SGD.step",
    looks="the first update is right; the second is too small where the gradient keeps its direction.",
    fix="v ← μ v - η g: the old velocity goes on in its own direction.",
    hidden="without momentum, and at the first step",
    seen=(
        "spenceryr/Basic-Backprop-Neural-Net neuralnet.py: momentum enters with the wrong sign (l.243)",
        "fchollet/deep-learning-with-python-notebooks#19: velocity = past*momentum + lr*gradient, then added",
    ),
)
def momentum_sign(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    back = replace(optimizer, momentum=-optimizer.momentum)
    return honest(back, params, grads, velocity, tap)


@GROUP.bug(
    "G514",
    "one velocity for all parameters of a shape",
    "SGD.step",
    looks=(
        "the first parameter of each shape is right; the next of the same shape also gets the first "
        "one's velocity."
    ),
    fix=(
        "keep one velocity for each parameter: look for a list that is multiplied, an index that stands "
        "still, a shared default."
    ),
    hidden="without momentum; where no two parameters have the same shape",
    seen=(
        "wuyuanhang94/impl-dl-with-numpy optimizer.py: Momemtum keeps one self.V for all parameters",
        "LiyuanLucasLiu/RAdam#36: one cache shared between parameter groups",
    ),
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
            newest.update((w.shape, v) for v in stepped[1].get(layer, {}).values())
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
    "G517",
    "momentum from the last gradient, not the velocity",
    "SGD.step",
    looks=(
        "the first update is right; later ones add μ times the bare gradient of the step before, without "
        "rate and without history."
    ),
    fix="keep the last update (or a velocity), not the last gradient, and add μ times that.",
    hidden="without momentum, and at the first step",
    seen=(
        "rougier/neural-networks mlp.py: raw previous gradient added, not scaled by lr (l.92)",
        "FlorianMuellerklein/Machine-Learning MultiLayerPerceptron.py: raw previous gradient, not scaled by "
        "lr (l.154,160)",
    ),
)
def momentum_of_gradient(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    if not velocity:
        return honest(optimizer, params, grads, velocity, tap)
    moved = {
        layer: {
            name: tap(
                f"weight/{layer}/{name}",
                w + velocity[layer][name] * optimizer.momentum - grads[layer][name] * optimizer.learning_rate,
            )
            for name, w in own.items()
        }
        for layer, own in params.items()
    }
    return moved, changed(grads, lambda layer, name, g: -g)


@GROUP.bug(
    "G518",
    "momentum on the gradient, none on the velocity",
    "SGD.step",
    looks=(
        "the first update is too small by μ; then the velocity grows without end, as nothing ever slows "
        "it down."
    ),
    fix="v ← μ v - η g: the factor belongs to the old velocity.",
    hidden="without momentum",
    seen=("ooples/AiDotNet#2008: ApplyMomentum v + mu*g; velocity grows without bound",),
)
def momentum_on_gradient(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    if not velocity:
        return honest(optimizer, params, grads, velocity, tap)
    endless = replace(
        optimizer, learning_rate=optimizer.learning_rate * optimizer.momentum, momentum=1.0, nesterov=False
    )
    return honest(endless, params, grads, velocity, tap)


@GROUP.bug(
    "G520",
    "Nesterov's look ahead with the wrong sign",
    "SGD.step",
    looks="the first update is too small: w ← w - μ v - η g for w ← w + μ v - η g.",
    fix="the look ahead goes on in the direction of the velocity.",
    hidden="unless Nesterov's momentum is asked for",
    seen=("PaddlePaddle/Paddle#12231: param - gradient*lr + mu*velocity*lr; network did not converge",),
)
def nesterov_sign(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any
) -> tuple[Tree, Tree]:
    if not (velocity and optimizer.nesterov):
        return honest(optimizer, params, grads, velocity, tap)
    _, after = honest(optimizer, params, grads, velocity, untapped)
    moved = {
        layer: {
            name: tap(
                f"weight/{layer}/{name}",
                w - after[layer][name] * optimizer.momentum - grads[layer][name] * optimizer.learning_rate,
            )
            for name, w in own.items()
        }
        for layer, own in params.items()
    }
    return moved, after
