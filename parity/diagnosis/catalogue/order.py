"""Right formulas at the wrong time: what is stale, used too soon, kept too long or cut off."""

from typing import Any

import numpy as np

from parity.diagnosis.bug import Group
from parity.diagnosis.gradients import changed, shown, unseen
from parity.diagnosis.memory import keep, recall
from scratch.network import Network
from scratch.optimizers import SGD
from scratch.tap import Tap, untapped
from scratch.training import State
from scratch.tree import Array, Tree, map_tree

GROUP = Group(
    "Order and state",
    "Each formula is right, but it sees numbers of another moment: of the step before, of after "
    "the update, of the first "
    "step. Many of these agree with the truth at the first step and go astray from the second on.",
)


@GROUP.bug(
    "G113",
    "gradient from the activations of the step before",
    "train_step",
    looks=(
        "the first step is right; from the second on every gradient is the one that the batch and "
        "weights of one step ago had."
    ),
    fix=(
        "run the forward pass for this batch before going backward, and overwrite what the layers remember."
    ),
    hidden="at the first step",
    seen=("ooples/AiDotNet#722: review: caches hold only last batch, backward reuses them",),
)
def stale_activations(
    network: Network, loss: Any, optimizer: SGD, state: State, x: Array, y: Array, tap: Tap
) -> tuple[State, Array]:
    state, kept = recall(state)
    x = tap("input", x)
    prediction, caches = network.forward(state.params, x, tap)
    value, cache = loss.forward(prediction, y)
    value = tap("loss", value)
    if kept:
        old_x, old_y = kept["batch"]["rows"].values()
        old_prediction, caches = network.forward(kept["params"], old_x)
        cache = loss.forward(old_prediction, old_y)[1]
    grads = network.backward(state.params, caches, loss.backward(cache), tap)
    stepped = State(*optimizer.step(state.params, grads, state.velocity, tap))
    return keep(stepped, params=state.params, batch={"rows": {"x": x, "y": y}}), value


@GROUP.bug(
    "G114",
    "weights updated before the error is propagated through them",
    "train_step",
    looks=(
        "the last layer is right, every layer before it is off by a few percent, and the error vanishes "
        "as the learning rate does."
    ),
    fix=(
        "compute every delta first and update afterwards, or propagate with a copy of the kernel taken "
        "before the update."
    ),
    hidden="with a single dense layer, or at learning rate 0",
    seen=(
        "joelgrus/data-science-from-scratch#31: output weights updated before hidden deltas computed",
        "kim-marcel/basic_neural_network#7: error propagated through already updated weights",
    ),
)
def updated_before_propagated(
    network: Network, loss: Any, optimizer: SGD, state: State, x: Array, y: Array, tap: Tap
) -> tuple[State, Array]:
    prediction, caches = network.forward(state.params, tap("input", x), tap)
    value, cache = loss.forward(prediction, y)
    value = tap("loss", value)
    params, velocity, dy = dict(state.params), dict(state.velocity), loss.backward(cache)
    for depth in reversed(range(len(network.layers))):
        layer, name, cache = network.layers[depth], network.names[depth], caches[depth]
        dy = tap(f"error/{name}", dy)
        grads = shown({name: layer.gradients(params.get(name, {}), cache, dy)}, tap)
        if name in params:
            before = {key: tree for key, tree in velocity.items() if key == name}
            new, memory = optimizer.step({name: params[name]}, grads, before, tap)
            params |= new  # updated here ...
            velocity |= memory
        if depth:
            dy, _ = layer.backward(params.get(name, {}), cache, dy)  # ... and read again here
    return State(params, velocity), value


@GROUP.bug(
    "G115",
    "error propagated through the initial weights",
    "train_step",
    looks=(
        "the first step is right; later the last layer still is, and all before it are wrong by how far "
        "the kernels have moved."
    ),
    fix=(
        "propagate through the kernels as they are now; a reference or copy made at the start is out of date."
    ),
    hidden="with a single dense layer, and at the first step",
    seen=("ooples/AiDotNet.Tensors#355: review: weight caches built once, backward uses old weights",),
)
def propagated_through_initial(
    network: Network, loss: Any, optimizer: SGD, state: State, x: Array, y: Array, tap: Tap
) -> tuple[State, Array]:
    state, kept = recall(state)
    initial = kept.get("initial", state.params)
    prediction, caches = network.forward(state.params, tap("input", x), tap)
    value, cache = loss.forward(prediction, y)
    value = tap("loss", value)
    grads = network.backward(initial, caches, loss.backward(cache), tap)
    stepped = State(*optimizer.step(state.params, grads, state.velocity, tap))
    return keep(stepped, initial=initial), value


