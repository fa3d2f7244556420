"""One look at all tensors at once: enough where the gradient is right, or wrong in a single entry.

Along a direction in which every tensor moves, the derivative is the sum of what the tensors contribute. The moves
are weighed so that each contributes about as much: a relative error of any of them shows as if it were alone, and
one complex pass judges a whole network. Whatever is not clear at a glance is left to those who look closer.
"""

from bisect import bisect_right
from math import fsum, isfinite
from typing import NamedTuple

import numpy as np
from attrs import frozen

from parity.errors import ParityError
from parity.oracles.findings import LIMIT, TensorCheck
from parity.oracles.forward import COMPLEX_STEP, Forward, NotAnalyticError
from parity.oracles.judging import (
    GROSS,
    OVERSHADOWING,
    SILENT,
    TINY,
    described,
    is_faint,
    without_entries,
)
from parity.oracles.locating import Located
from parity.oracles.parameters import Parameters, Tensor
from parity.oracles.slopes import ULPS, ComplexStep, agree
from parity.results import Verdict
from scratch.tree import Array

LEAN = 6.0
"""By how many standard deviations a direction leans towards the gradient."""

STEP = COMPLEX_STEP[np.dtype("complex128")]

UNEVEN = 1e12
"""Tensors that contribute so unevenly are not weighed against each other."""


@frozen(eq=False)
class Glimpse:
    """What was seen: a check of every tensor, and the loss."""

    tensors: list[TensorCheck]
    loss: float


class _Claim(NamedTuple):
    """What the gradient of one tensor says about the direction in which the tensor moves.

    Attributes:
        tensor: the parameter and its gradient.
        slope: the derivative along the direction.
        spread: norm of its terms.
        size: the larger of the two, which an error is relative to.
        least: the noise of mere rounding.
        weight: by how much this tensor moves further, or the other way, in the direction of all.
    """

    tensor: Tensor
    slope: float
    spread: float
    size: float
    least: float
    weight: float


@frozen(eq=False)
class _Wrong:
    """The only wrong entry: its tensor, its number among all entries of all tensors, its true gradient."""

    place: int
    number: int
    want: float
    got: float

    @property
    def off(self) -> float:
        """By how much it is wrong."""
        return self.got - self.want


def glance(forward: Forward, parameters: Parameters, seed: int) -> Glimpse | None:
    """Return the checks if everything is clear: all holds, or all but one entry that is plainly wrong.

    Args:
        forward: the loss.
        parameters: and the gradient that somebody claims.
        seed: of the direction.

    Returns:
        None where a closer look is needed: nothing follows from that.
    """
    try:
        return _Glance(forward, parameters, seed).seen()
    except (NotAnalyticError, ParityError):  # a closer look says what is the matter
        return None


