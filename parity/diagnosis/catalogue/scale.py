"""The whole gradient is too large, too small, turned around, or made from some of the samples."""

from typing import Any

from parity.diagnosis.bug import Group
from parity.scenarios.problem import Problem
from scratch.tree import Array

GROUP = Group(
    "Scale, sign and samples",
    "Every gradient is off by the same factor, or misses some of the samples. The direction often "
    "is right, so training "
    "goes on, with a learning rate that is not the one you asked for.",
)
ELEMENTWISE = (
    "MeanSquaredError.backward",
    "BinaryCrossEntropy.backward",
    "BinaryCrossEntropyFromLogits.backward",
)


@GROUP.bug(
    "G101",
    "missing mean over the samples",
    "loss.backward",
    looks=(
        "every gradient is N times too large, N the number of samples in the batch; the factor changes "
        "with the batch."
    ),
    fix="divide the derivative of the loss by the batch size, once, where it is born.",
    hidden="at a batch of one sample",
    seen=(
        "victorlempitsky/Mate#2: batch mean (1/m) missing from gradient",
        "eriklindernoren/ML-From-Scratch#135: missing 1/n_samples in logistic regression gradient",
    ),
)
def missing_mean(loss: Any, cache: Any, *, honest: Any) -> Array:
    dy = honest(loss, cache)
    return dy * dy.shape[-2]


@GROUP.bug(
    "G102",
    "mean over the samples taken twice",
    "loss.backward",
    looks="every gradient is N times too small; larger batches learn more slowly.",
    fix="divide by the batch size in the loss or in the weights' gradient, not in both.",
    hidden="at a batch of one sample",
    seen=(
        "sebgao/cTensor#3: extra 1/(B*H*W) on conv kernel gradient only",
        "tech-srl/code2seq#9: loss already divided by batch size, divided again",
    ),
)
def mean_twice(loss: Any, cache: Any, *, honest: Any) -> Array:
    dy = honest(loss, cache)
    return dy / dy.shape[-2]


@GROUP.bug(
    "G103",
    "factor 2 of the squared error missing",
    "MeanSquaredError.backward",
    looks="every gradient is exactly half of what it should be, at every batch size.",
    fix=(
        "the derivative of (p - y)² is 2 (p - y); keep the 2, or report half the squared error as the loss."
    ),
    seen=(
        "davisking/dlib#1169: loss_mean_squared gradient lacks factor 2 (or loss the half)",
        "Open-Deep-ML/DML-OpenProblem#54: 2/n against 1/n in the MSE gradient",
    ),
)
def factor_two_missing(loss: Any, error: Array) -> Array:
    return error / (error.shape[-2] * error.shape[-1])


@GROUP.bug(
    "G104",
    "factor 2 although the loss has its half",
    "HalfSquaredError.backward",
    looks="every gradient is exactly twice what it should be, at every batch size.",
    fix="the half in (p - y)² / 2 is there to cancel the 2: the derivative is p - y.",
    seen=("42-AI/bootcamp_machine-learning#20: example gradient two times too large: old 1/(2m) left",),
)
def factor_two_extra(loss: Any, error: Array) -> Array:
    return error * 2 / error.shape[-2]


@GROUP.bug(
    "G105",
    "mean over the samples only, not over the outputs",
    *ELEMENTWISE,
    looks="every gradient is O times too large, O the number of outputs.",
    fix=(
        "the loss averages over samples and outputs: divide its derivative by both, or sum over outputs "
        "in the loss too."
    ),
    hidden="with one output",
    seen=(
        "victorlempitsky/Mate#2: division by batch against number of elements",
        "rasbt/machine-learning-book ch11/neuralnet.py: MSE mean over N and classes, gradient of "
        "SSE/N: factor n_out",
    ),
)
def outputs_not_averaged(loss: Any, cache: Any, *, honest: Any) -> Array:
    dy = honest(loss, cache)
    return dy * dy.shape[-1]


