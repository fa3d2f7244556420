"""The right rules once more, on one page: what a mistake in :mod:`scratch` is compared with.

Whoever is under suspicion cannot be the witness. When somebody changes a rule of ``scratch``, the catalogue's
mistakes are planted into these rules instead, and the one that gives the changed network's numbers is its cause.
A test holds every rule here to the one in ``scratch``, bit for bit.
"""

from typing import Any

import numpy as np

from parity.diagnosis.bug import Rule
from scratch.layers.relu import is_off
from scratch.layers.sigmoid import sigmoid
from scratch.layers.softmax import softmax
from scratch.losses.certain import where_it_counts
from scratch.network import Network
from scratch.optimizers import SGD
from scratch.tap import Tap
from scratch.training import State
from scratch.tree import Array, Tree

Grads = dict[str, Array]


def dense_forward(layer: Any, params: Grads, x: Array) -> tuple[Array, Array]:
    """Return ``x kernel + bias``, and ``x``."""
    y = x @ params["kernel"]
    return (y + params["bias"][..., None, :] if layer.bias else y), x


def twice(y: Array) -> tuple[Array, Array]:
    """Return the output, and once more for the backward pass to remember."""
    return y, y


def dense_gradients(layer: Any, params: Grads, x: Array, dy: Array) -> Grads:
    """Return ``xᵀ dy``, and the sum of ``dy`` over the samples."""
    return {"kernel": x.mT @ dy} | ({"bias": dy.sum(axis=-2)} if layer.bias else {})


def dense_backward(layer: Any, params: Grads, x: Array, dy: Array) -> tuple[Array, Grads]:
    """Return ``dy kernelᵀ``, and the gradients."""
    return dy @ params["kernel"].mT, layer.gradients(params, x, dy)


LAYERS: dict[str, Rule] = {
    "Dense.forward": dense_forward,
    "Linear.forward": lambda layer, params, x: (x, None),
    "Sigmoid.forward": lambda layer, params, x: twice(sigmoid(x)),
    "Tanh.forward": lambda layer, params, x: twice(np.tanh(x)),
    "ReLU.forward": lambda layer, params, x: (np.maximum(x, 0), ~is_off(x)),
    "LeakyReLU.forward": lambda layer, params, x: (x * ~is_off(x) + x * is_off(x) * layer.slope, is_off(x)),
    "Softmax.forward": lambda layer, params, x: twice(softmax(x)),
    "Dense.gradients": dense_gradients,
    "Dense.backward": dense_backward,
    "Linear.backward": lambda layer, params, cache, dy: (dy, {}),
    "Sigmoid.backward": lambda layer, params, y, dy: (dy * (y * (1 - y)), {}),
    "Tanh.backward": lambda layer, params, y, dy: (dy * (1 - y * y), {}),
    "ReLU.backward": lambda layer, params, on, dy: (dy * on, {}),
    "LeakyReLU.backward": lambda layer, params, off, dy: (dy * ~off + dy * off * layer.slope, {}),
    "Softmax.backward": lambda layer, params, y, dy: (y * (dy - (dy * y).sum(axis=-1, keepdims=True)), {}),
}


def squared_error(loss: Any, prediction: Array, target: Array) -> tuple[Array, Array]:
    """Return the mean squared error."""
    error = prediction - target
    return (error * error).sum(axis=(-2, -1)) / (len_of(error) * error.shape[-1]), error


def half_squared_error(loss: Any, prediction: Array, target: Array) -> tuple[Array, Array]:
    """Return half the squared error, summed over outputs."""
    error = prediction - target
    return (error * error).sum(axis=(-2, -1)) / (2 * len_of(error)), error


def binary_loss(loss: Any, p: Array, y: Array) -> tuple[Array, Any]:
    """Return ``-y log p - (1 - y) log(1 - p)``, averaged."""
    likelihood = y * np.log(where_it_counts(p, y)) + (1 - y) * np.log(where_it_counts(1 - p, 1 - y))
    return -likelihood.sum(axis=(-2, -1)) / (len_of(p) * p.shape[-1]), (p, y)


def binary_loss_from_logits(loss: Any, z: Array, y: Array) -> tuple[Array, Any]:
    """Return ``log(1 + exp(z)) - y z``, averaged."""
    terms = np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))
    return terms.sum(axis=(-2, -1)) / (len_of(z) * z.shape[-1]), (z, y)


def categorical_loss(loss: Any, p: Array, y: Array) -> tuple[Array, Any]:
    """Return ``-y log p``, averaged over samples."""
    return -(y * np.log(where_it_counts(p, y))).sum(axis=(-2, -1)) / len_of(p), (p, y)