class _Glance:
    def __init__(self, forward: Forward, parameters: Parameters, seed: int) -> None:
        self._forward = forward
        self._all = parameters
        self._rng = np.random.default_rng(seed)
        self._tensors = [tensor for tensor in parameters.tensors if tensor.stop > tensor.start]
        self._starts = [tensor.start for tensor in self._tensors]
        size, room = parameters.value.size, parameters.workspace
        self._moves, self._sum = room.take(size), room.take(size)  # (P,)
        self._row: Array = room.take(2 * size).view(complex)  # (P,)

    def seen(self) -> Glimpse | None:
        """Return what is clear at a glance."""
        if not self._tensors:
            return None
        moves = self._drawn()
        claims = self._claims(moves)
        if not claims:
            return None
        result = self._along(moves, [claim.weight for claim in claims])
        residual = fsum(c.slope * c.weight for c in claims) - result.imag / STEP
        allowed = LIMIT * max(TINY, *(abs(c.least * c.weight) for c in claims))
        slopes, wrong = [c.slope for c in claims], None
        if not abs(residual) <= allowed:
            wrong = self._single(claims, residual)
            if wrong is None:
                return None
            slopes[wrong.place] -= wrong.off * float(moves[wrong.number])
            residual = 0.0
        # What drops imaginary parts in silence, as abs and norm do, is not seen by the complex step.
        if not agree(self._at, fsum(slopes), fsum(map(abs, slopes))):
            return None
        checks = [self._right(claim, residual, allowed) for claim in claims]
        if wrong is not None:
            found = self._mistake(wrong, claims, allowed, result.real)
            if found is None:
                return None
            checks[wrong.place] = found
        checks += [without_entries(tensor) for tensor in self._all.tensors if tensor.stop == tensor.start]
        return Glimpse(checks, result.real)

    def _drawn(self) -> Array:
        """Return how far every entry moves, (P,), in units of its tensor's typical entry.

        No entry moves little, so that no wrong one hides; moves differ, so that two wrong ones do not cancel. They
        lean towards the gradient: along a direction at right angles to it, a wrong factor would not show.
        """
        moves, more = self._rng.random(out=self._moves), self._sum
        for tensor in self._tensors:
            more[tensor.start : tensor.stop] = min(LEAN / 2 / tensor.value.size**0.5, 0.5)
        np.copysign(more, self._all.gradient, out=more)
        more -= 0.5
        moves += more
        moves += np.copysign(0.5, moves, out=more)
        for tensor in self._tensors:
            moves[tensor.start : tensor.stop] *= tensor.scale
        return moves

    def _claims(self, moves: Array) -> list[_Claim]:
        """Return what the gradient says about each tensor's moves; nothing if it is silent or not finite."""
        terms = np.multiply(self._all.gradient, moves, out=self._sum)
        slopes = np.add.reduceat(terms, self._starts).tolist()
        squares = np.add.reduceat(np.square(terms, out=terms), self._starts).tolist()
        sizes = [max(abs(slope), square**0.5) for slope, square in zip(slopes, squares, strict=True)]
        top = max(sizes)
        if not isfinite(sum(sizes)) or top >= UNEVEN * min(sizes):
            return []
        # Weights of either sign and of random size: errors of two tensors do not cancel.
        weights = [(d + 1 if d > 0.5 else d - 2) * top for d in self._rng.random(len(sizes)).tolist()]
        claims = []
        for tensor, slope, square, size, weight in zip(
            self._tensors, slopes, squares, sizes, weights, strict=True
        ):
            spread = square**0.5
            least = tensor.eps * (abs(slope) + spread)
            claims.append(_Claim(tensor, slope, spread, size, least, weight / size))
        return claims

    def _single(self, claims: list[_Claim], residual: float) -> _Wrong | None:
        """Return which entry is wrong if only one is.

        The residual ``Σ (g - g*) v`` is one term then, which says by how much. Weighed with the entry's number in the
        row it is that number times as large: the quotient says which entry it is.
        """
        count = self._row.size
        self._row.imag *= np.arange(1.0, count + 1)
        weighed = np.multiply(self._all.gradient, self._row.imag, out=self._sum)
        again = (float(weighed.sum()) - self._forward.complex(self._arrays(self._row)).imag) / STEP
        number = again / residual
        if not 0.5 < number < count + 0.5:
            return None
        entry = min(max(round(number), 1), count) - 1
        place = bisect_right(self._starts, entry) - 1
        off = residual / (float(self._moves[entry]) * claims[place].weight)
        got = float(self._all.gradient[entry])
        return _Wrong(place, entry, got - off, got)

    def _right(self, claim: _Claim, residual: float, allowed: float) -> TensorCheck:
        """Return the check of a tensor that holds, as far as what all of them show together can say."""
        size = abs(claim.size * claim.weight)
        return TensorCheck(
            path=claim.tensor.path,
            verdict=Verdict.HOLDS,
            error=abs(residual) / size,
            noise_units=LIMIT * abs(residual) / allowed,
            detectable=allowed / size,
            method=ComplexStep.method,
        )

    def _mistake(
        self, wrong: _Wrong, claims: list[_Claim], allowed: float, loss: float
    ) -> TensorCheck | None:
        """Return the check of the tensor with the wrong entry, unless something else might be the reason."""
        claim, tensor, move = (
            claims[wrong.place],
            self._tensors[wrong.place],
            float(self._moves[wrong.number]),
        )
        residual, largest = wrong.off * move, max(abs(wrong.got), abs(wrong.want))
        slope = claim.slope - residual
        size = max(claim.size, abs(slope))
        loudest = max(abs(loss), *(other.spread for other in claims))
        if (
            is_faint(tensor.eps, max(abs(slope), claim.spread), loudest)
            or abs(residual) < max(SILENT * size, OVERSHADOWING * tensor.eps * loudest)
            or abs(wrong.off) < GROSS * largest
        ):
            return None
        # The entry's own derivative says whether nothing else is wrong; a little beside, for the sake of kinks.
        apart = abs(self._derivative_beside(wrong) - wrong.want)
        kinked = apart > tensor.eps**0.5 * abs(wrong.want)
        if kinked or not apart * abs(move * claim.weight) <= allowed:
            return None
        noise = max(TINY, tensor.eps * (size + claim.spread), apart * abs(move))
        check = TensorCheck(
            path=tensor.path,
            verdict=Verdict.BROKEN,
            error=abs(residual) / size,
            noise_units=abs(residual) / noise,
            detectable=LIMIT * noise / size,
            method=ComplexStep.method,
        )
        alone = tensor.value.size == 1
        located = Located([wrong.number - tensor.start], [wrong.want], wrong=1, everywhere=alone)
        return described(check, tensor, located, LIMIT * noise / abs(move))

    def _derivative_beside(self, wrong: _Wrong) -> float:
        """Return the derivative by one entry where all entries are a few roundings away."""
        tensor = self._tensors[wrong.place]
        near = np.multiply(self._moves, ULPS * tensor.eps, out=self._sum)
        near += self._all.value
        self._row.real = near
        self._row.imag = 0
        self._row.imag[wrong.number] = STEP * tensor.scale
        arrays, moved = self._arrays(near), self._arrays(self._row)
        # Tensors that do not move stay real: what is computed from them alone costs a quarter.
        mixed = [moved[i] if t is tensor else arrays[i] for i, t in enumerate(self._all.tensors)]
        return self._forward.complex(mixed).imag / STEP / tensor.scale

    def _along(self, moves: Array, weights: list[float]) -> complex:
        """Return the loss after imaginary moves, (P,), each tensor's times its weight."""
        self._row.real = self._all.value
        imaginary = self._row.imag
        for tensor, weight in zip(self._tensors, weights, strict=True):
            part = slice(tensor.start, tensor.stop)
            np.multiply(moves[part], weight * STEP, out=imaginary[part])
        return self._forward.complex(self._arrays(self._row))

    def _at(self, step: float) -> float:
        """Return the loss a real step further along the moves."""
        np.multiply(self._moves, step, out=self._sum)
        self._sum += self._all.value
        return self._forward.real(self._arrays(self._sum))

    def _arrays(self, row: Array) -> list[Array]:
        """Return the tensors in a row as arrays; a loss that writes into them fails, and is left to a closer look."""
        row = row.view()
        row.flags.writeable = False
        return [row[t.start : t.stop].reshape(t.value.shape) for t in self._all.tensors]
