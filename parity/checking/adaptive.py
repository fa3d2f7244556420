"""Optimizers whose step does not follow the size of the gradient: Adam and its kin, recognized by three steps.

Each step is compared with what a rule makes of the gradients at the user's own weights before it: so it does not matter
how far three steps go.

Source: Kingma and Ba, "Adam: a method for stochastic optimization", 2015; Tieleman and Hinton, "RMSprop", Coursera
lecture 6.5, 2012; Duchi, Hazan and Singer, "Adaptive subgradient methods", 2011.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import numpy as np
from attrs import frozen

from parity.checking.network import Weights
from scratch.tree import Array

ALIKE = 1e-6
FIRST = (0.9, 0.95, 0.8, 0.5)
SECOND = (0.999, 0.99, 0.9, 0.95)
EPSILONS = (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-10, 1e-12, 0.0)

UPHILL = "weights move along the gradient, not against it: the loss grows"

Form = Callable[[Array, Array, int, float, float, float], Array]
"""Makes a step of two averages (of the gradient, of its square), the number of the step, their rates, and epsilon."""


@frozen
class Rule:
    """An optimizer, or a mistake that people make in it.

    Attributes:
        name: in words.
        form: see :data:`Form`.
        sums: whether squares are added up, not averaged.
        averages: whether the gradient is averaged too.
        mistake: what is wrong with it; empty where nothing is.
    """

    name: str
    form: Form
    sums: bool = False
    averages: bool = True
    mistake: str = ""


def _adam(m: Array, v: Array, t: int, b1: float, b2: float, eps: float) -> Array:
    return (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)


def _epsilon_hat(m: Array, v: Array, t: int, b1: float, b2: float, eps: float) -> Array:
    return m * (float(np.sqrt(1 - b2**t)) / (1 - b1**t)) / (np.sqrt(v) + eps)


def _epsilon_inside(m: Array, v: Array, t: int, b1: float, b2: float, eps: float) -> Array:
    return (m / (1 - b1**t)) / np.sqrt(v / (1 - b2**t) + eps)


def _uncorrected(m: Array, v: Array, t: int, b1: float, b2: float, eps: float) -> Array:
    return m / (np.sqrt(v) + eps)


def _uncorrected_inside(m: Array, v: Array, t: int, b1: float, b2: float, eps: float) -> Array:
    return m / np.sqrt(v + eps)


def _late(m: Array, v: Array, t: int, b1: float, b2: float, eps: float) -> Array:
    return _adam(m, v, t + 1, b1, b2, eps)


def _without_power(m: Array, v: Array, t: int, b1: float, b2: float, eps: float) -> Array:
    return _adam(m, v, 1, b1, b2, eps)


def _first_only(m: Array, v: Array, t: int, b1: float, b2: float, eps: float) -> Array:
    return (m / (1 - b1**t)) / (np.sqrt(v) + eps)


def _second_only(m: Array, v: Array, t: int, b1: float, b2: float, eps: float) -> Array:
    return m / (np.sqrt(v / (1 - b2**t)) + eps)


def _multiplied(m: Array, v: Array, t: int, b1: float, b2: float, eps: float) -> Array:
    return (m / (1 - b1**t)) * (np.sqrt(v / (1 - b2**t)) + eps)


def _without_root(m: Array, v: Array, t: int, b1: float, b2: float, eps: float) -> Array:
    return m / (v + eps)


RULES = (
    Rule("Adam", _adam),
    Rule("Adam", _epsilon_hat),
    Rule("Adam, its epsilon under the root", _epsilon_inside),
    Rule("RMSprop", _uncorrected, averages=False),
    Rule("RMSprop, its epsilon under the root", _uncorrected_inside, averages=False),
    Rule("AdaGrad", _uncorrected, sums=True, averages=False),
    Rule("AdaGrad, its epsilon under the root", _uncorrected_inside, sums=True, averages=False),
    Rule("Adam without bias correction, whose first steps are longer than in PyTorch and Keras", _uncorrected),
    Rule("Adam", _without_power, mistake="its bias correction divides by 1 - beta, not by 1 - beta**t"),
    Rule("Adam", _late, mistake="its bias correction counts steps from 2: t is one too large"),
    Rule("Adam", _first_only, mistake="its bias correction is missing in the average of the squares"),
    Rule("Adam", _second_only, mistake="its bias correction is missing in the average of the gradients"),
    Rule("Adam", _multiplied, mistake="it multiplies by the root of the squares' average, but should divide"),
    Rule("RMSprop", _without_root, averages=False, mistake="it divides by the average of the squares, not by its root"),
    Rule("AdaGrad", _without_root, True, False, mistake="it divides by the sum of the squares, not by its root"),
)  # fmt: skip
"""The right ones first: of two that give the same steps, nothing is wrong."""


@frozen
class Adaptive:
    """What three steps were recognized as.

    Attributes:
        words: the rule and its numbers.
        mistake: what is wrong with it; empty where nothing is.
    """

    words: str
    mistake: str = ""


def recognized(gradients: Sequence[Weights], steps: Sequence[Weights], rate: float | None) -> Adaptive | None:
    """Return the rule that makes these steps of these gradients, or None.

    Args:
        gradients: before each step, by path.
        steps: by how much the weights went down in each.
        rate: the learning rate; None where it is not known.
    """
    paths = list(gradients[0])
    g = [np.concatenate([one[p].ravel() for p in paths]) for one in gradients]
    went = np.concatenate([one[p].ravel() for one in steps for p in paths])
    for rule in RULES:
        for b1, b2 in product(FIRST if rule.averages else (0.0,), (0.0,) if rule.sums else SECOND):
            averages = list(_averages(rule, g, b1, b2))
            for eps in EPSILONS:
                with np.errstate(all="ignore"):
                    made = [rule.form(m, v, t, b1, b2, eps) for t, (m, v) in enumerate(averages, 1)]
                factor = _factor(went, np.concatenate(made))
                if factor is None or (rate is not None and abs(abs(factor) / rate - 1) > ALIKE):
                    continue
                return Adaptive(_words(rule, b1, b2), UPHILL if factor < 0 else rule.mistake)
    return _counted_by_parameter(gradients, steps, rate)


def _counted_by_parameter(
    gradients: Sequence[Weights], steps: Sequence[Weights], rate: float | None
) -> Adaptive | None:
    """Return Adam whose t grows with every parameter instead of every step; None where it is not that."""
    count, adam = len(gradients[0]), RULES[0]
    for b1, b2, eps in product(FIRST, SECOND, EPSILONS[:2]):
        firsts = []
        for path in gradients[0]:
            averages = list(_averages(adam, [g[path].ravel() for g in gradients], b1, b2))
            went = np.concatenate([step[path].ravel() for step in steps])
            for first in range(1, count + 1):
                times = [first + n * count for n in range(len(averages))]
                made = [adam.form(m, v, t, b1, b2, eps) for t, (m, v) in zip(times, averages, strict=True)]
                factor = _factor(went, np.concatenate(made))
                if factor is not None and (rate is None or abs(factor / rate - 1) <= ALIKE):
                    firsts.append(first)
                    break
        if len(set(firsts)) == count > 1:
            return Adaptive(
                _words(adam, b1, b2), "its t grows with every parameter, but should with every step"
            )
    return None


def _averages(rule: Rule, gradients: Sequence[Array], b1: float, b2: float) -> Iterator[tuple[Array, Array]]:
    """Yield what an optimizer remembers at each step: of the gradients, and of their squares."""
    m, v = np.zeros_like(gradients[0]), np.zeros_like(gradients[0])
    for g in gradients:
        m = b1 * m + (1 - b1) * g
        v = (v if rule.sums else b2 * v) + (1 - b2) * g**2
        yield m, v


def _factor(went: Array, made: Array) -> float | None:
    """Return the factor by which one is the other, or None."""
    squares = float(made @ made)
    if not np.isfinite(squares) or not squares:
        return None
    factor = float(went @ made) / squares
    gap = float(np.abs(went - factor * made).max())
    return factor if factor and gap <= ALIKE * float(np.abs(went).max()) else None


def _words(rule: Rule, b1: float, b2: float) -> str:
    numbers = [f"{b:g}" for b, used in ((b1, rule.averages), (b2, not rule.sums)) if used]
    return f"{rule.name} ({' and '.join(numbers)})" if numbers else rule.name
