"""Keras on TensorFlow: a real ``keras.Model``, real losses, ``GradientTape`` and a real optimizer.

``Model.fit`` spends some 20 ms on a step of XOR. The steps here are those of the same model, loss and
optimizer object, many of them inside one ``tf.function``.
"""

from collections.abc import Callable, Collection
from functools import partial
from itertools import groupby
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from parity.frameworks.protocol import Checkpoint, Chunk
from parity.scenarios.problem import Problem
from scratch.layers import Dense, LeakyReLU
from scratch.tree import Array, flatten

NAME = "keras"

LOSSES: dict[str, Callable[[], Any]] = {
    "mean_squared_error": keras.losses.MeanSquaredError,
    "half_squared_error": keras.losses.MeanSquaredError,  # times half the number of outputs, see below
    "binary_cross_entropy": keras.losses.BinaryCrossentropy,
    "binary_cross_entropy_from_logits": lambda: keras.losses.BinaryCrossentropy(from_logits=True),
    "categorical_cross_entropy": keras.losses.CategoricalCrossentropy,
    "categorical_cross_entropy_from_logits": lambda: keras.losses.CategoricalCrossentropy(from_logits=True),
}

ROWS = [tf.TensorSpec([None], tf.int32)] * 2
"""Row numbers and bounds of mini-batches may be of any length: one trace serves them all."""


def about() -> dict[str, str]:
    """Return versions, threads and the flags that can change numbers."""
    _use_one_thread()
    return {
        "keras": keras.__version__,
        "keras backend": f"{keras.backend.backend()} {tf.__version__}",
        "tensorflow threads": str(tf.config.threading.get_intra_op_parallelism_threads()),
        "tensorflow XLA": "off",
    }


def twin(problem: Problem) -> "KerasTwin":
    """Return the problem's network as a functional ``keras.Model``."""
    _use_one_thread()
    return KerasTwin(problem)


def _use_one_thread() -> None:
    """Ask for one thread; TensorFlow only listens before its first operation."""
    if tf.config.threading.get_intra_op_parallelism_threads() != 1:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)


