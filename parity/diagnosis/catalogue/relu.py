"""Wrong derivatives of the ReLU."""

from typing import Any

import numpy as np

from parity.diagnosis.bug import Group
from scratch.tree import Array

GROUP = Group(
    "ReLU",
    "The mask of the backward pass is not the one of the forward pass. Hidden while every unit is on.",
)
Back = tuple[Array, dict[str, Array]]


@GROUP.bug(
    "G314",
    "ReLU's derivative missing",
    "ReLU.backward",
    looks="units that are off get a gradient as well; where all are on nothing is wrong.",
    fix="let the error pass only where the input was positive.",
    hidden="while every unit is on",
    seen=(
        "mehul-gupta24/neural-net-from-scratch proj.py: ReLU derivative is always 1",
        "lionelmessi6410/Neural-Networks-from-Scratch model.py: ReLU derivative 1 everywhere (l.36-37)",
    ),
)
def relu_missing(layer: Any, params: Any, on: Array, dy: Array) -> Back:
    return dy, {}


@GROUP.bug(
    "G315",
    "ReLU's mask from the sign of the error",
    "ReLU.backward",
    looks="negative errors are stopped and positive ones pass, whether the unit was on or off.",
    fix="the mask comes from the forward pass: where the input was positive.",
    seen=("exacity/deeplearningbook-chinese#127: text zeroed negative gradients instead of negative inputs",),
)
def relu_mask_of_error(layer: Any, params: Any, on: Array, dy: Array) -> Back:
    return dy * (dy > 0), {}


@GROUP.bug(
    "G316",
    "ReLU applied in the place of its derivative",
    "ReLU.forward",
    looks=(
        "gradients before the ReLU are multiplied by its output: larger for strong units, smaller for "
        "weak ones."
    ),
    fix="the derivative is 1 where the input was positive, and 0 elsewhere.",
    seen=("https://stackoverflow.com/a/51812911: 'most leave it at x' for ReLU derivative; author retracts",),
)
def relu_for_derivative(layer: Any, params: Any, x: Array) -> tuple[Array, Array]:
    y = np.maximum(x, 0)
    return y, y  # the backward pass multiplies by what is remembered here


@GROUP.bug(
    "G317",
    "ReLU's mask turned around",
    "ReLU.backward",
    looks="units that are on get no gradient, units that are off get all of it.",
    fix="let the error pass where the input was positive.",
    seen=("fastai/fastai_dev#140: reluGrad zeroed positive instead of negative inputs",),
)
def relu_mask_turned(layer: Any, params: Any, on: Array, dy: Array) -> Back:
    return dy * ~on, {}


@GROUP.bug(
    "G318",
    "leaky slope in the derivative of a plain ReLU",
    "ReLU.backward",
    looks="units that are off get a small share of the error.",
    fix="the slope for negative inputs must be the same forward and backward: zero for a plain ReLU.",
    hidden="while every unit is on",
    sizes=(0.01, 0.1, 0.2, 0.3, 0.001),
)
def leaky_backward(layer: Any, params: Any, on: Array, dy: Array, *, size: float) -> Back:
    return dy * on + dy * ~on * size, {}


@GROUP.bug(
    "G319",
    "ReLU's derivative is 1 at zero",
    "ReLU.forward",
    looks=(
        "all is well until an input is exactly zero, as with a row of zeros and zero biases: PyTorch and "
        "Keras take 0 there."
    ),
    fix=(
        "compare with > 0, not with >= 0; or say that you choose the other subgradient, it is a convention."
    ),
    hidden="while no unit's input is exactly zero",
    seen=(
        "iamtrask/Grokking-Deep-Learning#13: relu2deriv with >= passes gradient at zero",
        "pytorch/tutorials#269: grad_h[h < 0] = 0 leaves h = 0 through",
    ),
)
def relu_at_zero(layer: Any, params: Any, x: Array) -> tuple[Array, Array]:
    return np.maximum(x, 0), x >= 0
