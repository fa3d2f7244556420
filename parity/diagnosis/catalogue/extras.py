"""What is done to the gradient or the rate on top of gradient descent: clipping, decay, schedules."""

from dataclasses import replace
from typing import Any

import numpy as np

from parity.diagnosis.bug import Group
from parity.diagnosis.gradients import changed, shown, unseen
from parity.diagnosis.memory import keep, recall
from scratch.network import Network
from scratch.optimizers import SGD
from scratch.tap import Tap
from scratch.training import State
from scratch.tree import Array, Tree, flatten

GROUP = Group(
    "Clipping, decay and schedules",
    "No mistakes in themselves, but part of neither the loss nor plain gradient descent: left on "
    "on one side of a "
    "comparison, or differentiated from a term that the loss does not have.",
)


@GROUP.bug(
    "G601",
    "gradients clipped entry by entry",
    "Network.backward",
    looks="large entries all have the same value, plus or minus the limit; small ones are right.",
    fix="leave clipping out when you compare, or clip on both sides; it is no part of the gradient.",
    hidden="while every entry is below the limit",
    seen=("qixianbiao/RNN#2: elementwise clipping +-5 in the gradient",),
    sizes=(0.1, 0.01, 0.5, 1, 5, 10),
)
def clipped(
    network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap, *, honest: Any, size: float
) -> Tree:
    grads = honest(network, params, caches, dy, unseen(tap))
    return shown(changed(grads, lambda layer, name, g: np.clip(g, -size, size)), tap)


@GROUP.bug(
    "G602",
    "gradient shortened to a largest norm",
    "Network.backward",
    looks=(
        "all gradients of a step are too small by one factor, and their common norm is the same in every "
        "step."
    ),
    fix="leave clipping by norm out when you compare, or use it on both sides.",
    hidden="while the norm of all gradients together is below the limit",
    seen=(
        "microsoft/onnxruntime#3243: gradient norm clipping hard-coded on, made configurable",
        "magenta/magenta#1025: global norm clipping switched on by default",
    ),
    sizes=(0.1, 0.01, 0.5, 1, 5, 10),
)
def norm_clipped(
    network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap, *, honest: Any, size: float
) -> Tree:
    grads = honest(network, params, caches, dy, unseen(tap))
    square = sum((g * g).reshape(*dy.shape[:-2], -1).sum(axis=-1) for g in flatten(grads).values())
    factor = np.minimum(1, size / np.sqrt(square)).astype(dy.dtype)
    scaled = changed(
        grads, lambda layer, name, g: g * factor.reshape(factor.shape + (1,) * (g.ndim - factor.ndim))
    )
    return shown(scaled, tap)


@GROUP.bug(
    "G603",
    "L2 term in the kernels' gradients",
    "Network.backward",
    looks=(
        "kernels' gradients are off by a multiple of the kernel itself, biases' are right: a term λ w "
        "that the loss does not have."
    ),
    fix=(
        "add λ/2 Σ w² to the loss as well, or leave the term out; and its derivative is λ w, with the "
        "factor that the loss has."
    ),
    hidden="where kernels are zero",
    sizes=(0.01, 0.1, 0.001, 1e-4, 5e-4),
)
def l2_on_kernels(
    network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap, *, honest: Any, size: float
) -> Tree:
    grads = honest(network, params, caches, dy, unseen(tap))
    return shown(
        changed(grads, lambda layer, name, g: g if name == "bias" else g + size * params[layer][name]), tap
    )


@GROUP.bug(
    "G604",
    "L2 term in the biases' gradients",
    "Network.backward",
    looks="biases' gradients are off by a multiple of the bias itself, kernels' are right.",
    fix="biases are usually left out of the penalty; whichever you choose, loss and gradient must agree.",
    hidden="at the first step, if biases start at zero",
    seen=(
        "rasmusbergpalm/DeepLearnToolbox#32: L2 penalty applied to bias terms in nnapplygrads",
        "tensorflow/benchmarks#191: weight decay applied to biases, not intentional",
    ),
    sizes=(0.01, 0.1, 0.001, 1e-4, 5e-4),
)
def l2_on_biases(
    network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap, *, honest: Any, size: float
) -> Tree:
    grads = honest(network, params, caches, dy, unseen(tap))
    return shown(
        changed(grads, lambda layer, name, g: g + size * params[layer][name] if name == "bias" else g), tap
    )


@GROUP.bug(
    "G605",
    "L1 term in the kernels' gradients",
    "Network.backward",
    looks="kernels' gradients are off by plus or minus the same number everywhere, with the kernel's sign.",
    fix="add λ Σ |w| to the loss as well, or leave the term out.",
    hidden="where kernels are zero",
    sizes=(0.01, 0.1, 0.001, 1e-4),
)
def l1_on_kernels(
    network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap, *, honest: Any, size: float
) -> Tree:
    grads = honest(network, params, caches, dy, unseen(tap))
    return shown(
        changed(
            grads, lambda layer, name, g: g if name == "bias" else g + size * np.sign(params[layer][name])
        ),
        tap,
    )


@GROUP.bug(
    "G606",
    "weight decay in the update",
    "SGD.step",
    looks="gradients are right; after each update all weights are smaller by the same factor.",
    fix="switch weight decay off where it is not asked for, or ask for it on both sides.",
    sizes=(0.01, 0.1, 0.001, 1e-4, 5e-4),
)
def decoupled_decay(
    optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap, *, honest: Any, size: float
) -> tuple[Tree, Tree]:
    shrunk = {
        layer: {name: w * (1 - optimizer.learning_rate * size) for name, w in own.items()}
        for layer, own in params.items()
    }
    return honest(optimizer, shrunk, grads, velocity, tap)


@GROUP.bug(
    "G607",
    "learning rate that decays",
    "train_step",
    looks=(
        "gradients are right; the updates of step t are too small by 1 / (1 + decay t), all by the same "
        "factor."
    ),
    fix=(
        "switch the schedule off where a constant rate is compared, or count its steps as the other side "
        "does."
    ),
    hidden="at the first step",
    seen=("uclnlp/jack#322: users unaware that learning-rate decay is active by default",),
    sizes=(0.01, 0.001, 0.1),
)
def rate_decays(
    network: Network,
    loss: Any,
    optimizer: SGD,
    state: State,
    x: Array,
    y: Array,
    tap: Tap,
    *,
    honest: Any,
    size: float,
) -> tuple[State, Array]:
    state, kept = recall(state)
    count = kept.get("step", {"": {"number": np.zeros(())}})
    slower = replace(
        optimizer, learning_rate=optimizer.learning_rate / (1 + size * float(count[""]["number"]))
    )
    stepped, value = honest(network, loss, slower, state, x, y, tap)
    return keep(stepped, step={"": {"number": count[""]["number"] + 1}}), value