def categorical_loss_from_logits(loss: Any, z: Array, y: Array) -> tuple[Array, Any]:
    """Return ``-y log softmax(z)``, averaged over samples."""
    shifted = z - z.max(axis=-1, keepdims=True)
    total = np.exp(shifted).sum(axis=-1, keepdims=True)
    return (y * (np.log(total) - shifted)).sum(axis=(-2, -1)) / len_of(z), (np.exp(shifted) / total, y)


def binary(loss: Any, cache: tuple[Array, Array]) -> Array:
    """Return ``(1 - y) / (1 - p) - y / p``, averaged."""
    p, y = cache
    wrong = (1 - y) / where_it_counts(1 - p, 1 - y) - y / where_it_counts(p, y)
    dp: Array = wrong / (len_of(p) * p.shape[-1])
    return dp


def binary_from_logits(loss: Any, cache: tuple[Array, Array]) -> Array:
    """Return ``sigmoid(z) - y``, averaged."""
    z, y = cache
    dz: Array = (sigmoid(z) - y) / (len_of(z) * z.shape[-1])
    return dz


def categorical(loss: Any, cache: tuple[Array, Array]) -> Array:
    """Return ``-y / p``, averaged over samples."""
    p, y = cache
    dp: Array = -y / where_it_counts(p, y) / len_of(p)
    return dp


def categorical_from_logits(loss: Any, cache: tuple[Array, Array]) -> Array:
    """Return ``p - y``, averaged over samples."""
    p, y = cache
    dz: Array = (p * y.sum(axis=-1, keepdims=True) - y) / len_of(p)
    return dz


LOSSES: dict[str, Rule] = {
    "MeanSquaredError.forward": squared_error,
    "MeanSquaredError.backward": lambda loss, error: error * 2 / (len_of(error) * error.shape[-1]),
    "HalfSquaredError.forward": half_squared_error,
    "HalfSquaredError.backward": lambda loss, error: error / len_of(error),
    "BinaryCrossEntropy.forward": binary_loss,
    "BinaryCrossEntropy.backward": binary,
    "BinaryCrossEntropyFromLogits.forward": binary_loss_from_logits,
    "BinaryCrossEntropyFromLogits.backward": binary_from_logits,
    "CategoricalCrossEntropy.forward": categorical_loss,
    "CategoricalCrossEntropy.backward": categorical,
    "CategoricalCrossEntropyFromLogits.forward": categorical_loss_from_logits,
    "CategoricalCrossEntropyFromLogits.backward": categorical_from_logits,
}


def network_backward(network: Network, params: Tree, caches: list[Any], dy: Array, tap: Tap) -> Tree:
    """Return the gradients of every layer, from the last to the first."""
    grads: Tree = {}
    for depth in reversed(range(len(network.layers))):
        layer, name, cache = network.layers[depth], network.names[depth], caches[depth]
        own = params.get(name, {})
        dy = tap(f"error/{name}", dy)
        if depth:
            dy, own_grads = layer.backward(own, cache, dy)
        else:
            own_grads = layer.gradients(own, cache, dy)
        if own_grads:
            grads[name] = {key: tap(f"gradient/{name}/{key}", g) for key, g in own_grads.items()}
    return grads


def sgd_step(optimizer: SGD, params: Tree, grads: Tree, velocity: Tree, tap: Tap) -> tuple[Tree, Tree]:
    """Return parameters and velocity after ``v ← μ v - η g`` and ``w ← w + v``."""
    new: tuple[Tree, Tree] = {}, {}
    for layer, arrays in params.items():
        new[0][layer] = {}
        for name, w in arrays.items():
            change = grads[layer][name] * -optimizer.learning_rate
            if velocity:
                v = optimizer.momentum * velocity[layer][name] + change
                v = new[1].setdefault(layer, {})[name] = tap(f"velocity/{layer}/{name}", v)
                change = optimizer.momentum * v + change if optimizer.nesterov else v
            new[0][layer][name] = tap(f"weight/{layer}/{name}", w + change)
    return new


def train_step(
    network: Network, loss: Any, optimizer: SGD, state: State, x: Array, y: Array, tap: Tap
) -> tuple[State, Array]:
    """Return the state after a step, and the loss before it."""
    prediction, caches = network.forward(state.params, tap("input", x), tap)
    value, cache = loss.forward(prediction, y)
    value = tap("loss", value)
    grads = network.backward(state.params, caches, loss.backward(cache), tap)
    return State(*optimizer.step(state.params, grads, state.velocity, tap)), value


def len_of(batch: Array) -> int:
    """Return the number of samples in a batch (..., N, O)."""
    return int(batch.shape[-2])


HONEST: dict[str, Rule] = {
    **LAYERS,
    **LOSSES,
    "Network.backward": network_backward,
    "SGD.step": sgd_step,
    "train_step": train_step,
}
