"""A scenario made concrete: the arrays and the network it stands for, in one number type."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from parity.errors import ParityError
from parity.scenarios.model import Data, Initial, LayerSpec, Scenario
from parity.scenarios.weights import read_weights
from scratch import initializers, layers, losses
from scratch.datasets import DATASETS, Dataset, batches
from scratch.network import Network
from scratch.optimizers import SGD
from scratch.training import TrainStep, train_step
from scratch.tree import Array, Tree, cast, flatten, unflatten

ACTIVATIONS: dict[str, layers.Layer] = {
    "linear": layers.Linear(),
    "sigmoid": layers.Sigmoid(),
    "tanh": layers.Tanh(),
    "relu": layers.ReLU(),
    "softmax": layers.Softmax(),
}
LOSSES: dict[str, losses.Loss] = {
    "mean_squared_error": losses.MeanSquaredError(),
    "half_squared_error": losses.HalfSquaredError(),
    "binary_cross_entropy": losses.BinaryCrossEntropy(),
    "binary_cross_entropy_from_logits": losses.BinaryCrossEntropyFromLogits(),
    "categorical_cross_entropy": losses.CategoricalCrossEntropy(),
    "categorical_cross_entropy_from_logits": losses.CategoricalCrossEntropyFromLogits(),
}
TASKS = {
    "bump": "regression",
    "house_prices": "regression",
    "noise": "regression",
    "running_decision": "binary",
    "sensor": "classes",
    "xor": "binary",
}


@frozen(eq=False)
class Problem:
    """Everything an implementation needs to train: nothing here depends on which one it is.

    Attributes:
        scenario: what it was made from; a seed given on the command line has already been put in.
        dtype: ``float32`` or ``float64``.
        network: the layers, by hand.
        params: initial parameters, in ``dtype``.
        dataset: inputs and targets in float64, and the names of their columns.
        x: inputs (N, I), in ``dtype``.
        y: targets (N, O), in ``dtype``.
        key: tells two problems apart: a hash of everything that the numbers depend on.
    """

    scenario: Scenario
    dtype: str
    network: Network
    params: Tree
    dataset: Dataset
    x: Array
    y: Array
    key: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Compute the key."""
        told = evolve(self.scenario, title="", about="", sources=[], expect="holds", claims=[], path=None)
        # Not a pickle: its bytes also depend on which equal strings happen to be the same object.
        digest = hashlib.sha256(repr((told, self.dtype)).encode())
        for array in (*flatten(self.params).values(), self.x, self.y):
            digest.update(array.tobytes())
        object.__setattr__(self, "key", digest.hexdigest()[:16])

    @property
    def loss(self) -> losses.Loss | None:
        """The loss, or None where nothing is trained."""
        training = self.scenario.training
        return LOSSES[training.loss] if training else None

    @property
    def optimizer(self) -> SGD | None:
        """The optimizer, or None where nothing is trained."""
        t = self.scenario.training
        return SGD(t.learning_rate, t.momentum, t.nesterov) if t else None

    @property
    def train_step(self) -> TrainStep:
        """One step of training, by hand."""
        return train_step

    @property
    def task(self) -> str:
        """``regression``, ``binary`` or ``classes``."""
        data, training = self.scenario.data, self.scenario.training
        by_loss = training.loss.split("_")[0] if training else ""
        by_data = TASKS.get(data.name or "") or {"binary": "binary", "categorical": "classes"}.get(by_loss)
        return data.task or by_data or "regression"

    @property
    def cut(self) -> float:
        """What a single output has to exceed to mean class 1: half for a probability, zero for a logit."""
        training = self.scenario.training
        return 0.0 if training and training.loss.endswith("from_logits") else 0.5

    @property
    def steps(self) -> int:
        """Number of updates in all."""
        training = self.scenario.training
        return training.epochs * self.steps_per_epoch if training else 0

    @property
    def steps_per_epoch(self) -> int:
        """Number of mini-batches in an epoch."""
        return -(-len(self.x) // self.batch_size)

    @property
    def batch_size(self) -> int:
        """Rows in a mini-batch."""
        training = self.scenario.training
        return min(training.batch_size or len(self.x), len(self.x)) if training else len(self.x)

    def rows_in_batch(self, step: int) -> int:
        """Return the size of one mini-batch: the last of an epoch may be smaller."""
        begin = step % self.steps_per_epoch * self.batch_size
        return min(self.batch_size, len(self.x) - begin)

    def batches(self, first: int, stop: int) -> Iterator[Array]:
        """Yield the row numbers of the batches of steps ``first`` to ``stop - 1``."""
        training = self.scenario.training
        shuffle_seed = training.shuffle_seed if training else None
        step = first
        while step < stop:
            epoch, skip = divmod(step, self.steps_per_epoch)
            rows = list(batches(len(self.x), self.batch_size, epoch, shuffle_seed))
            for batch in rows[skip : skip + stop - step]:
                yield batch
                step += 1

    def with_training(self, **changes: Any) -> "Problem":
        """Return the same problem with other settings of its training, ``learning_rate=0.5``."""
        if self.scenario.training is None:
            raise ValueError("nothing is trained in this scenario")
        scenario = evolve(self.scenario, training=evolve(self.scenario.training, **changes))
        return evolve(self, scenario=scenario)


def build(scenario: Scenario, dtype: str = "float64", seed: int | None = None) -> Problem:
    """Return the problem that ``scenario`` describes.

    Args:
        scenario: a valid one, as :func:`parity.scenarios.load` returns it.
        dtype: ``float32`` or ``float64``. Weights and data are made in float64 and then rounded.
        seed: takes the place of the seeds of initial weights and data.

    Raises:
        ParityError: the weights file cannot be read or does not fit, or a number is too large for ``dtype``.
    """
    if seed is not None:
        scenario = evolve(
            scenario, data=evolve(scenario.data, seed=seed), initial=evolve(scenario.initial, seed=seed)
        )
    dataset, rng = make_data(scenario.data)
    network = make_network(scenario.layers)
    params = make_params(scenario, network, dataset.inputs.shape[1], rng)
    with np.errstate(over="ignore"):  # what does not fit becomes infinite, and is reported below
        params, x, y = cast(params, dtype), dataset.inputs.astype(dtype), dataset.targets.astype(dtype)
    too_large = [
        f"{path} has a number that {dtype} cannot hold [{scenario.name}]"
        for path, array in {**flatten(params), "inputs": x, "targets": y}.items()
        if not np.isfinite(array).all()
    ]
    if too_large:
        raise ParityError(too_large)
    return Problem(scenario, dtype, network, params, dataset, x, y)


def make_network(specs: Sequence[LayerSpec]) -> Network:
    """Return the network that a scenario's layers describe."""
    chain: list[layers.Layer] = []
    for layer in specs:
        if layer.units is not None:
            chain.append(layers.Dense(layer.units, bias=layer.bias))
        if layer.activation is not None:
            chain.append(ACTIVATIONS[layer.activation])
    return Network(tuple(chain))


def make_data(data: Data) -> tuple[Dataset, np.random.RandomState]:
    """Return the dataset, and the random stream where making it left off."""
    rng = np.random.RandomState(data.seed)
    if data.name is not None:
        return DATASETS[data.name](rng), rng
    inputs = np.array(data.inputs, dtype=float)
    targets = np.array(data.targets if data.targets is not None else np.zeros((len(inputs), 0)), dtype=float)
    features = tuple(f"x{i + 1}" for i in range(inputs.shape[1]))
    labels = tuple(f"y{i + 1}" for i in range(targets.shape[1]))
    return Dataset.of(inputs, targets, features, labels), rng


def make_params(
    scenario: Scenario, network: Network, inputs: int, dataset_rng: np.random.RandomState
) -> Tree:
    """Return the initial parameters of a scenario, in float64.

    Raises:
        ParityError: the weights file cannot be read or does not fit.
    """
    initial, shapes = scenario.initial, network.shapes(inputs)
    if initial.rule == "weights":
        given = unflatten({path: np.array(value, dtype=float) for path, value in initial.weights.items()})
        blank = initializers.initialize(shapes, initializers.zeros, np.random.RandomState(0))
        return {layer: blank[layer] | given.get(layer, {}) for layer in blank}
    if initial.rule == "file":
        folder = scenario.path.parent if scenario.path else Path()
        return read_weights(folder / (initial.file or ""), shapes)
    rng = dataset_rng if initial.continue_dataset else np.random.RandomState(initial.seed)
    rule = _rule(initial)
    return initializers.initialize(shapes, rule, rng, random_biases=initial.random_biases)


def _rule(initial: Initial) -> initializers.Rule:
    rules: dict[str, initializers.Rule] = {
        "normal": initializers.normal(initial.scale),
        "uniform": initializers.uniform(initial.scale),
        "glorot_uniform": initializers.glorot_uniform,
        "glorot_normal": initializers.glorot_normal,
        "he_normal": initializers.he_normal,
        "zeros": initializers.zeros,
    }
    return rules[initial.rule]
