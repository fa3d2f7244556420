"""Wrong gradients of kernels and biases, and errors that take a wrong way through a dense layer."""

import itertools
from typing import Any

from parity.diagnosis.bug import Group
from parity.diagnosis.gradients import changed, shown, unseen
from scratch.layers import Dense
from scratch.network import Network
from scratch.tap import Tap
from scratch.tree import Array, Tree

GROUP = Group(
    "Dense layers",
    "One of the three derivatives of a dense layer is wrong: by its kernel, by its bias, or by "
    "its input. The first two "
    "touch one parameter alone; the third spoils all layers before.",
)
Grads = dict[str, Array]


@GROUP.bug(
    "G401",
    "bias gradient averaged over the samples",
    "Dense.gradients",
    looks="biases' gradients are N times too small, kernels' are right.",
    fix="the mean is already in the error: sum it over the samples.",
    hidden="without biases; at a batch of one sample",
    seen=(
        "kvfrans/notes#5: d_b1 uses mean over batch where sum is needed",
        "biprav07/Neural-Net-From-Scratch-using-Python-and-Numpy layers.py: bias takes "
        "output_gradient.mean, weights take the sum",
    ),
)
def bias_averaged(layer: Any, params: Any, x: Array, dy: Array, *, honest: Any) -> Grads:
    grads = honest(layer, params, x, dy)
    return grads | ({"bias": dy.mean(axis=-2)} if layer.bias else {})


@GROUP.bug(
    "G402",
    "bias gradient summed over the units as well",
    "Dense.gradients",
    looks="all entries of a bias's gradient are equal: np.sum without axis. Behind softmax they are zero.",
    fix="sum over the samples only, axis=0 for rows of samples.",
    hidden="without biases, or with one unit",
    seen=(
        "rasbt/stat453-deep-learning-ss21#5: bias gradient summed over everything and broadcast",
        "Divy-1729/Neural-Net-From-Scratch neural-network-from-scratch.ipynb: db = 1/m*np.sum(dZ), one "
        "scalar (l.75,78)",
    ),
)
def bias_summed_over_units(layer: Any, params: Any, x: Array, dy: Array, *, honest: Any) -> Grads:
    grads = honest(layer, params, x, dy)
    total = dy.sum(axis=(-2, -1))[..., None] + 0 * dy[..., 0, :]
    return grads | ({"bias": total} if layer.bias else {})


@GROUP.bug(
    "G403",
    "bias gradient of the first sample only",
    "Dense.gradients",
    looks="biases' gradients are one row of the error; kernels' are right.",
    fix="sum the error over the samples; a gradient of another shape that broadcasts goes unnoticed.",
    hidden="without biases; at a batch of one sample",
    seen=("mlpack/mlpack#3679: Add layer: gradient = error, right only for batch 1",),
)
def bias_of_first_sample(layer: Any, params: Any, x: Array, dy: Array, *, honest: Any) -> Grads:
    grads = honest(layer, params, x, dy)
    return grads | ({"bias": dy[..., 0, :]} if layer.bias else {})


@GROUP.bug(
    "G404",
    "bias gets no gradient",
    "Dense.gradients",
    looks="biases' gradients are exactly zero and biases never move; kernels' are right.",
    fix="the derivative by the bias is the error, summed over the samples.",
    hidden="without biases",
    seen=(
        "glouw/tinn#30: no bias gradient is formed at all",
        "mattm/simple-neural-network#10: bias was left out of training",
    ),
)
def bias_zero(layer: Any, params: Any, x: Array, dy: Array, *, honest: Any) -> Grads:
    grads = honest(layer, params, x, dy)
    return grads | ({"bias": 0 * grads["bias"]} if layer.bias else {})


@GROUP.bug(
    "G405",
    "bias gradient with the wrong sign",
    "Dense.gradients",
    looks="biases' gradients are the right ones times -1; kernels' are right.",
    fix="y = x @ kernel + bias: the derivative by the bias is plus the error, as for the kernel.",
    hidden="without biases",
)
def bias_sign(layer: Any, params: Any, x: Array, dy: Array, *, honest: Any) -> Grads:
    grads = honest(layer, params, x, dy)
    return grads | ({"bias": -grads["bias"]} if layer.bias else {})