class KerasTwin:
    """A ``keras.Model``, a loss and a ``keras.optimizers.SGD``."""

    def __init__(self, problem: Problem) -> None:
        """Build the model and give it the problem's initial weights."""
        keras.config.set_floatx(problem.dtype)
        keras.config.set_dtype_policy(problem.dtype)  # Keras remembers the policy of an earlier floatx
        self._problem = problem
        override = problem.scenario.overrides.get(NAME)
        if override and override.own_weights is not None:
            keras.utils.set_random_seed(override.own_weights)
        self._model, self._probe = _models(problem)
        self._x, self._y = tf.constant(problem.x), tf.constant(problem.y)
        self._optimizer: Any = None
        training = problem.scenario.training
        if training:
            rate = training.learning_rate
            if override and override.learning_rate is not None:
                rate = override.learning_rate
            self._loss = LOSSES[training.loss]()
            self._factor = 0.5 * problem.y.shape[1] if training.loss == "half_squared_error" else 1.0
            self._optimizer = keras.optimizers.SGD(
                learning_rate=rate, momentum=training.momentum, nesterov=training.nesterov
            )
            self._optimizer.build(self._model.trainable_variables)
            self._steps_recorded, self._steps_silent = (
                tf.function(partial(self._run, record=record), input_signature=ROWS, autograph=False)
                for record in (True, False)
            )
        if not (override and override.own_weights is not None):
            self.restore(Checkpoint(flatten(problem.params)))

    def effective(self) -> dict[str, float]:
        """Return learning rate and momentum as the optimizer's arithmetic uses them."""
        if self._optimizer is None:
            return {}
        momentum = keras.ops.cast(self._optimizer.momentum, self._problem.dtype)
        return {
            "learning_rate": float(self._optimizer.learning_rate.numpy()),
            "momentum": float(keras.ops.convert_to_numpy(momentum)),
        }

    def checkpoint(self) -> Checkpoint:
        """Return kernels, biases and momentum variables."""
        weights = {v.path: v.numpy() for v in self._model.trainable_variables}
        return Checkpoint(weights, {path: v.numpy() for path, v in self._memory().items()})

    def restore(self, checkpoint: Checkpoint) -> None:
        """Assign weights and momentum variables."""
        for variable in self._model.trainable_variables:
            variable.assign(checkpoint.weights[variable.path])
        for path, variable in self._memory().items():
            variable.assign(checkpoint.memory.get(path, np.zeros(variable.shape)))

    def advance(self, first: int, stop: int, recorded: Collection[int]) -> Chunk:
        """Train with a gradient tape from step ``first`` to ``stop - 1``."""
        wanted = set(recorded)
        batches = zip(range(first, stop), self._problem.batches(first, stop), strict=True)
        losses, parts = [], []
        for record, group in groupby(batches, key=lambda item: item[0] in wanted):
            rows = [batch.astype(np.int32) for _, batch in group]
            ends = np.cumsum([len(batch) for batch in rows]).astype(np.int32)
            run = self._steps_recorded if record else self._steps_silent
            some_losses, arrays = run(
                tf.constant(np.concatenate(rows)), tf.constant(np.concatenate([[0], ends]).astype(np.int32))
            )
            losses.append(some_losses.numpy())
            if record:
                parts.append(arrays)
        names = self._recorded_paths()
        stacked = {
            name: np.concatenate([part[i].numpy() for part in parts]) for i, name in enumerate(names) if parts
        }
        return Chunk(first, np.concatenate(losses), np.array(sorted(wanted), dtype=int), stacked)

    def outputs(self) -> Chunk:
        """Return what each layer computes for all rows."""
        arrays = {f"output/{name}": output.numpy()[None] for name, output in self._probe(self._x).items()}
        return Chunk(0, np.zeros(0), np.zeros(1, dtype=int), arrays)

    def predict(self, inputs: Array) -> Array:
        """Return the model's output (N, O)."""
        output: Array = self._model(tf.constant(inputs)).numpy()
        return output

    def _run(self, order: Any, bounds: Any, record: bool) -> Any:
        """Train on the rows ``order[bounds[i]:bounds[i + 1]]``, one step for each i."""
        variables = self._model.trainable_variables
        count = tf.size(bounds) - 1
        kept = len(self._recorded_paths()) if record else 0
        store = [tf.TensorArray(self._problem.dtype, size=count) for _ in range(1 + kept)]

        def step(i: Any, store: list[Any]) -> tuple[Any, list[Any]]:
            rows = order[bounds[i] : bounds[i + 1]]
            x, y = tf.gather(self._x, rows), tf.gather(self._y, rows)
            with tf.GradientTape() as tape:
                outputs = list(self._probe(x, training=True).values())
                loss = self._loss(y, outputs[-1]) * self._factor
            grads = tape.gradient(loss, [v.value for v in variables])
            self._optimizer.apply(grads, variables)
            seen = [loss, *outputs, *grads, *(v.value for v in variables)] if record else [loss]
            return i + 1, [array.write(i, value) for array, value in zip(store, seen, strict=True)]

        _, store = tf.while_loop(lambda i, _: i < count, step, (tf.constant(0), store))
        losses, *arrays = [array.stack() for array in store]
        return losses, arrays

    def _recorded_paths(self) -> list[str]:
        paths = [v.path for v in self._model.trainable_variables]
        return [
            *(f"output/{name}" for name in self._problem.network.names),
            *(f"gradient/{path}" for path in paths),
            *(f"weight/{path}" for path in paths),
        ]

    def _memory(self) -> dict[str, Any]:
        """Return the optimizer's momentum variables by the path of their parameter."""
        momentums = getattr(self._optimizer, "momentums", []) if self._optimizer else []
        paths = [v.path for v in self._model.trainable_variables]
        return dict(zip(paths, momentums, strict=True)) if momentums else {}


def _activation(layer: Any, name: str) -> Any:
    if isinstance(layer, LeakyReLU):
        return keras.layers.LeakyReLU(negative_slope=layer.slope, name=name)
    return keras.layers.Activation(type(layer).__name__.lower(), name=name)


def _models(problem: Problem) -> tuple[Any, Any]:
    """Return the model, and one on the same layers that shows the output of each."""
    inputs = keras.Input((problem.x.shape[1],), dtype=problem.dtype)
    x, outputs = inputs, []
    for name, layer in zip(problem.network.names, problem.network.layers, strict=True):
        if isinstance(layer, Dense):
            x = keras.layers.Dense(layer.units, use_bias=layer.bias, name=name)(x)
        else:
            x = _activation(layer, name)(x)
        outputs.append(x)
    return keras.Model(inputs, x), keras.Model(inputs, dict(zip(problem.network.names, outputs, strict=True)))
