"""Reading balls: no digit is called certain that is not, and no error is made smaller than it may be."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx

from parity.oracles.balls import Number, accuracy, balls, ends, of_objects, precision, read, ulps


def ball(middle: float | str, radius: str = "0") -> arb:
    with precision(300):
        return arb(arb(middle), arb(radius))


def one(number: object) -> np.ndarray:
    return of_objects([number], (1,))


@pytest.mark.parametrize(
    ("number", "most", "decimal", "digits"),
    [
        (ball(0.25), 20, "0.25", 20),
        (ball(0.0), 20, "0", 20),
        (ball(0.1), 20, "0.10000000000000000555", 20),
        (ball(-1.5), 20, "-1.5", 20),
        (ball("1.23456", "1e-30"), 4, "1.235", 4),
        (ball("1.23456", "0.0001"), 20, "1.23", 3),
        (ball("0.99999999", "1e-7"), 20, "1.00000", 6),
        (ball("1e-400", "1e-410"), 5, "1.0000e-400", 5),
        (ball("123456789", "0.3"), 20, "123456789", 9),
        (ball("0.5", "3"), 20, "0.5", 0),
        (ball("0", "1e-90"), 20, "0", 0),
        (arb("nan"), 20, "nan", 0),
        (arb("inf"), 20, "nan", 0),
        (arb(1, "inf"), 20, "nan", 0),
    ],
)
def test_certain_digits(number: arb, most: int, decimal: str, digits: int) -> None:
    got = read(number, most)
    assert (got.decimal, got.digits) == (decimal, digits)


def test_a_number_encloses_its_ball() -> None:
    rng = np.random.RandomState(3)
    for _ in range(300):
        number = ball(rng.randn() * 10.0 ** rng.randint(-30, 30), f"1e-{rng.randint(0, 40)}")
        low, high = ends(number)
        got = read(number, int(rng.randint(1, 25)))
        middle, radius = Fraction(got.decimal), Fraction(got.radius)
        assert middle - radius <= low <= high <= middle + radius
        with precision(300):
            assert got.ball.contains(number)


def test_precision_is_put_back() -> None:
    before = ctx.prec, ctx.cap
    with precision(999):
        assert ctx.prec == 999
    with pytest.raises(ZeroDivisionError), precision(999):
        raise ZeroDivisionError
    assert (ctx.prec, ctx.cap) == before


def test_accuracy_is_that_of_the_widest_ball() -> None:
    assert accuracy(balls(np.array([1.0, 0.0]))) == np.inf
    assert accuracy(of_objects([ball(1.0, "1e-3"), ball(1000.0)], (2,))) == pytest.approx(19, abs=2)
    for lost in (arb("nan"), arb("inf"), arb(0, 1)):
        assert accuracy(one(lost)) == -np.inf


@pytest.mark.parametrize(
    ("value", "truth", "expected"),
    [
        (np.float64(1.5), ball(1.5), 0.0),
        (np.float64(np.nextafter(1.5, 2)), ball(1.5), 1.0),
        (np.float64(1.0), ball(1 - 2.0**-53), 1.0),  # the unit is that below 1, where the truth is
        (np.float64(0.1), ball("0.1"), 0.4),
        (np.float32(0.1), ball("0.1"), 0.2),
        (np.float16(1.001), ball(1.0), 1.0),
        (np.float64(5e-324), ball(0.0), 1.0),
        (np.float64(1e-310), ball(1e-310), 0.0),
        (np.float64(1.0), ball(1.0, "1e-15"), 1e-15 * 2**52),
        (np.float64(np.nan), ball(1.0), np.inf),
        (np.float64(np.inf), ball(1.0), np.inf),
        (np.float64(1.0), arb("nan"), np.inf),
        (np.float64(1.0), arb(1, "inf"), np.inf),
    ],
)
def test_ulps(value: np.floating, truth: arb, expected: float) -> None:
    got = ulps(np.array([value], dtype=value.dtype), one(truth))
    assert got[0] == pytest.approx(expected, rel=1e-6, abs=1e-30)


def test_ulps_are_never_too_few() -> None:
    far = ulps(np.array([1 + 4 * 2.0**-52]), one(ball(1.0, str(2.0**-52))))
    assert far[0] == pytest.approx(5), "the far end of the ball counts"
    assert ulps(np.array([1.0]), one(ball(1.0, "1e-200")))[0] > 0
    assert ulps(np.array([1e308]), one(ball("1e-300")))[0] == np.inf


def test_ulps_of_rounding_are_half_at_most() -> None:
    for dtype in (np.float16, np.float32):
        exact = np.random.RandomState(0).randn(200)
        errors = ulps(exact.astype(dtype), balls(exact))
        assert 0.4 < errors.max() <= 0.5


def test_shapes_must_be_the_same() -> None:
    with pytest.raises(ValueError, match=r"\(2,\) values, but \(1,\) balls"):
        ulps(np.zeros(2), one(ball(0.0)))


def test_number_is_a_ball_again() -> None:
    number = Number("0.0017438461542543749575", "3.8e-23", 20)
    assert read(number.ball, 20).digits >= 18
    assert not Number("nan", "inf", 0).ball.is_finite()