@GROUP.bug(
    "G406",
    "bias gradients of two layers mixed up",
    "Network.backward",
    looks="two biases of the same width have each other's gradient; kernels' are right.",
    fix="use this layer's delta for this layer's bias: look for a wrong index or a variable used again.",
    hidden="unless two layers have the same width",
    seen=("hanbt/learn_dl#53: bi_grad and bo_grad computed from delta_f",),
)
def biases_mixed_up(
    network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap, *, honest: Any
) -> Tree:
    grads = honest(network, params, caches, dy, unseen(tap))
    owners: dict[tuple[int, ...], list[str]] = {}
    for layer, own in grads.items():
        if "bias" in own:
            owners.setdefault(own["bias"].shape, []).append(layer)
    donor = {a: b for alike in owners.values() for a, b in zip(alike, alike[1:] + alike[:1], strict=True)}
    mixed = changed(grads, lambda layer, name, g: grads[donor[layer]]["bias"] if name == "bias" else g)
    return shown(mixed, tap)


@GROUP.bug(
    "G407",
    "kernel gradient from the input before its activation",
    "Network.backward",
    looks="kernels behind an activation are wrong; biases and everything else are right.",
    fix="multiply the delta by what the layer was given: the activation's output, not its input.",
    hidden="with a single dense layer, and behind linear layers",
    seen=(
        "maziarraissi/backprop#1: weight gradient from H where the activation A is needed",
        "jorgenkg/python-neural-network#2: claim: pre-activation used in place of activation",
    ),
)
def kernel_from_preactivation(
    network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap, *, honest: Any
) -> Tree:
    caches = list(caches)
    for depth in range(2, len(network.layers)):
        before, activation, layer = network.layers[depth - 2 : depth + 1]
        if isinstance(layer, Dense) and isinstance(before, Dense) and not isinstance(activation, Dense):
            caches[depth], _ = before.forward(params[network.names[depth - 2]], caches[depth - 2])
    return honest(network, params, caches, dy, tap)


@GROUP.bug(
    "G408",
    "kernel gradient from the layer's own output",
    "Network.backward",
    looks=(
        "square kernels are wrong, the last one excepted; biases and everything else are right: an index "
        "off by one in the list of activations."
    ),
    fix="multiply the delta by the layer's input, the activation of the layer before.",
    hidden="unless a hidden layer has as many units as inputs",
    seen=(
        "https://datascience.stackexchange.com/q/25394: answer: activations[d].T must be activations[d-1].T",
    ),
)
def kernel_from_own_output(
    network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap, *, honest: Any
) -> Tree:
    dense = [depth for depth, layer in enumerate(network.layers) if isinstance(layer, Dense)]
    shifted = list(caches)
    for depth, following in itertools.pairwise(dense):
        if caches[depth].shape == caches[following].shape:
            shifted[depth] = caches[following]
    return honest(network, params, shifted, dy, tap)


@GROUP.bug(
    "G409",
    "kernel gradient from the network's input in every layer",
    "Network.backward",
    looks="kernels of later layers are wrong where the shapes fit; biases and everything else are right.",
    fix="multiply the delta by this layer's own input.",
    hidden="unless a later layer has as many inputs as the network",
)
def kernel_from_network_input(
    network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap, *, honest: Any
) -> Tree:
    same = [
        caches[0] if isinstance(layer, Dense) and cache.shape == caches[0].shape else cache
        for layer, cache in zip(network.layers, caches, strict=True)
    ]
    return honest(network, params, same, dy, tap)


@GROUP.bug(
    "G410",
    "kernel gradient transposed",
    "Dense.gradients",
    looks=(
        "square kernels have the transposed gradient; all other layers would not fit, so this hides in "
        "square ones."
    ),
    fix="the derivative of x @ kernel by the kernel is x.T @ dy, with the kernel's own shape.",
    hidden="without square kernels; where the gradient is symmetric",
    seen=(
        "iamtrask/Grokking-Deep-Learning#22: weight_deltas matrix was transposed; weights adjusted wrongly",
        "iamtrask/Grokking-Deep-Learning#23: outer_prod(input, delta) where (delta, input) is needed",
    ),
)
def kernel_transposed(layer: Any, params: Any, x: Array, dy: Array, *, honest: Any) -> Grads:
    grads = honest(layer, params, x, dy)
    square = grads["kernel"].shape[-1] == grads["kernel"].shape[-2]
    return grads | ({"kernel": grads["kernel"].mT} if square else {})


@GROUP.bug(
    "G411",
    "error propagated through the kernel instead of its transpose",
    "Dense.backward",
    looks="a square layer's own gradients are right, everything before it is wrong.",
    fix=(
        "the derivative by the input is dy @ kernel.T; with a square kernel nothing complains when the T "
        "is missing."
    ),
    hidden="without square kernels behind the first layer",
    seen=(
        "pulp-platform/pulp-trainlib#3: weight not transposed in input gradient, sizes as if transposed",
        "nntile/nntile#433: review: wrong weight axis in backward unless N==K",
    ),
)
def propagated_untransposed(layer: Any, params: Any, x: Array, dy: Array) -> tuple[Array, Grads]:
    kernel, grads = params["kernel"], layer.gradients(params, x, dy)
    if kernel.shape[-1] != kernel.shape[-2]:
        return dy @ kernel.mT, grads
    return dy @ kernel, grads


