"""Wrong derivatives of sigmoid, tanh and ReLU, and derivatives in the wrong place."""

from typing import Any

import numpy as np

from parity.diagnosis.bug import Group
from scratch.layers import Dense, Linear
from scratch.layers.sigmoid import sigmoid
from scratch.network import Network
from scratch.optimizers import SGD
from scratch.tap import Tap
from scratch.training import State
from scratch.tree import Array, Tree

GROUP = Group(
    "Activations",
    "The derivative of an activation is wrong, missing or applied to the wrong number. Layers "
    "above the activation are "
    "right, its own dense layer and all before it are wrong.",
)
Back = tuple[Array, dict[str, Array]]


@GROUP.bug(
    "G301",
    "sigmoid's derivative missing",
    "Sigmoid.backward",
    looks="gradients before the sigmoid are four times too large and more; those above it are right.",
    fix="multiply the error by y * (1 - y), with y the sigmoid's output.",
    seen=("iamtrask/Grokking-Deep-Learning#50: layer_1_delta lacks the sigmoid derivative",),
)
def sigmoid_missing(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    return dy, {}


@GROUP.bug(
    "G302",
    "sigmoid's derivative of the sigmoid of the output",
    "Sigmoid.backward",
    looks=(
        "gradients before the sigmoid are about 1.4 times too large, not uniformly: the sigmoid is "
        "applied to what has been through it."
    ),
    fix="s(z) * (1 - s(z)) takes the input z; with the output y at hand it is y * (1 - y).",
    seen=(
        "rahulparaselli/numpy-xor-nn main.py: s(x)(1-s(x)) called with activations (l.18,53,55)",
        "iamtrask/iamtrask.github.io#32: proposed 'fix': sigmoid applied to activation again",
    ),
)
def sigmoid_of_output(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    again = sigmoid(y)
    return dy * (again * (1 - again)), {}


@GROUP.bug(
    "G303",
    "y (1 - y) of the sigmoid's input",
    "Sigmoid.backward",
    looks=(
        "gradients before the sigmoid often have the wrong sign and any size: z * (1 - z) is not bounded."
    ),
    fix="y * (1 - y) takes the sigmoid's output; keep that, not the input.",
    seen=("BoltzmannEntropy/interviews.ai#15: self.x*(1-self.x) on the input of the sigmoid",),
)
def sigmoid_of_input(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    z = np.log(y / (1 - y))
    return dy * (z * (1 - z)), {}


@GROUP.bug(
    "G304",
    "sigmoid's derivative applied twice",
    "Sigmoid.backward",
    looks=(
        "gradients before the sigmoid are sixteenths of what they should be, and less where units saturate."
    ),
    fix="apply it once: either where the delta is formed or in the layer, not in both.",
)
def sigmoid_applied_twice(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    return dy * (y * (1 - y)) * (y * (1 - y)), {}


@GROUP.bug(
    "G305",
    "tanh's derivative in the place of sigmoid's",
    "Sigmoid.backward",
    looks="gradients before the sigmoid are about three times too large: 1 - y² for y (1 - y).",
    fix="each activation has its own derivative: sigmoid's is y * (1 - y).",
)
def tanh_for_sigmoid(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    return dy * (1 - y * y), {}


@GROUP.bug(
    "G306",
    "sigmoid's derivative without its first factor",
    "Sigmoid.backward",
    looks="gradients before the sigmoid are twice as large and more: 1 - y for y (1 - y).",
    fix="multiply by y as well: y * (1 - y).",
)
def sigmoid_first_factor(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    return dy * (1 - y), {}


@GROUP.bug(
    "G307",
    "sigmoid's derivative with the wrong sign",
    "Sigmoid.backward",
    looks="gradients before the sigmoid point the other way: y (y - 1) for y (1 - y).",
    fix="it is y * (1 - y), never negative.",
    seen=(
        "https://extraproxies.com/missing-sign-in-derivative-of-sigmoid-function/: quotient rule applied "
        "with wrong sign: -e^-x/(1+e^-x)^2",
        "parasdahal/deepnet deepnet/layers.py: sigmoid forward 1/(1+exp(+x)), derivative sign wrong (l.224)",
    ),
)
def sigmoid_sign(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    return dy * (y * (y - 1)), {}


@GROUP.bug(
    "G308",
    "tanh's derivative missing",
    "Tanh.backward",
    looks="gradients before the tanh are too large, most where units saturate; those above it are right.",
    fix="multiply the error by 1 - y², with y the tanh's output.",
)
def tanh_missing(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    return dy, {}


@GROUP.bug(
    "G309",
    "tanh's derivative without the square",
    "Tanh.backward",
    looks="gradients before the tanh are wrong, by up to a factor of two: 1 - y for 1 - y².",
    fix="square the output: 1 - y * y.",
    seen=(
        "scutan90/DeepLearning-500-questions#466: published tanh derivative wrong; should be 1 - tanh(x)^2",
    ),
)
def tanh_without_square(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    return dy * (1 - y), {}


@GROUP.bug(
    "G310",
    "1 - y² of the tanh's input",
    "Tanh.backward",
    looks=(
        "gradients before the tanh are wrong, and have the wrong sign where its input is larger than one."
    ),
    fix="1 - y² takes the tanh's output; keep that, not the input.",
    seen=(
        "aswinkumarks/Simple-Neural-Network-Python network.py: 1-x^2 on the pre-activation for tanh (l.14)",
        "https://community.deeplearning.ai/t/31965: 1 - np.power(Z1, 2) on the pre-activation",
    ),
)
def tanh_of_input(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    z = np.arctanh(y)
    return dy * (1 - z * z), {}


@GROUP.bug(
    "G311",
    "tanh's derivative of the tanh of the output",
    "Tanh.backward",
    looks="gradients before the tanh are too large: the tanh is applied to what has been through it.",
    fix="1 - tanh(z)² takes the input z; with the output y at hand it is 1 - y².",
    seen=(
        "a7medayman6/MLP-from-Scratch MLP.py: 1-tanh(a)^2 applied to activations (l.103)",
        "davidrmiller/neural2d#40: tanh derivative evaluated at the neuron output, tanh twice",
    ),
)
def tanh_of_output(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    again = np.tanh(y)
    return dy * (1 - again * again), {}


@GROUP.bug(
    "G312",
    "sigmoid's derivative in the place of tanh's",
    "Tanh.backward",
    looks=(
        "gradients before the tanh are wrong, and have the wrong sign where the unit is negative: y (1 - "
        "y) for 1 - y²."
    ),
    fix="each activation has its own derivative: tanh's is 1 - y².",
    seen=(
        "ttezel/nn#8: sigmoid derivative hard-coded whichever activation is set",
        "Kulbear/deep-learning-coursera#20: hidden ReLU layers given sigmoid_backward",
    ),
)
def sigmoid_for_tanh(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    return dy * (y * (1 - y)), {}


@GROUP.bug(
    "G313",
    "tanh's derivative with a plus",
    "Tanh.backward",
    looks="gradients before the tanh are too large, the more the unit saturates: 1 + y² for 1 - y².",
    fix="the slope falls where the unit saturates: 1 - y * y.",
)
def tanh_plus(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    return dy * (1 + y * y), {}


@GROUP.bug(
    "G320",
    "sigmoid's derivative at a linear output",
    "train_step",
    looks="every gradient is wrong: the error at a linear output is multiplied by p (1 - p).",
    fix="the derivative of a linear output is 1; use the derivative of the activation that the layer has.",
    hidden="unless the output is linear",
    seen=("ttezel/nn#8: sigmoid derivative at the output; linear output fails",),
)
def sigmoid_at_linear_output(
    network: Network, loss: Any, optimizer: SGD, state: State, x: Array, y: Array, tap: Tap
) -> tuple[State, Array]:
    prediction, caches = network.forward(state.params, tap("input", x), tap)
    value, cache = loss.forward(prediction, y)
    value, dy = tap("loss", value), loss.backward(cache)
    if isinstance(network.layers[-1], Dense | Linear):
        dy = dy * (prediction * (1 - prediction))
    grads = network.backward(state.params, caches, dy, tap)
    return State(*optimizer.step(state.params, grads, state.velocity, tap)), value


@GROUP.bug(
    "G321",
    "derivative of the hidden activations missing",
    "Network.backward",
    looks=(
        "the last layer is right, every layer before it is wrong: the error is handed on as if hidden "
        "units were linear."
    ),
    fix="multiply by the derivative of each hidden layer's activation, as at the output.",
    hidden="without hidden layers, and where they are linear",
    seen=("iamtrask/Grokking-Deep-Learning#50: hidden activation derivative missing in layer_1_delta",),
)
def hidden_derivatives_missing(
    network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap, *, honest: Any
) -> Tree:
    *hidden, last = network.layers
    straight = Network((*(x if isinstance(x, Dense) else Linear() for x in hidden), last))
    return honest(straight, params, caches, dy, tap)


@GROUP.bug(
    "G322",
    "derivative taken of the error, which it replaces",
    "Sigmoid.backward",
    "Tanh.backward",
    looks=(
        "gradients before the activation no longer depend on how wrong the output is: the error is "
        "overwritten instead of multiplied."
    ),
    fix="the derivative takes the activation's own output, and multiplies the error that comes from above.",
    seen=(
        "haifengl/smile#528: ReLU backward overwrote upper gradient by 0 or 1",
        "yizt/numpy_neural_network#6: tanh_backward returned 1 - tanh(next_dz)^2; confirmed, fixed",
    ),
)
def derivative_of_error(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    again, _ = layer.forward(params, dy)
    return (again * (1 - again) if type(layer).__name__ == "Sigmoid" else 1 - again * again), {}
