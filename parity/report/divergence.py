"""The first place where an implementation leaves scratch, in words."""

import math

from parity.report.wording import place, side_by_side, units
from parity.results import Divergence, Implementation

SHOWN = 6


def first_differs(divergence: Divergence) -> str:
    """Return what differs first, where, and by how much."""
    what = place(divergence.quantity, divergence.parameter)
    if _both_nonfinite(divergence):
        return (
            f"{what} is {divergence.scratch:g} in both from step {divergence.step:,} on: the training diverged; "
            "lower the learning rate, or set expect_nonfinite = true"
        )
    size = f", by {units(divergence.noise_units)} noise units"
    if not math.isfinite(divergence.noise_units):
        size = " and is not finite there"
    return f"{what} first differs at step {divergence.step:,}{size}"


def _both_nonfinite(divergence: Divergence) -> bool:
    s, f = divergence.scratch, divergence.framework
    return not math.isfinite(s) and (s == f or (math.isnan(s) and math.isnan(f) and bool(divergence.index)))


def worst_entry(divergence: Divergence, framework: str) -> str:
    """Return both numbers where they differ most, with enough digits to tell them apart."""
    if math.isnan(divergence.scratch) and math.isnan(divergence.framework) and not divergence.index:
        return "the arrays are of different shapes"
    scratch, other = side_by_side([divergence.scratch, divergence.framework], digits=4)
    where = f"worst at {divergence.index}: " if divergence.index else ""
    return f"{where}scratch {scratch}, {framework} {other}"


def relation(divergence: Divergence, framework: str) -> str:
    """Return how the two arrays are related as a whole, or nothing where that cannot be said."""
    if math.isnan(divergence.cosine) or not divergence.index:
        return ""
    if divergence.uniform:
        return f"scratch is {divergence.ratio:.6g} × {framework} everywhere"
    return f"cosine {divergence.cosine:.6f}, scratch is {divergence.ratio:.3g} × {framework} on the whole"


def others(implementation: Implementation) -> list[str]:
    """Return a line for each other array that leaves scratch, the worst first."""
    rest = [d for d in implementation.divergences if d != implementation.first_divergence]
    lines = [
        f"{place(d.quantity, d.parameter)} from step {d.step:,} on, {units(d.noise_units)}"
        for d in rest[:SHOWN]
    ]
    return lines + ([f"{len(rest) - SHOWN} more arrays"] if len(rest) > SHOWN else [])


def cause(implementation: Implementation) -> str:
    """Return which known mistake explains the gap, or nothing where none does."""
    known = implementation.causes
    if not known:
        return ""
    names = " or ".join(f"{c.code} {c.name}" + (f" ({c.size:.4g})" if c.size else "") for c in known)
    apart = "; these cannot be told apart here" if len(known) > 1 else ""
    where = "" if known[0].whose == "scratch" else f", in what {known[0].whose} computes"
    return f"{names}{where}{apart}"