@GROUP.bug(
    "G412",
    "kernel gradient averaged over the samples again",
    "Dense.gradients",
    looks="kernels' gradients are N times too small, biases' are right.",
    fix="the mean is already in the error: x.T @ dy sums over the samples, leave it at that.",
    hidden="at a batch of one sample",
    seen=("https://community.deeplearning.ai/t/63071: dZ1 times 1/m, then dW1 times 1/m again",),
)
def kernel_averaged_again(layer: Any, params: Any, x: Array, dy: Array, *, honest: Any) -> Grads:
    grads = honest(layer, params, x, dy)
    return grads | {"kernel": grads["kernel"] / dy.shape[-2]}


@GROUP.bug(
    "G413",
    "error averaged again at every layer",
    "Dense.backward",
    looks=(
        "the last layer is right, and each layer before it is N times smaller than the one behind it "
        "makes it."
    ),
    fix=(
        "divide by the batch size once, in the derivative of the loss; the error itself belongs to "
        "single samples."
    ),
    hidden="with a single dense layer; at a batch of one sample",
)
def error_averaged_at_every_layer(
    layer: Any, params: Any, x: Array, dy: Array, *, honest: Any
) -> tuple[Array, Grads]:
    dx, grads = honest(layer, params, x, dy)
    return dx / dx.shape[-2], grads


def _through(
    network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap, *, from_error: tuple[str, ...]
) -> Tree:
    """Go backward with the error before and after each activation's derivative: ``error`` and ``delta``.

    ``from_error`` names what is made of the error in the place of the delta: ``kernel``, ``bias``, ``input``.
    """
    grads: Tree = {}
    error = delta = dy
    for depth in reversed(range(len(network.layers))):
        layer, name, cache = network.layers[depth], network.names[depth], caches[depth]
        own = params.get(name, {})
        delta = tap(f"error/{name}", delta)
        if not isinstance(layer, Dense):
            error, (delta, _) = delta, layer.backward(own, cache, delta)
            continue
        of = {key: error if key in from_error else delta for key in ("kernel", "bias", "input")}
        grads[name] = {
            key: tap(f"gradient/{name}/{key}", layer.gradients(own, cache, of[key])[key]) for key in own
        }
        if depth:
            error = delta = layer.backward(own, cache, of["input"])[0]
    return grads


@GROUP.bug(
    "G414",
    "kernel gradient from the error instead of the delta",
    "Network.backward",
    looks=(
        "kernels are wrong, as if their layer's activation were linear; biases are right, and so is what "
        "is propagated."
    ),
    fix="multiply the input by the delta, the error times the derivative of the activation.",
    hidden="in layers without activation",
    seen=(
        "arthurdouillard/deepcourse#6: backward used grad_h where grad_htilde was needed",
        "arthurdouillard/deepcourse#9: grad_bh must come from grad_htilde, not grad_h",
    ),
)
def kernel_from_error(network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap) -> Tree:
    return _through(network, params, caches, dy, tap, from_error=("kernel",))


@GROUP.bug(
    "G415",
    "error propagated instead of the delta",
    "Network.backward",
    looks=(
        "each layer's own gradients follow from what it is given, but layers before are wrong: the "
        "derivative of the activation is left out on the way."
    ),
    fix="propagate the delta: delta @ kernel.T, not error @ kernel.T.",
    hidden="with a single dense layer, and behind linear layers",
    seen=(
        "JakubZojdzik/DigitRecognitionAI network.py: dera = W.T @ dera: derivative left out of the recursion",
        "https://stackoverflow.com/questions/53287032: asks whether to propagate delta or delta*sigmoid'; "
        "code differ",
    ),
)
def error_propagated(network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap) -> Tree:
    return _through(network, params, caches, dy, tap, from_error=("input",))


@GROUP.bug(
    "G416",
    "bias gradient from the error instead of the delta",
    "Network.backward",
    looks="biases are wrong, as if their layer's activation were linear; kernels are right.",
    fix="sum the delta, the error times the derivative of the activation.",
    hidden="without biases, and in layers without activation",
)
def bias_from_error(network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap) -> Tree:
    return _through(network, params, caches, dy, tap, from_error=("bias",))
