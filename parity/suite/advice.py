"""Where to look, when something is broken: whoever stands alone is the first to be suspected."""

from collections.abc import Sequence

from attrs import evolve

from parity.results import Divergence, Implementation, Verdict

CLOSE = 1e-3
"""Share of their distance from scratch within which two frameworks count as saying the same."""


def advise(implementations: Sequence[Implementation]) -> list[Implementation]:
    """Return the implementations, those that are broken with a hint that follows from the others."""
    return [
        one
        if one.verdict is not Verdict.BROKEN or one.hint
        else evolve(one, hint=_hint(one, implementations))
        for one in implementations
    ]


def _hint(one: Implementation, everyone: Sequence[Implementation]) -> str:
    others = [other for other in everyone if other is not one and other.verdict is not Verdict.FAILED]
    agree = [other.framework for other in others if other.verdict is Verdict.HOLDS]
    if agree:
        return f"{' and '.join(agree)} agrees with scratch: look at what {one.framework} does differently"
    alike = [other.framework for other in others if _same(one.first_divergence, other.first_divergence)]
    if alike:
        return f"{one.framework} and {' and '.join(alike)} agree with each other: look in the network by hand"
    return ""


def _same(a: Divergence | None, b: Divergence | None) -> bool:
    """Return whether two frameworks leave scratch at the same place, and for the same number."""
    if a is None or b is None:
        return False
    place = (a.step, a.quantity, a.parameter, a.index)
    if place != (b.step, b.quantity, b.parameter, b.index):
        return False
    return abs(a.framework - b.framework) <= CLOSE * abs(a.framework - a.scratch)
