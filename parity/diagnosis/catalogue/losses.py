"""The derivative of the loss, with the softmax or sigmoid that belongs to it, and the loss that is reported."""

from typing import Any

import numpy as np

from parity.diagnosis.bug import Group
from parity.scenarios.problem import Problem
from scratch.layers import Dense, Softmax
from scratch.layers.sigmoid import sigmoid
from scratch.layers.softmax import softmax
from scratch.losses.certain import where_it_counts
from scratch.network import Network
from scratch.tap import Tap
from scratch.tree import Array, Tree

GROUP = Group(
    "The loss and the layer it stands on",
    "The first derivative of the backward pass: whatever is wrong here is wrong in every "
    "parameter. Cross-entropy and the "
    "softmax or sigmoid below it simplify to p - y together, and are often mixed with the long form.",
)
CROSS_ENTROPIES = (
    "BinaryCrossEntropy",
    "BinaryCrossEntropyFromLogits",
    "CategoricalCrossEntropy",
    "CategoricalCrossEntropyFromLogits",
)
Pair = tuple[Array, Array]
Back = tuple[Array, dict[str, Array]]


@GROUP.bug(
    "G201",
    "softmax derivative left out",
    "Softmax.backward",
    looks=(
        "every gradient is wrong and often far too large: -y / p is used as if it were the derivative by "
        "the scores."
    ),
    fix="multiply by the softmax's Jacobian, or start from p - y, which already holds it.",
    seen=(
        "pjreddie/darknet#96: softmax backward only copied the output gradient",
        "HomericIntelligence/Odyssey#2134: softmax backward misses the Jacobian's dot-product term",
    ),
)
def softmax_left_out(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    return dy, {}


@GROUP.bug(
    "G202",
    "softmax derivative: the diagonal only",
    "Softmax.backward",
    looks=(
        "every gradient is wrong, at 0.5 to 0.8 of its size; the rows of the derivative by the scores do "
        "not sum to zero."
    ),
    fix="every score moves every probability: dx = y * (dy - sum(dy * y)), not dy * y * (1 - y).",
    seen=(
        "deeplearning4j/libnd4j#440: only output*(1-output) diagonal implemented, i!=j case missing",
        "jorgenkg/python-neural-network#6: softmax derivative added as that of sigmoid (diagonal)",
    ),
)
def softmax_diagonal(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    return dy * (y * (1 - y)), {}


@GROUP.bug(
    "G203",
    "softmax derivative: sign of the other classes",
    "Softmax.backward",
    looks="every gradient is wrong; the rows of the derivative by the scores do not sum to zero.",
    fix="off the diagonal the Jacobian is -y[i] y[j], with a minus.",
)
def softmax_sign(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    return y * (dy + (dy * y).sum(axis=-1, keepdims=True)), {}


@GROUP.bug(
    "G204",
    "softmax derivative summed over the samples",
    "Softmax.backward",
    looks="every gradient is wrong, and each sample's depends on the others in its batch.",
    fix="sum over the classes, axis=-1 or axis=1 for rows of samples, with keepdims.",
    seen=("deeplearning4j/deeplearning4j#345: softmax taken along dimension 0 in the output gradient",),
)
def softmax_wrong_axis(layer: Any, params: Any, y: Array, dy: Array) -> Back:
    return y * (dy - (dy * y).sum(axis=-2, keepdims=True)), {}


@GROUP.bug(
    "G205",
    "softmax applied twice",
    "CategoricalCrossEntropyFromLogits.forward",
    looks=(
        "the loss itself is wrong and stays above a floor; gradients are flat, at 0.4 to 0.8 of their size."
    ),
    fix=(
        "a loss from logits wants the scores: take the softmax layer away, or use the loss of probabilities."
    ),
    seen=(
        "tflearn/tflearn#562: softmax on last layer, then softmax_cross_entropy_with_logits",
        "nfmcclure/tensorflow_cookbook#86: softmax output passed as logits",
    ),
)
def softmax_twice(loss: Any, prediction: Array, target: Array, *, honest: Any) -> Any:
    return honest(loss, softmax(prediction), target)


@GROUP.bug(
    "G206",
    "derivative of the output activation missing",
    "Network.backward",
    looks=(
        "every gradient is wrong; p - y is used as the derivative by the scores, which it is for "
        "cross-entropy only."
    ),
    fix="multiply the error at the output by the derivative of the last activation.",
    hidden="when the output is linear; for softmax it is G201",
    seen=(
        "jiexunsee/Neural-Network-with-Python#1: output error not multiplied by sigmoid derivative; "
        "author confirms",
        "Bot-Academy/NeuralNetworkFromScratch#3: sigmoid derivative missing for the output layer",
    ),
)
def output_derivative_missing(
    network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap, *, honest: Any
) -> Tree:
    if isinstance(network.layers[-1], Dense | Softmax):
        return honest(network, params, caches, dy, tap)
    dy = tap(f"error/{network.names[-1]}", dy)
    return honest(Network(network.layers[:-1]), params, caches[:-1], dy, tap)


@GROUP.bug(
    "G207",
    "p - y, and the activation's derivative on top",
    "BinaryCrossEntropy.backward",
    "CategoricalCrossEntropy.backward",
    looks=(
        "every gradient is too small where the network is sure: p - y already holds the derivative, it "
        "is multiplied once more."
    ),
    fix=(
        "use p - y at the scores and skip the last activation, or the loss's own derivative and go "
        "through it."
    ),
    seen=(
        "srinivas-kini/mlp-from-scratch multilayer_perceptron.py: (y-p) times p(1-p) with softmax "
        "cross-entropy (l.84)",
        "hunkim/DeepLearningZeroToAll#113: diff * sigma_prime against diff with sigmoid cross-entropy",
    ),
)
def shortcut_and_derivative(loss: Any, cache: Pair, *, problem: Problem) -> Array:
    p, y = cache
    outputs = p.shape[-1] if type(loss).__name__ == "BinaryCrossEntropy" else 1
    return (p - y) / (p.shape[-2] * outputs)


@GROUP.bug(
    "G208",
    "binary cross-entropy: second term missing",
    "BinaryCrossEntropy.backward",
    looks="samples of class 0 give no gradient at all.",
    fix="the derivative has two terms, -y / p + (1 - y) / (1 - p).",
    hidden="while every target is 1",
)
def second_term_missing(loss: Any, cache: Pair) -> Array:
    p, y = cache
    return -y / where_it_counts(p, y) / (p.shape[-2] * p.shape[-1])


@GROUP.bug(
    "G209",
    "binary cross-entropy: sign of the second term",
    "BinaryCrossEntropy.backward",
    looks="samples of class 1 are right, those of class 0 pull the other way.",
    fix="log(1 - p) brings a minus of its own: -y / p + (1 - y) / (1 - p).",
    hidden="while every target is 1",
    seen=(
        "3rcode/neural-net-from-scratch network_base/neural_network.py: BCE derivative second term has "
        "wrong sign (l.45)",
        "Jean-Pierre-LV/Deep-Learning-MATLAB L_model_backward.m: dAL = -(Y/AL)-((1-Y)/(1-AL)): second "
        "term's sign",
    ),
)
def second_term_sign(loss: Any, cache: Pair) -> Array:
    p, y = cache
    yes, no = y / where_it_counts(p, y), (1 - y) / where_it_counts(1 - p, 1 - y)
    return -(yes + no) / (p.shape[-2] * p.shape[-1])


@GROUP.bug(
    "G210",
    "sigmoid applied twice",
    "BinaryCrossEntropyFromLogits.forward",
    looks="the loss itself is wrong and never falls below 0.31; gradients are flat.",
    fix="a loss from logits wants the scores: take the sigmoid away, or use the loss of probabilities.",
)
def sigmoid_twice(loss: Any, prediction: Array, target: Array, *, honest: Any) -> Any:
    return honest(loss, sigmoid(prediction), target)


@GROUP.bug(
    "G211",
    "only the true class's score gets a gradient",
    "CategoricalCrossEntropyFromLogits.backward",
    looks="in each row of the derivative by the scores one entry is right and the others are zero.",
    fix=(
        "subtract 1 from the true class's probability and keep all the other probabilities as they are: "
        "p - y."
    ),
)
def only_true_class(loss: Any, cache: Pair) -> Array:
    p, y = cache
    return (p - 1) * y / p.shape[-2]


@GROUP.bug(
    "G212",
    "epsilon left in the denominator",
    "BinaryCrossEntropy.backward",
    "CategoricalCrossEntropy.backward",
    looks="gradients are a little too small, relatively epsilon / p: most where a probability is small.",
    fix=(
        "put the epsilon into the loss as well, clip p in both, or use the loss from logits, which needs "
        "none."
    ),
    hidden="in float32 when epsilon is 1e-8 or less",
    seen=("fetchai/ledger#1583: whether to add an epsilon in backward of cross-entropy",),
    sizes=(1e-5, 1e-7, 1e-8, 1e-6, 1e-4, 1e-3),
)
def epsilon_in_denominator(loss: Any, cache: Pair, *, size: float) -> Array:
    p, y = cache
    if type(loss).__name__ == "CategoricalCrossEntropy":
        return -y / (p + size) / p.shape[-2]
    return ((1 - y) / (1 - p + size) - y / (p + size)) / (p.shape[-2] * p.shape[-1])


@GROUP.bug(
    "G213",
    "gradient of the absolute error",
    "MeanSquaredError.backward",
    "HalfSquaredError.backward",
    looks="every sample pulls equally hard, however small its error: sign(p - y) in the place of p - y.",
    fix=(
        "use the derivative of the loss that you report; for the squared error that is 2 (p - y), or p - "
        "y for half of it."
    ),
)
def absolute_error(loss: Any, error: Array) -> Array:
    outputs = error.shape[-1] if type(loss).__name__ == "MeanSquaredError" else 1
    sign: Array = np.sign(error) / (error.shape[-2] * outputs)
    return sign


@GROUP.bug(
    "G214",
    "the squared error propagated instead of its derivative",
    "MeanSquaredError.backward",
    "HalfSquaredError.backward",
    looks=(
        "every gradient is wrong and never negative at the output: the loss of each sample stands where "
        "its derivative should."
    ),
    fix="go backward from the derivative of the loss by the prediction, p - y, not from the loss.",
)
def loss_propagated(loss: Any, error: Array) -> Array:
    outputs = error.shape[-1] if type(loss).__name__ == "MeanSquaredError" else 1
    return error * error / (error.shape[-2] * outputs)


@GROUP.bug(
    "G219",
    "gradient of the rounded prediction",
    "MeanSquaredError.forward",
    "HalfSquaredError.forward",
    looks=(
        "samples that are classified right give no gradient; the loss is right, the gradient is a "
        "perceptron's."
    ),
    fix="go backward from the network's output itself; rounding to 0 and 1 is for reading it.",
)
def rounded_prediction(loss: Any, prediction: Array, target: Array, *, honest: Any) -> Any:
    value, _ = honest(loss, prediction, target)
    return value, (prediction > 0.5).astype(prediction.dtype) - target


@GROUP.bug(
    "G220",
    "scores taken for probabilities",
    "BinaryCrossEntropyFromLogits.backward",
    looks="every gradient is wrong, most for large scores: z - y in the place of sigmoid(z) - y.",
    fix="squash the scores before you subtract the target.",
)
def scores_for_probabilities(loss: Any, cache: Pair) -> Array:
    z, y = cache
    return (z - y) / (z.shape[-2] * z.shape[-1])


@GROUP.bug(
    "G221",
    "mean over the classes as well",
    "CategoricalCrossEntropy.backward",
    "CategoricalCrossEntropyFromLogits.backward",
    "HalfSquaredError.backward",
    looks=(
        "every gradient is too small by the number of outputs: np.mean over the whole array, where the "
        "loss sums a sample's outputs."
    ),
    fix="sum over the outputs of a sample and average over the samples only.",
    hidden="with one output",
)
def classes_averaged(loss: Any, cache: Any, *, honest: Any) -> Array:
    dy = honest(loss, cache)
    return dy / dy.shape[-1]