@GROUP.bug(
    "G116",
    "gradients not reset between steps",
    "train_step",
    looks="the first step is right; the second gradient is the sum of the first two, and so on.",
    fix="set the gradients to zero before each backward pass, or assign them instead of adding to them.",
    hidden="at the first step",
    seen=(
        "karpathy/micrograd#53: gradients not zeroed, accumulate over steps",
        "apache/mxnet#17989: gradients accumulate over backward calls",
    ),
)
def not_reset(
    network: Network, loss: Any, optimizer: SGD, state: State, x: Array, y: Array, tap: Tap
) -> tuple[State, Array]:
    state, kept = recall(state)
    prediction, caches = network.forward(state.params, tap("input", x), tap)
    value, cache = loss.forward(prediction, y)
    value = tap("loss", value)
    grads = network.backward(state.params, caches, loss.backward(cache), unseen(tap))
    if kept:
        grads = map_tree(lambda new, old: old + new, grads, kept["sum"])
    stepped = State(*optimizer.step(state.params, shown(grads, tap), state.velocity, tap))
    return keep(stepped, sum=grads), value


@GROUP.bug(
    "G117",
    "first layer gets no gradient",
    "Network.backward",
    looks="the gradients of the first layer are exactly zero, all others are right.",
    fix=(
        "let the loop over the layers reach the first one, and do not cut the chain (detach, copy, a "
        "wrong range) before it."
    ),
    seen=(
        "neuroph/NeurophFramework#12: no error computed for hidden fully connected layers",
        "paiml/aprender#2000: cached transpose severs the graph: weights get no gradient",
    ),
)
def first_layer_cut_off(
    network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap, *, honest: Any
) -> Tree:
    grads = honest(network, params, caches, dy, unseen(tap))
    first = next(iter(params))
    return shown(changed(grads, lambda layer, name, g: g * (layer != first)), tap)


@GROUP.bug(
    "G118",
    "digits lost on the way",
    "loss.backward",
    looks=(
        "everything is off by a relative 1e-8 to 1e-4, at random: float32 in the middle of float64, or "
        "half precision in float32."
    ),
    fix=(
        "look for astype, dtype= and constants that make arrays of a narrower type; keep one type throughout."
    ),
    seen=(
        "PaddlePaddle/Paddle#4283: float32 rounding dominates the gradient error",
        "keras-team/keras#15791: dtype downcast loses precision",
    ),
)
def digits_lost(loss: Any, cache: Any, *, honest: Any) -> Array:
    dy = honest(loss, cache)
    narrow = np.float16 if dy.dtype == np.float32 else np.float32
    narrowed: Array = dy.astype(narrow).astype(dy.dtype)
    return narrowed


@GROUP.bug(
    "G119",
    "update with the gradient of the step before",
    "train_step",
    looks=(
        "gradients of the first step are right, but nothing moves; each update is the one that was due a "
        "step ago."
    ),
    fix=(
        "hand the optimizer the gradients that this backward pass returned, not those that are still stored."
    ),
)
def late_gradient(
    network: Network, loss: Any, optimizer: SGD, state: State, x: Array, y: Array, tap: Tap
) -> tuple[State, Array]:
    state, kept = recall(state)
    prediction, caches = network.forward(state.params, tap("input", x), tap)
    value, cache = loss.forward(prediction, y)
    value = tap("loss", value)
    grads = network.backward(state.params, caches, loss.backward(cache), tap)
    late = kept.get("late", map_tree(lambda g: g * 0, grads))
    stepped = State(*optimizer.step(state.params, late, state.velocity, tap))
    return keep(stepped, late=grads), value


@GROUP.bug(
    "G120",
    "loss reported after the update",
    "train_step",
    looks="gradients and weights are right; the loss of step t is the one that belongs to step t + 1.",
    fix="keep the loss of the forward pass that the gradient comes from; compute it before the update.",
    seen=("keras-team/keras#12274: reported loss is from before the update; values differ",),
)
def loss_after_update(
    network: Network, loss: Any, optimizer: SGD, state: State, x: Array, y: Array, tap: Tap, *, honest: Any
) -> tuple[State, Array]:
    stepped, _ = honest(network, loss, optimizer, state, x, y, lambda p, a: a if p == "loss" else tap(p, a))
    prediction, _ = network.forward(stepped.params, x, untapped)
    return stepped, tap("loss", loss.forward(prediction, y)[0])
