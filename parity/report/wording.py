"""Numbers and verdicts as people read them."""

import math
from collections.abc import Sequence

from parity.results import Verdict

SIGNS = {Verdict.HOLDS: "✓", Verdict.BROKEN: "✗", Verdict.FAILED: "!", Verdict.UNCLEAR: "?"}
WORDS = {
    Verdict.HOLDS: "parity holds",
    Verdict.BROKEN: "parity broken",
    Verdict.FAILED: "could not run",
    Verdict.UNCLEAR: "could not tell",
}


def units(value: float | None) -> str:
    """Return noise units with two digits, ``1.3`` or ``4.5e+15``; a dash where nothing was compared."""
    if value is None:
        return "–"
    if not math.isfinite(value):
        return "not finite"
    if 0 < value < 0.01:
        return "<0.01"
    if value >= 9999.5:
        return f"{value:.1e}"
    return f"{value:.2g}" if value < 99.5 else f"{value:.0f}"


def number(value: float) -> str:
    """Return a number with as many digits as a reader wants at a glance."""
    return f"{value:.6g}"


def side_by_side(values: Sequence[float], digits: int = 6) -> list[str]:
    """Return numbers with just enough digits that those which differ look different, at least ``digits``."""
    different = len({_key(value) for value in values})
    for precision in range(digits, 18):
        texts = [f"{value:.{precision}g}" for value in values]
        if len(set(texts)) == different:
            break
    return texts


def _key(value: float) -> float | str:
    return "nan" if math.isnan(value) else value


def seconds(value: float) -> str:
    """Return a duration: ``0.4 s``, ``12 s``, ``3 min 5 s``."""
    if value < 10:
        return f"{value:.1f} s"
    return f"{value:.0f} s" if value < 60 else f"{int(value // 60)} min {value % 60:.0f} s"


def plural(count: int, noun: str) -> str:
    """Return ``1 scenario``, ``2 scenarios``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def place(quantity: str, parameter: str) -> str:
    """Return what was compared in words: ``gradient of dense_1/kernel``, ``loss``."""
    return quantity if parameter == "all" else f"{quantity} of {parameter}"
