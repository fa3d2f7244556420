"""How far everybody is from the exact mathematics, as rows of a table, and who is closest."""

import math
from collections.abc import Iterator, Sequence
from statistics import median

from attrs import frozen

from parity.report.ordering import in_order
from parity.report.wording import plural, units
from parity.results import Distance, DistanceToTruth, Results, Run

QUANTITIES = {"loss": "loss", "gradient": "first gradient", "prediction": "prediction"}
ALIKE = 1.1
NOTHING = 0.1
"""Up to a tenth more, or a tenth of an ulp, is no farther: it would be another way round on another day."""


@frozen
class Mark:
    """One number of the table.

    Attributes:
        text: ulps; a dash where nothing was measured.
        where: the step or the parameter, and the oracle that knows the truth there.
        closest: whether nobody is closer.
    """

    text: str
    where: str = ""
    closest: bool = False


@frozen
class Line:
    """One line of the table: a quantity, and how far everybody is from the truth in it."""

    quantity: str
    label: str
    marks: list[Mark]
    oracles: str


@frozen
class Standing:
    """How often each implementation is closest, in one quantity and number type.

    Attributes:
        label: ``loss, float64``.
        runs: how many runs it was measured in.
        closest: for each implementation how often nobody was closer.
        typical: for each the median of its ulps over the runs.
    """

    label: str
    runs: int
    closest: dict[str, int]
    typical: dict[str, float]


def names(run: Run) -> list[str]:
    """Return everybody whose distance was measured or should have been, scratch first."""
    measured = {d.implementation for d in run.truth.distances} if run.truth else set()
    return in_order({"scratch", *measured, *(i.framework for i in run.implementations)}, run)


def lines(run: Run) -> list[Line]:
    """Return the table of one run: losses twice, as the median and as the worst of all steps."""
    made = []
    for quantity, word in QUANTITIES.items():
        found = _by_name(run, quantity)
        if not found:
            continue
        count = max(d.count for d in found.values())
        if count > 1:
            made.append(_line(run, quantity, f"{word}, median of {count} steps", True))
        made.append(_line(run, quantity, f"{word}, worst {'step' if count > 1 else 'entry'}", False))
        if quantity == "loss" and count == 1:
            made[-1] = _line(run, quantity, word, False)
    return made


def closest(run: Run) -> str:
    """Return a sentence that says who is closest to the exact mathematics, or nothing where nobody was measured."""
    said = []
    for quantity, word in QUANTITIES.items():
        found = _by_name(run, quantity)
        winners = in_order(_winners(found), run)
        if len(found) > 1:
            who = "all alike" if len(winners) == len(found) else " and ".join(winners) or "nobody"
            said.append(f"{who} in the {word}")
    return f"Closest to the exact mathematics: {'; '.join(said)}." if said else ""


def oracle(run: Run) -> str:
    """Return who knows the truth about a run, and for how long, in a sentence."""
    found = run.truth
    if found is None:
        return ""
    if not found.distances:
        return "Oracle: none."
    if not run.steps:
        return "Oracle: balls, every digit is proved." if _all_proved(found) else f"Oracle: {found.oracle}."
    steps = plural(run.steps, "step")
    if not found.proved:
        said = "no step proved by balls"
    elif found.proved >= run.steps:
        said = f"balls, all of {steps} proved" if run.steps > 1 else "balls, the one step is proved"
    else:
        said = f"balls, {found.proved:,} of {steps} proved"
    if not found.oracle:
        return f"Oracle: {said}."
    rest = f"{found.oracle} knows the rest, its own error at most {_percent(found.share)}"
    return f"Oracle: {said}; {rest} of what scratch is off, or of an ulp (estimated)."


def standings(results: Results) -> list[Standing]:
    """Return who is how often closest; runs in which only one was measured do not count."""
    runs = [run for scenario in results.scenarios for run in scenario.runs if run.truth]
    dtypes = dict.fromkeys(run.dtype for run in runs)
    found = [
        _standing(q, dtype, [r for r in runs if r.dtype == dtype]) for dtype in dtypes for q in QUANTITIES
    ]
    return [standing for standing in found if standing.runs]


def contestants(results: Results) -> list[str]:
    """Return everybody who stands in :func:`standings`, scratch first."""
    runs = [run for scenario in results.scenarios for run in scenario.runs]
    measured = {name for standing in standings(results) for name in standing.closest}
    order = dict.fromkeys(name for run in runs for name in names(run))
    return [name for name in order if name in measured]


def summary(results: Results) -> str:
    """Return who is how often closest, in a line; nothing where nothing was measured."""
    found = standings(results)
    total = sum(standing.runs for standing in found)
    counts = {name: sum(s.closest.get(name, 0) for s in found) for name in contestants(results)}
    said = ", ".join(f"{name} {count}" for name, count in counts.items())
    return f"closest to the mathematics: {said} of {total} times" if total else ""


def _standing(quantity: str, dtype: str, runs: Sequence[Run]) -> Standing:
    measured = [found for run in runs if len(found := _by_name(run, quantity)) > 1]
    everybody = {name for found in measured for name in found}
    return Standing(
        f"{QUANTITIES[quantity]}, {dtype}",
        len(measured),
        {name: sum(name in _winners(found) for found in measured) for name in everybody},
        {name: median([found[name].median for found in measured if name in found]) for name in everybody},
    )


def _by_name(run: Run, quantity: str) -> dict[str, Distance]:
    return {d.implementation: d for d in run.truth.distances if d.quantity == quantity} if run.truth else {}


def _winners(found: dict[str, Distance], typical: bool = True) -> set[str]:
    """Return those to whom nobody is closer: by the median of all steps, or by the worst."""
    sizes = {name: d.median if typical else d.ulps for name, d in found.items()}
    sizes = {name: size for name, size in sizes.items() if math.isfinite(size)}
    if not sizes:
        return set()
    best = min(sizes, key=lambda name: sizes[name])
    limit = max(ALIKE * sizes[best], sizes[best] + NOTHING)
    doubt = {name: found[name].own_error + found[best].own_error if not typical else 0.0 for name in sizes}
    return {name for name, size in sizes.items() if size <= limit + doubt[name]}


def _line(run: Run, quantity: str, label: str, typical: bool) -> Line:
    found = _by_name(run, quantity)
    winners = _winners(found, typical) if len(found) > 1 else set()
    marks = [
        Mark(
            units(found[name].median if typical else found[name].ulps),
            ", ".join(_where(found[name], typical)),
            name in winners,
        )
        if name in found
        else Mark("–")
        for name in names(run)
    ]
    oracles = dict.fromkeys(d.oracles if typical else d.oracle for d in found.values())
    return Line(quantity, label, marks, "; ".join(oracles))


def _where(d: Distance, typical: bool) -> Iterator[str]:
    if typical:
        yield d.oracles
        return
    if d.parameter:
        yield d.parameter
    if d.quantity == "loss" and d.count > 1:
        yield f"step {d.step:,}"
    yield d.oracle


def _all_proved(found: DistanceToTruth) -> bool:
    return all(d.oracles == "balls" for d in found.distances)


def _percent(share: float) -> str:
    return f"{100 * share:.1g} %" if share >= 1e-3 else f"{share:.0e}"