@GROUP.bug(
    "G106",
    "no mean at all",
    *ELEMENTWISE,
    looks="every gradient is N O times too large: the gradient of a sum, while the loss is a mean.",
    fix="divide the derivative of the loss by the number of samples times the number of outputs.",
    hidden="at one sample and one output; with one output it looks like G101, with one sample like G105",
    seen=(
        "Ekeany/Numpy-Neural-Network NeuralNetwork.py: MSE mean stated, gradient half SSE: factor N*n_out/2",
        "exitudio/numpy-neural-net exit/__init__.py: MSE mean stated, gradient N*n_out times as large",
    ),
)
def no_mean(loss: Any, cache: Any, *, honest: Any) -> Array:
    dy = honest(loss, cache)
    return dy * (dy.shape[-2] * dy.shape[-1])


@GROUP.bug(
    "G107",
    "sign of the error turned around",
    "loss.backward",
    looks="every gradient is the right one times -1, and the loss goes up.",
    fix="with w ← w - η g the error is prediction - target; target - prediction belongs to w ← w + η g.",
    seen=(
        "3rcode/neural-net-from-scratch network_base/neural_network.py: MSE derivative is the ascent "
        "direction (l.48)",
        "dragen1860/Deep-Learning-with-TensorFlow-book#134: error = y - output: derivative's sign reversed, "
        "update made +",
    ),
)
def sign_turned(loss: Any, cache: Any, *, honest: Any) -> Array:
    return -honest(loss, cache)


@GROUP.bug(
    "G108",
    "divided by the number of features instead of samples",
    "loss.backward",
    looks=(
        "every gradient is off by N / I, with I input features: len(x[0]) or x.shape[1] in the place of "
        "x.shape[0]."
    ),
    fix="divide by the length of the axis that runs over the samples.",
    hidden="when a batch has as many samples as features",
    seen=("https://datascience.stackexchange.com/q/25394: m = w.shape[1] (fan-in) divides the gradient",),
)
def divided_by_features(loss: Any, cache: Any, *, honest: Any, problem: Problem) -> Array:
    dy = honest(loss, cache)
    return dy * (dy.shape[-2] / problem.x.shape[1])


@GROUP.bug(
    "G109",
    "divided by the whole data set in a mini-batch",
    "loss.backward",
    looks="every gradient is too small by the number of batches in an epoch.",
    fix="divide by the rows of the batch at hand, not by those of the training set.",
    hidden="with one batch that holds all rows",
    seen=("lipiji/rnn-theano#3: batch error divided by training data size, not batch size",),
)
def divided_by_data_set(loss: Any, cache: Any, *, honest: Any, problem: Problem) -> Array:
    dy = honest(loss, cache)
    return dy * (dy.shape[-2] / len(problem.x))


@GROUP.bug(
    "G110",
    "last batch divided by the size of a full one",
    "loss.backward",
    looks=(
        "all is well until the last, smaller batch of an epoch: there every gradient is too small, by "
        "the share that it holds."
    ),
    fix="take the batch size from the batch itself, x.shape[0], not from the setting.",
    hidden="when the batches divide the rows without a rest",
)
def partial_batch_divided(loss: Any, cache: Any, *, honest: Any, problem: Problem) -> Array:
    dy = honest(loss, cache)
    return dy * (dy.shape[-2] / problem.batch_size)


@GROUP.bug(
    "G111",
    "last sample left out",
    "loss.backward",
    looks=(
        "every gradient differs, and the difference is the last sample's share: range(n - 1), or a slice "
        "that ends too soon."
    ),
    fix="run the loop over all rows of the batch.",
    seen=(
        "nagadomi/kaggle-cifar10-torch7#6: off by one: last mini-batch never used",
        "nlintz/TensorFlow-Tutorials#49: last batch skipped when size divides evenly",
    ),
)
def last_sample_left_out(loss: Any, cache: Any, *, honest: Any) -> Array:
    dy: Array = honest(loss, cache).copy()
    dy[..., -1, :] = 0
    return dy


@GROUP.bug(
    "G112",
    "only the last sample counts",
    "loss.backward",
    looks="every gradient is that of the last row alone; kernels' gradients have rank one.",
    fix="add up the samples' gradients (+=) instead of overwriting the one before (=).",
    hidden="at a batch of one sample",
    seen=(
        "dmarcosg/DSAC#6: gradient arrays re-initialised per image; only the last counts",
        "karpathy/convnetjs#17: asked: backward zeroes gradient each sample, batch not summed",
    ),
)
def only_last_sample(loss: Any, cache: Any, *, honest: Any) -> Array:
    dy: Array = honest(loss, cache).copy()
    dy[..., :-1, :] = 0
    return dy
