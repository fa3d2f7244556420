"""Does a measured value bear out a claimed one?"""

import math
from decimal import Decimal, InvalidOperation

from parity.scenarios.model import ClaimSpec

Value = bool | int | float | str | list[int] | list[float] | None


def outcome(spec: ClaimSpec, measured: Value) -> str:
    """Return ``holds``, ``does not hold``, ``underspecified`` or ``reference``.

    A claim without a claimed value says yes; its measure answers yes or no.

    Raises:
        TypeError: the measure answers with something that cannot be compared to what is claimed.
    """
    if spec.underspecified:
        return "underspecified"
    if spec.compare == "reference":
        return "reference"
    claimed = True if spec.claimed is None else spec.claimed
    if isinstance(claimed, bool) != isinstance(measured, bool):
        raise TypeError(f"{measured!r} was measured: that cannot be compared with the claimed {claimed!r}")
    return "holds" if _bears_out(spec.compare, claimed, measured) else "does not hold"


def _bears_out(compare: str, claimed: str | float | bool, measured: Value) -> bool:
    if isinstance(claimed, bool):
        return measured is claimed
    printed = str(claimed).split()
    values = measured if isinstance(measured, list) else [measured]
    if len(printed) != len(values):
        raise TypeError(f"{len(values)} values were measured, but {len(printed)} are claimed")
    return all(relates(compare, text, value) for text, value in zip(printed, values, strict=True))


def relates(compare: str, printed: str, value: Value) -> bool:
    """Return whether a measured number stands in the right relation to a printed one.

    The printed number says itself how exact it is. ``rounds_to``: the measured one is within half a unit of
    its last digit; a tie is good for both neighbours. ``about``: within one unit of its last digit that is
    not a zero of a whole number (about 20 is 10 to 30). ``equals``, ``below`` and ``above`` are exact. A
    per cent sign means hundredths. NaN and the infinities bear out nothing.
    """
    if not isinstance(value, int | float) or not math.isfinite(value):
        return False
    number = number_of(printed)
    exact = Decimal(value) * (100 if printed.endswith("%") else 1)
    match compare:
        case "rounds_to":
            return abs(exact - number) <= unit(number) / 2
        case "about":
            return abs(exact - number) <= unit(number, about=True)
        case "below":
            return exact < number
        case "above":
            return exact > number
        case _:
            return exact == number or value == float(number)


def number_of(printed: str) -> Decimal:
    """Return a number as it is printed in an article: ``1.17``, ``+0.05``, ``500,000``, ``76%``.

    Raises:
        ValueError: it is no number.
    """
    try:
        return Decimal(printed.removesuffix("%").replace(",", ""))
    except InvalidOperation:
        raise ValueError(f"{printed!r} is no number") from None


def unit(number: Decimal, about: bool = False) -> Decimal:
    """Return what one more in the last printed digit is worth."""
    exponent = number.as_tuple().exponent
    if about and number and isinstance(exponent, int) and exponent >= 0:
        exponent = number.normalize().as_tuple().exponent
    return Decimal(1).scaleb(int(exponent))


def written(value: Value, percent: bool = False) -> str:
    """Return a value as text: six significant digits, which are the same on every platform."""
    if percent and isinstance(value, float):
        return f"{100 * value:.6g}%"
    if value is None:
        return "never"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(written(entry, percent) for entry in value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def claimed_as_text(spec: ClaimSpec) -> str:
    """Return what is claimed, with the relation in words: ``below 0.05``; empty for a claim without one."""
    if spec.claimed is None:
        return ""
    text = written(spec.claimed) if isinstance(spec.claimed, bool) else ", ".join(str(spec.claimed).split())
    return f"{spec.compare} {text}" if spec.compare in ("about", "below", "above") else text
