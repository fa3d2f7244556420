"""One training step by hand and in PyTorch, side by side."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.harness import Call, Result, interleaved, readable
from scratch import Network, begin, train_step
from scratch.initializers import he_normal, initialize
from scratch.layers import Dense, ReLU, Sigmoid
from scratch.losses import CategoricalCrossEntropyFromLogits, Loss, MeanSquaredError
from scratch.optimizers import SGD
from scratch.tree import Array, Tree, cast, map_tree

RATE = 0.01


@dataclass(frozen=True)
class Size:
    """A network of two dense layers, float32; classes are told from numbers by their count."""

    inputs: int
    hidden: int
    outputs: int
    batch: int
    goal: float

    @property
    def name(self) -> str:
        """Return ``784-512-10, batch 256``."""
        return f"{self.inputs}-{self.hidden}-{self.outputs}, batch {self.batch}"

    @property
    def classifies(self) -> bool:
        """Whether the outputs are scores of classes, behind ReLUs; else all is sigmoids, as for XOR."""
        return self.outputs > 1


XOR = Size(2, 4, 1, batch=4, goal=0.3)
SIZES = (
    XOR,
    Size(64, 128, 10, batch=64, goal=0.6),
    Size(784, 512, 10, batch=256, goal=0.8),
    Size(1024, 4096, 1024, batch=256, goal=1.1),
)


def measure(rounds: int) -> Iterator[Result]:
    """Yield the ratio for each size."""
    for size in SIZES:
        ours, theirs = interleaved([by_hand(size), in_pytorch(size)], rounds)
        yield Result("step", size.name, ours / theirs, "ratio", size.goal, versus(ours, theirs))


def versus(ours: float, theirs: float) -> str:
    """Return both times in words."""
    return f"by hand {readable(ours)}, PyTorch {readable(theirs)}"


def problem(size: Size) -> tuple[Network, Loss, Tree, Array, Array]:
    """Return a network, its loss, its weights, and a batch."""
    rng = np.random.RandomState(42)
    x = rng.randn(size.batch, size.inputs)
    if size.classifies:
        layers = (Dense(size.hidden), ReLU(), Dense(size.outputs))
        loss: Loss = CategoricalCrossEntropyFromLogits()
        y = np.eye(size.outputs)[rng.randint(size.outputs, size=size.batch)]
    else:
        layers = (Dense(size.hidden), Sigmoid(), Dense(size.outputs), Sigmoid())
        loss = MeanSquaredError()
        y = rng.randint(2, size=(size.batch, size.outputs))
    network = Network(layers)
    params = initialize(network.shapes(size.inputs), he_normal, rng)
    return network, loss, cast(params, np.float32), x.astype(np.float32), y.astype(np.float32)


def by_hand(size: Size, members: int | None = None) -> Call:
    """Return a call that trains the hand-written network, or a stack of ``members`` of it, for one step."""
    network, loss, params, x, y = problem(size)
    if members:
        params = map_tree(lambda w: np.repeat(w[None], members, axis=0), params)
    optimizer = SGD(RATE)
    state = begin(optimizer, params)

    def step() -> None:
        nonlocal state
        state, _ = train_step(network, loss, optimizer, state, x, y)

    return step


def in_pytorch(size: Size) -> Call:
    """Return a call that trains the same network in PyTorch for one step, the way its tutorials write it."""
    import torch

    _, _, params, x, y = problem(size)
    activation = torch.nn.ReLU if size.classifies else torch.nn.Sigmoid
    layers = [
        torch.nn.Linear(size.inputs, size.hidden),
        activation(),
        torch.nn.Linear(size.hidden, size.outputs),
    ]
    model = torch.nn.Sequential(*layers, *([] if size.classifies else [activation()]))
    with torch.no_grad():
        for layer, own in zip((layers[0], layers[2]), params.values(), strict=True):
            layer.weight.copy_(torch.from_numpy(own["kernel"].T))
            layer.bias.copy_(torch.from_numpy(own["bias"]))
    loss = torch.nn.CrossEntropyLoss() if size.classifies else torch.nn.MSELoss()
    target = torch.from_numpy(y.argmax(axis=-1) if size.classifies else y)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    inputs = torch.from_numpy(x)

    def step() -> None:
        optimizer.zero_grad()
        loss(model(inputs), target).backward()
        optimizer.step()

    return step
