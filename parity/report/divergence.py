"""The first place where an implementation leaves scratch, in words."""

import math

from parity.report.wording import place, side_by_side, units
from parity.results import Divergence


def first_differs(divergence: Divergence) -> str:
    """Return what differs first, where, and by how much."""
    what = place(divergence.quantity, divergence.parameter)
    size = f", by {units(divergence.noise_units)} noise units"
    if not math.isfinite(divergence.noise_units):
        size = " and is not finite there"
    return f"{what} first differs at step {divergence.step:,}{size}"


def got_and_want(divergence: Divergence) -> str:
    """Return both numbers, with enough digits to tell them apart."""
    got, want = side_by_side([divergence.got, divergence.want], digits=4)
    return f"got {got}, want {want}"
