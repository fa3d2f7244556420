"""Runs of the user's network, and the same runs of ours: what there is to compare."""

from collections.abc import Mapping

import numpy as np
from attrs import evolve, field, frozen

from parity.checking.network import Network, Trained, Weights
from parity.checking.problems import problem
from parity.frameworks.scratch import ScratchTwin
from parity.judge.reference import Reference
from parity.scenarios.problem import Problem
from scratch.tree import Array

FAR = 20.0
MOST_RATES = 4


@frozen(eq=False)
class Experiment:
    """One run of the user's network.

    Attributes:
        network: whose.
        weights: initial ones.
        x: samples (N, I).
        y: targets (N, O).
        rate: learning rate that was set; None where none can be.
        done: what came of it.
        passes: how often the samples were handed over.
        settings: what else was set: momentum, penalty.
        narrow: whether it keeps its weights in float32.
    """

    network: Network
    weights: Weights
    x: Array
    y: Array
    rate: float | None
    done: Trained
    passes: int = 1
    settings: Mapping[str, float] = field(factory=dict)
    narrow: bool = False

    @property
    def samples(self) -> int:
        """N."""
        return len(self.x)

    @property
    def moved(self) -> bool:
        """Whether any weight is different afterwards."""
        return any(not np.array_equal(self.done.before[p], self.done.after[p]) for p in self.done.before)

    @property
    def step_size(self) -> float:
        """What the gradient is multiplied by: the learning rate, or 1 where none can be set."""
        return self.rate**self.network.rate_power if self.rate else 1.0

    @property
    def change(self) -> Weights:
        """By how much weights went down, divided by the learning rate: the gradient, where the step is plain."""
        rate = self.step_size
        return {p: (self.done.before[p] - self.done.after[p]) / rate for p in self.done.before}

    def ours(
        self, loss: str, constant: float = 1.0, *, in_turn: bool = False, momentum: float = 0.0
    ) -> Problem:
        """Return the same run as a problem of ours; ``constant`` times its gradient is the user's."""
        rate = constant * self.step_size
        return problem(
            self.network,
            self.weights,
            self.x,
            self.y,
            loss,
            rate=rate,
            momentum=momentum,
            in_turn=in_turn and self.samples > 1,
            passes=self.passes,
        )


@frozen(eq=False)
class Outcome:
    """What a problem of ours comes to.

    Attributes:
        after: weights at the end.
        gradients: of the first step.
        loss: before the first step.
    """

    after: Weights
    gradients: Weights
    loss: float


def outcome(ours: Problem) -> Outcome:
    """Run a problem of ours, planted mistakes and all."""
    twin = ScratchTwin(ours)
    with np.errstate(all="ignore"):
        chunk = twin.advance(0, ours.steps, [0])
    gradients = {
        p.removeprefix("gradient/"): a[0] for p, a in chunk.arrays.items() if p.startswith("gradient/")
    }
    return Outcome(twin.checkpoint().weights, gradients, float(chunk.losses[0]))


@frozen(eq=False)
class Noisy:
    """What a problem of ours comes to, and how far rounding takes it: by path, for weights and gradients."""

    outcome: Outcome
    weights: Mapping[str, float]
    gradients: Mapping[str, float]


def noisy(ours: Problem, narrow: bool = False) -> Noisy:
    """Run a problem of ours beside its noise ensemble; ``narrow`` where the user's numbers are float32."""
    if narrow:
        rough, fine = noisy(_in_float32(ours)), noisy(ours)
        return Noisy(fine.outcome, rough.weights, rough.gradients)
    last = ours.steps - 1
    stretch = Reference(ours).advance(0, ours.steps, sorted({0, last}))
    truth, noise = stretch.truth.arrays, stretch.noise.arrays

    def of(kind: str, row: int) -> Weights:
        return {p.removeprefix(f"{kind}/"): a[row] for p, a in truth.items() if p.startswith(f"{kind}/")}

    def units(kind: str, row: int) -> dict[str, float]:
        return {
            p.removeprefix(f"{kind}/"): float(a[row]) for p, a in noise.items() if p.startswith(f"{kind}/")
        }

    result = Outcome(of("weight", -1), of("gradient", 0), float(stretch.truth.losses[0]))
    return Noisy(result, units("weight", -1), units("gradient", 0))


def _in_float32(ours: Problem) -> Problem:
    params = {layer: {n: a.astype(np.float32) for n, a in own.items()} for layer, own in ours.params.items()}
    return evolve(
        ours, dtype="float32", params=params, x=ours.x.astype(np.float32), y=ours.y.astype(np.float32)
    )


def targets(first: int, count: int, outputs: int) -> Array:
    """Return targets (N, O): a class each, every class in turn; with one output zeros and ones."""
    numbers = (np.arange(count) + first) % max(outputs, 2)
    return np.eye(max(outputs, 2))[numbers][:, :outputs] if outputs > 1 else numbers[:, None].astype(float)


def experiment(
    network: Network,
    seed: int,
    count: int,
    rate: float | None = 1.0,
    passes: int = 1,
    epochs: bool = False,
    stream: int | None = None,
    settings: Mapping[str, float] | None = None,
) -> Experiment:
    """Have the user's network train on samples of ours, at a rate at which its weights stay where they can be compared.

    Raises:
        SubjectFailure: its code raises.
    """
    rng = np.random.default_rng(seed)
    weights = network.weights(rng)
    x = rng.normal(size=(count, network.sizes[0]))
    y = targets(seed, count, network.sizes[-1])  # two seeds in a row begin with two classes
    rate = rate if network.sets_rate else None
    times = {"times": 1, "epochs": passes} if epochs else {"times": passes}
    times |= {} if stream is None else {"seed": stream}
    for _ in range(MOST_RATES):
        done = network.step(weights, x, y, rate, **times, **(settings or {}))
        if rate is None or not _ran_away(done):
            break
        rate /= 10
    return Experiment(
        network, done.before or weights, x, y, rate, done, passes, settings or {}, _is_narrow(weights, done)
    )


def _ran_away(done: Trained) -> bool:
    """Return whether weights have grown so much in a few steps that what they are is mostly rounding."""
    return any(
        not np.isfinite(after).all()
        or np.abs(after).max(initial=0) > FAR * max(np.abs(done.before[p]).max(initial=0), 1)
        for p, after in done.after.items()
    )


def _is_narrow(weights: Weights, done: Trained) -> bool:
    """Return whether the user's network has rounded the weights that it was given: it keeps them in float32."""
    return any(not np.array_equal(w, done.before[p]) for p, w in weights.items() if p in done.before)
