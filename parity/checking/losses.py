"""Kinds of loss, and constants: of which loss a gradient is, and up to which number.

A kind is told from another by the direction of its gradient. Its size depends on how it is averaged, which every
author does differently: over samples, over outputs, halved. So the constant is fitted, and then named.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
from attrs import frozen

from parity.checking.network import Network, Weights
from scratch.tree import Array

ALIKE = 1e-7
"""Residual up to which two gradients are worth a closer look: then noise units decide."""

VANISHING = 1e-8
"""Size, relative to the largest of all numbers, below which an array may be zero but for rounding."""


@frozen
class Kind:
    """A kind of loss.

    Attributes:
        name: in words.
        ours: the loss of ours whose gradient has its direction, from the output that the user's forward returns.
        total: what the sum over samples (and outputs) is called: ``sum of squared errors``.
        mean: what it is called divided by the samples, or by samples and outputs.
        ours_averages_outputs: whether our loss divides by the number of outputs too.
        ours_halves: whether our loss has a factor 1/2 that the plain sum has not.
    """

    name: str
    ours: str
    total: str
    mean: str
    ours_averages_outputs: bool = False
    ours_halves: bool = False

    def sum_over_ours(self, samples: int, outputs: int) -> float:
        """Return by what our loss has to be multiplied to be the plain sum over samples and outputs."""
        return samples * (outputs if self.ours_averages_outputs else 1) * (2 if self.ours_halves else 1)


SQUARED = Kind(
    "squared error", "half_squared_error", "sum of squared errors", "mean squared error", False, True
)
BINARY = Kind(
    "binary cross-entropy",
    "binary_cross_entropy",
    "sum of binary cross-entropies",
    "mean binary cross-entropy",
    True,
)
CATEGORICAL = Kind(
    "cross-entropy", "categorical_cross_entropy", "sum of cross-entropies", "mean cross-entropy"
)
FROM_SCORES = Kind(
    "cross-entropy of the softmax of the output",
    "categorical_cross_entropy_from_logits",
    "sum of cross-entropies",
    "mean cross-entropy",
)
BINARY_FROM_SCORES = Kind(
    "binary cross-entropy of the sigmoid of the output",
    "binary_cross_entropy_from_logits",
    "sum of binary cross-entropies",
    "mean binary cross-entropy",
    True,
)
TWO_TERMS = Kind(
    "cross-entropy with a second term, (1 - y) log(1 - p)",
    "binary_cross_entropy",
    "sum of two-term cross-entropies",
    "mean two-term cross-entropy",
    True,
)


ASKED = {
    "mse": SQUARED,
    "sse": SQUARED,
    "half_mse": SQUARED,
    "half_sse": SQUARED,
    "bce": BINARY,
    "ce": CATEGORICAL,
}
"""What ``--loss`` may say."""


def kinds(network: Network) -> list[Kind]:
    """Return the kinds of loss that a network may have been trained for, the most usual first."""
    asked = ASKED.get(str(network.told.get("loss", "")))
    if asked is not None:
        return [kind for kind in _usual(network) if kind.total == asked.total] or [asked]
    return _usual(network)


def _usual(network: Network) -> list[Kind]:
    last = network.layers[-1].activations[-1]
    if last == "softmax":
        return [CATEGORICAL, SQUARED, TWO_TERMS]
    if last == "sigmoid":
        return [SQUARED, BINARY, *([CATEGORICAL] if network.sizes[-1] > 1 else [])]
    if last == "linear":
        return [SQUARED, *([FROM_SCORES] if network.sizes[-1] > 1 else []), BINARY_FROM_SCORES]
    return [SQUARED]


@frozen
class Fit:
    """How far one set of arrays is a multiple of another.

    Attributes:
        constant: the best factor.
        residuals: what is left, by path, relative to the largest entry of that array.
        alone: the best factor of each array by itself, and what is left then.
    """

    constant: float
    residuals: Mapping[str, float]
    alone: Mapping[str, tuple[float, float]]

    @property
    def right(self) -> dict[str, float]:
        """The arrays that are a multiple by themselves, of more than one entry and not zero, and by which."""
        return {p: own for p, (own, left) in self.alone.items() if left < ALIKE and own and np.isfinite(own)}

    @property
    def worst(self) -> float:
        """The largest residual; infinite where the factor means nothing."""
        usable = np.isfinite(self.constant) and self.constant != 0  # of nothing, everything is no multiple
        return max(self.residuals.values(), default=np.inf) if usable else np.inf


def fit(found: Weights, base: Weights) -> Fit:
    """Return the factor by which ``base`` is ``found``, and what is left."""
    with np.errstate(all="ignore"):
        constant = _factor(found, base, list(base))
        rounding = VANISHING * max((float(np.abs(a).max(initial=0)) for a in found.values()), default=0.0)
        residuals = {p: _residual(found[p], constant * base[p], rounding) for p in base}
        alone = {}
        for p in (p for p in base if base[p].size > 1):  # one number is a multiple of any other
            own = _factor(found, base, [p])
            own = own if float(np.abs(own * base[p]).max()) > rounding else 0.0
            alone[p] = own, _residual(found[p], own * base[p], rounding)
    return Fit(constant, residuals, alone)


def _factor(found: Weights, base: Weights, paths: Sequence[str]) -> float:
    dots = sum(float((found[p] * base[p]).sum()) for p in paths)
    squares = sum(float((base[p] * base[p]).sum()) for p in paths)
    return dots / squares if squares else np.nan


def _residual(found: Array, want: Array, rounding: float) -> float:
    size = max(float(np.abs(want).max(initial=0)), float(np.abs(found).max(initial=0)), rounding)
    gap = float(np.abs(found - want).max(initial=0))
    if not np.isfinite(gap):
        return np.inf
    return gap / size if size else 0.0


@frozen
class Constant:
    """A factor in words: ``1/2``, ``N``, ``2/(N n_out)``.

    Attributes:
        power: of the number of samples.
        outputs: power of the number of outputs.
        number: the rest.
    """

    power: int
    outputs: int
    number: float

    def value(self, samples: int, outputs: int) -> float:
        """Return the number it is for a batch."""
        return self.number * float(samples) ** self.power * float(outputs) ** self.outputs

    def __str__(self) -> str:
        """Return it as one would write it."""
        sign = "-" if self.number < 0 else ""
        above = [n for n, p in (("N", self.power), ("n_out", self.outputs)) for _ in range(max(p, 0))]
        below = [n for n, p in (("N", self.power), ("n_out", self.outputs)) for _ in range(max(-p, 0))]
        size = abs(self.number)
        if size < 1 and abs(1 / size - round(1 / size)) < 1e-9:
            below.insert(0, f"{round(1 / size)}")
        elif size != 1:
            above.insert(0, f"{size:.12g}")
        top = " ".join(above) or "1"
        bottom = " ".join(below)
        if not bottom:
            return sign + top
        return f"{sign}{top}/({bottom})" if len(below) > 1 else f"{sign}{top}/{bottom}"


def nameable() -> Iterator[Constant]:
    """Yield the constants that people's gradients are off by, the simplest first."""
    some = [
        Constant(power, outputs, sign * number)
        for sign, number, power, outputs in product((1, -1), (1.0, 2.0, 0.5), (0, 1, -1, -2), (0, 1, -1))
    ]
    yield from sorted(some, key=lambda c: (c.number < 0, abs(c.power) + abs(c.outputs), c.number != 1))


def named(values: Mapping[int, float], outputs: int, tolerance: float = 1e-6) -> Constant | None:
    """Return the constant that has the given values at the given batch sizes; None where there is none."""
    for constant in nameable():
        if outputs == 1 and constant.outputs:
            continue
        if values.keys() == {1} and constant.power:
            continue
        if all(np.isclose(constant.value(n, outputs), v, rtol=tolerance, atol=0) for n, v in values.items()):
            return constant
    return None
