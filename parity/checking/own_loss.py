"""Losses that we do not know: a gradient is right if it is the derivative of what the network itself reports.

Only numbers go in and out, so the derivative is taken by differences, to some nine digits. Each parameter moves along a
random direction, with a random sign for every entry.
"""

import numpy as np
from attrs import frozen

from parity.checking.examining import Examination
from parity.checking.experiments import Experiment
from parity.checking.losses import Constant, named
from parity.checking.network import Weights
from parity.subject.failure import SubjectFailure

STEP = 1e-3
CLOSE = 1e-7
"""Relative distance up to which a slope is that of the gradient: differences of this order leave some 1e-9."""

STILL = 1e-9
"""A learning rate with which what is reported after the update is what was before it."""

STENCIL = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))
"""Central differences of the fourth order: multiples of the step, and weights."""

ALL_DIGITS = 12
"""Decimals from which on a number counts as printed whole."""

Reports = dict[tuple[int, str], float]


@frozen
class OwnLoss:
    """A number that the network reports, and whose gradient its gradient is.

    Attributes:
        where: ``what train() returns``.
        constant: the gradient divided by that of the number; None where the factor has no name.
    """

    where: str
    constant: Constant | None


def own_loss(found: Examination) -> OwnLoss | None:
    """Return the reported number whose gradient the user's is, up to one factor a batch size; None if there is none."""
    telling = [done for done in found.experiments if any(g.any() for g in _read(done, found).values())]
    some = [_factors(done, _read(done, found)) for done in telling]
    for key in some[0] if some else ():
        by_count: dict[int, float] = {}
        for done, factors in zip(telling, some, strict=True):
            factor = factors.get(key, np.nan)
            if not np.isclose(factor, by_count.setdefault(done.samples, factor), rtol=10 * CLOSE):
                break
        else:
            return OwnLoss(key[1], named(by_count, found.network.sizes[-1], CLOSE))
    return None


def _read(done: Experiment, found: Examination) -> Weights:
    return done.done.gradients if found.source == "gradients" else done.change


def _factors(done: Experiment, read: Weights) -> Reports:
    """Return the factor for every reported number whose derivative the gradient is."""
    rng = np.random.default_rng(5)
    factors: dict[tuple[int, str], list[float]] = {}
    try:
        for path, gradient in read.items():
            direction = rng.uniform(0.5, 1.5, gradient.shape) * rng.choice([-1.0, 1.0], gradient.shape)
            slopes = _slopes(done, path, direction)
            for key, slope in slopes.items():
                along = float((gradient * direction).sum())
                factors.setdefault(key, []).append(along / slope if slope else np.inf)
    except SubjectFailure:
        return {}
    return {
        key: float(np.mean(some))
        for key, some in factors.items()
        if len(some) == len(read) > 0
        and np.isfinite(some).all()
        and np.ptp([0.0, *some]) > 0
        and np.ptp(some) <= CLOSE * abs(np.mean(some))
    }


def _slopes(done: Experiment, path: str, direction: np.ndarray) -> Reports:
    """Return the derivative of every reported number along a direction of one parameter."""
    slopes: Reports = {}
    for multiple, weight in STENCIL:
        moved = done.weights | {path: done.weights[path] + multiple * STEP * direction}
        for key, value in _reports(done, moved).items():
            slopes[key] = slopes.get(key, 0.0) + weight * value / STEP
    return slopes


def _reports(done: Experiment, weights: Weights) -> Reports:
    network = done.network
    rate = STILL if network.sets_rate else None
    numbers = [
        *network.step(weights, done.x, done.y, rate).reported,
        *network.losses(weights, done.x, done.y),
    ]
    return {
        (place, where): value
        for place, (where, value, decimals) in enumerate(numbers)
        if decimals < 0 or decimals >= ALL_DIGITS
    }
