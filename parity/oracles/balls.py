"""Balls: numbers of which it is proved that they lie within a radius of a middle.

Arithmetic on them (python-flint's ``arb``) widens the radius by everything that rounding may have done, so that the
exact result is always inside. What is true is then a matter of reading off digits, and of nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import frozen
from flint import arb, ctx

from scratch.tree import Array

BITS_PER_DIGIT = 3.3219280948873626
UNCERTAIN_DIGITS = 3
"""Digits of the middle that are shown of a number of which none is certain; its radius says so."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute with this many bits; power series end after the first power."""
    before = ctx.prec, ctx.cap
    ctx.prec, ctx.cap = bits, 2
    try:
        yield
    finally:
        ctx.prec, ctx.cap = before


def balls(x: Array) -> Array:
    """Return the numbers of ``x``, float64 or narrower, as balls of radius 0: what they are, exactly."""
    return of_objects([arb(float(number)) for number in x.flat], x.shape)


def of_objects(objects: list[Any], shape: tuple[int, ...]) -> Array:
    """Return an array of objects, which NumPy is not to take apart."""
    array = np.empty(len(objects), dtype=object)
    array[:] = objects
    return array.reshape(shape)


def accuracy(array: Array) -> float:
    """Return how many bits the widest ball is narrower than the largest number.

    Infinite if all radii are 0; minus infinity if a ball is NaN or without bounds, or all may be 0.
    """
    widest, largest = -np.inf, -np.inf
    for ball in array.flat:
        if not ball.is_finite():
            return -np.inf
        widest = max(widest, _exponent(ball.rad()))
        largest = max(largest, _exponent(ball.mid()))
    return np.inf if widest == -np.inf else largest - widest


@frozen
class Number:
    """A number and how well it is known: the truth is within ``radius`` of ``decimal``.

    Attributes:
        decimal: all digits that are certain, rounded to nearest; of a number without any, a hint.
        radius: the largest possible error of ``decimal``, rounded up.
        digits: how many are certain; as many as were asked for if the number is exactly 0.
    """

    decimal: str
    radius: str
    digits: int

    @property
    def ball(self) -> Any:
        """The number as a ball."""
        bits = 64 + int(BITS_PER_DIGIT * len(Decimal(self.decimal).as_tuple().digits))
        with precision(bits):
            return arb(f"[{self.decimal} +/- {self.radius}]")


def read(ball: Any, most: int) -> Number:
    """Return what is certain of a ball, in ``most`` digits at most.

    A digit is certain if both ends of the ball, and so all that lies between them, round to it.
    """
    if not ball.is_finite():
        return Number("nan", "inf", 0)
    low, high = ends(ball)
    digits = _certain_digits(low, high, most)
    decimal = _rounded(low, digits) if digits else _rounded((low + high) / 2, UNCERTAIN_DIGITS)
    radius = max(high - Fraction(decimal), Fraction(decimal) - low)
    above = _context(2, rounding=ROUND_CEILING).divide(Decimal(radius.numerator), Decimal(radius.denominator))
    return Number(str(decimal).lower(), str(above).lower(), digits)


def ends(ball: Any) -> tuple[Fraction, Fraction]:
    """Return the two ends of a ball that is finite, exactly."""
    middle, radius = _fraction(ball.mid()), _fraction(ball.rad())
    return middle - radius, middle + radius


def ulps(values: Array, truth: Array) -> Array:
    """Return how far floats may be from the truth at most, in units in the last place of the truth.

    The unit is the spacing of the type of ``values`` in the binade of the true number, below the normal numbers
    that of the subnormal ones. The far end of each ball counts: one that is too wide makes the error larger, never
    smaller. A value or a ball that is not finite is infinitely far.

    Args:
        values: float16, float32 or float64, any shape.
        truth: balls, of the same shape.
    """
    if np.shape(values) != np.shape(truth):
        raise ValueError(f"{np.shape(values)} values, but {np.shape(truth)} balls")
    floats, finfo = np.asarray(values), np.finfo(np.asarray(values).dtype)
    errors = np.full(floats.shape, np.inf)
    for index, ball in np.ndenumerate(np.asarray(truth, dtype=object)):
        if np.isfinite(floats[index]) and ball.is_finite():
            value, (low, high) = Fraction(float(floats[index])), ends(ball)
            binade = max(_exponent(ball.mid()) - 1, finfo.minexp)
            unit = Fraction(2) ** int(binade - finfo.nmant)
            errors[index] = _at_most(max(abs(value - low), abs(value - high)) / unit)
    return errors


def _at_most(x: Fraction) -> float:
    """Return a float that is not below ``x``."""
    try:
        near = float(x)
    except OverflowError:
        return np.inf
    return near if Fraction(near) >= x else float(np.nextafter(near, np.inf))


def _certain_digits(low: Fraction, high: Fraction, most: int) -> int:
    """Return the largest number of digits, ``most`` at most, to which both ends round alike; 0 if there is none."""
    if low == high:
        return most
    lost = (high - low) / max(abs(low), abs(high))
    guess = int((lost.denominator.bit_length() - lost.numerator.bit_length()) / BITS_PER_DIGIT) + 2
    candidates = range(min(most, guess), 0, -1)
    return next((digits for digits in candidates if _rounded(low, digits) == _rounded(high, digits)), 0)


def _rounded(x: Fraction, digits: int) -> Decimal:
    return _context(digits).divide(Decimal(x.numerator), Decimal(x.denominator))


def _context(digits: int, **options: Any) -> Context:
    return Context(prec=digits, Emax=MAX_EMAX, Emin=MIN_EMIN, **options)


def _fraction(exact: Any) -> Fraction:
    mantissa, exponent = map(int, exact.man_exp())
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)


def _exponent(exact: Any) -> float:
    """Return e of the power of two with ``2**(e-1) <= |exact| < 2**e``; minus infinity for 0."""
    mantissa, exponent = exact.man_exp()
    return int(abs(mantissa)).bit_length() + int(exponent) if mantissa else -np.inf
