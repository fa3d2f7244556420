"""A right gradient, and a reported loss that is not the one it belongs to."""

from typing import Any

import numpy as np

from parity.diagnosis.bug import Group
from parity.scenarios.problem import Problem
from scratch.tree import Array

GROUP = Group(
    "The reported loss",
    "The gradient is right, but the loss that is printed is not the one it belongs to: learning "
    "curves cannot be compared.",
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
    "G215",
    "loss of the last batch divided by the size of a full one",
    "loss.forward",
    looks="gradients are right; the loss of the last, smaller batch of an epoch is too small.",
    fix="take the batch size from the batch itself, or weight the batches by their rows.",
    hidden="when the batches divide the rows without a rest",
    seen=(
        "intel/ipex-llm#3021: mean loss ignores that batches have different sizes",
        "MichiganCOG/ViP#13: logged loss divided by the full batch, short batch too",
    ),
)
def partial_batch_loss(loss: Any, prediction: Array, target: Array, *, honest: Any, problem: Problem) -> Any:
    value, cache = honest(loss, prediction, target)
    return value * (target.shape[-2] / problem.batch_size), cache


@GROUP.bug(
    "G216",
    "logarithm of another base",
    *(f"{kind}.forward" for kind in CROSS_ENTROPIES),
    looks="gradients are right; the loss is too large by 1.4427 (base 2) or too small by 0.4343 (base 10).",
    fix="use the natural logarithm, np.log; its derivative is 1 / p.",
    seen=(
        "huawei-noah/Efficient-Computing#12: log10 in one loss term, natural log in the other",
        "valeoai/ADVENT#1: log2 in entropy loss; gradient scaled by a constant",
    ),
    sizes=(2, 10),
)
def logarithm_of_another_base(
    loss: Any, prediction: Array, target: Array, *, honest: Any, size: float
) -> Any:
    value, cache = honest(loss, prediction, target)
    return value / float(np.log(size)), cache


@GROUP.bug(
    "G217",
    "loss reported as a sum over the samples",
    "loss.forward",
    looks="gradients are right for the mean; the loss is N times as large as it should be.",
    fix="report the loss whose gradient you take: divide it by the batch size as well.",
    hidden="at a batch of one sample",
)
def loss_summed(loss: Any, prediction: Array, target: Array, *, honest: Any) -> Any:
    value, cache = honest(loss, prediction, target)
    return value * target.shape[-2], cache


@GROUP.bug(
    "G218",
    "loss reported at half its value",
    "MeanSquaredError.forward",
    "BinaryCrossEntropy.forward",
    "BinaryCrossEntropyFromLogits.forward",
    looks="gradients are right; the reported loss is exactly half of the one they belong to.",
    fix="report the loss whose gradient you take.",
    seen=(
        "bpjsincl/coursera-neural-net#14: squared-error derivative although the loss is log loss",
        "tiny-dnn/tiny-dnn#159: reports halved sum where mean squared error is named",
    ),
)
def loss_halved(loss: Any, prediction: Array, target: Array, *, honest: Any) -> Any:
    value, cache = honest(loss, prediction, target)
    return value / 2, cache
