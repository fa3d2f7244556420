"""What the checks are worth, in sentences and as tables: the same words for every kind of report."""

import math
from collections.abc import Iterable

from attrs import frozen

from parity.report.wording import plural, units
from parity.results import PlantedBug, Power

NAMED = 6


@frozen
class Cell:
    """One cell of a table; ``kind`` is ``code``, ``strong`` or nothing."""

    text: str
    kind: str = ""


@frozen
class Table:
    """A table without its looks; columns from ``right`` on hold numbers, up to ``left``."""

    about: str
    head: list[str]
    rows: list[list[Cell]]
    right: int
    left: int = 99


def totals(power: Power) -> list[str]:
    """Return everything in a few sentences: what is caught, what is not called broken, how small an error may be."""
    return [text for text in (caught(power), alarms(power), smallest(power)) if text]


def caught(power: Power) -> str:
    """Return how many runs with a mistake came out as broken, and which mistakes did not."""
    rows = [row for row in power.planted if row.planted]
    if not rows:
        return ""
    runs, found = sum(row.planted for row in rows), sum(row.caught for row in rows)
    places = plural(len({name for row in rows for name in row.scenarios}), "scenario")
    nowhere = len(power.planted) - len(rows)
    said = (
        f"{plural(len(rows), 'mistake')}, planted one at a time into {places} wherever they change a number, "
        f"{_kinds(power)}make {plural(runs, 'wrong run')}: "
    )
    said += (
        "all of them were caught" if found == runs else f"{found:,} were caught, {runs - found:,} were not"
    )
    said += f" ({_first(row.code for row in rows if row.caught < row.planted)})" if found < runs else ""
    return said + (
        f"; {plural(nowhere, 'mistake')} of the catalogue had no place to show." if nowhere else "."
    )


def alarms(power: Power) -> str:
    """Return how many right networks were called broken."""
    if not power.honest:
        return ""
    runs, wrong = sum(row.networks for row in power.honest), sum(row.alarms for row in power.honest)
    compared, unclear = sum(row.comparisons for row in power.honest), sum(row.unclear for row in power.honest)
    said = (
        f"{plural(max(row.networks for row in power.honest), 'right network')}, drawn at random, {_kinds(power)}"
        f"make {plural(runs, 'right run')} with {plural(compared, 'comparison')}: "
    )
    said += plural(wrong, "false alarm") if wrong else "no false alarm"
    return said + (f", and {unclear:,} in which a dead unit left nothing to judge." if unclear else ".")


def smallest(power: Power) -> str:
    """Return the smallest error that we catch."""
    if not power.sensitivity:
        return ""
    ours = power.sensitivity[0]
    sizes = {"float64": ours.float64, "float32": ours.float32}
    said = " and ".join(f"{error(size)} in {dtype}" for dtype, size in sizes.items() if size is not None)
    return f"The smallest relative error of a gradient that {ours.tool} catches is {said}." if said else ""


def separation(power: Power, threshold: float) -> str:
    """Return how far right runs and runs with a mistake are apart."""
    worst, least = loudest(power), quietest(power)
    if worst is None or least is None:
        return ""
    missed = sum(row.planted - row.caught for row in power.planted)
    which = "the quietest mistake that was caught" if missed else "the quietest mistake"
    said = f"The loudest right run came to {units(worst)} noise units, {which} to {units(least)}: "
    gap = orders(power)
    said += f"{gap:.1f} orders of magnitude lie between them" if gap else "the two overlap"
    said += f", and the threshold is {threshold:g}."
    odd = power.clouds.infinite if power.clouds else 0
    return said + (f" {plural(odd, 'more wrong run')} gave NaN or infinity." if odd else "")


def loudest(power: Power) -> float | None:
    """Return the most noise units of any right run."""
    return max((row.worst for row in power.honest), default=None)


def quietest(power: Power) -> float | None:
    """Return the fewest noise units of any run with a mistake that was caught; None if all were infinite."""
    found = [row.least for row in power.planted if row.least is not None]
    return min(filter(math.isfinite, found), default=None)


def orders(power: Power) -> float:
    """Return the powers of ten between the loudest right run and the quietest mistake; 0 where they overlap."""
    worst, least = loudest(power), quietest(power)
    return max(math.log10(least / worst), 0.0) if worst and least and math.isfinite(worst) else 0.0


def error(size: float | None) -> str:
    """Return a relative error with two digits; a dash where there is none."""
    return f"{size:.1e}" if size is not None else "–"


def honest_table(power: Power) -> Table:
    """Return what came out for right networks, in each number type against each framework."""
    head = ["", "networks", "comparisons", "false alarms", "could not tell", "most noise units"]
    rows = [
        [
            Cell(f"{row.framework} {row.dtype}"),
            Cell(f"{row.networks:,}"),
            Cell(f"{row.comparisons:,}"),
            Cell(f"{row.alarms:,}", "strong" if row.alarms else ""),
            Cell(f"{row.unclear:,}"),
            Cell(units(row.worst)),
        ]
        for row in power.honest
    ]
    return Table(
        "Right networks, drawn at random: whoever calls one of them broken cries wolf.", head, rows, 1
    )


def sensitivity_table(power: Power) -> Table:
    """Return the smallest error that each tool catches."""
    rows = [
        [
            Cell(row.tool, "code"),
            Cell(row.version),
            Cell(error(row.float64)),
            Cell(error(row.float32)),
            Cell(row.note),
        ]
        for row in power.sensitivity
    ]
    about = "The smallest relative error in all gradients at once that a tool catches, at its defaults."
    return Table(about, ["tool", "version", "float64", "float32", "note"], rows, 2, 4)


def planted_table(power: Power) -> Table:
    """Return a row for each mistake."""
    head = ["code", "mistake", "planted in", "masked in", "caught", "named", "fewest noise units"]
    about = (
        "Planted in so many scenarios, masked in so many others that use the rule but where it changes nothing. "
        "Caught and named: of all runs, in each number type against each framework; named means that the mistake "
        "is among those that give exactly these numbers."
    )
    return Table(about, head, [_planted(row) for row in power.planted], 2)


def _planted(row: PlantedBug) -> list[Cell]:
    return [
        Cell(row.code, "code"),
        Cell(row.name),
        Cell(str(len(row.scenarios))),
        Cell(str(len(row.masked))),
        Cell(f"{row.caught:,}/{row.planted:,}", "strong" if row.caught < row.planted else ""),
        Cell(f"{row.named:,}/{row.planted:,}"),
        Cell(units(row.least)),
    ]


def _kinds(power: Power) -> str:
    """Return the number types and frameworks, where they are known: ``in float64 and float32 against torch, ``."""
    dtypes = " and ".join(dict.fromkeys(row.dtype for row in power.honest))
    frameworks = " and ".join(dict.fromkeys(row.framework for row in power.honest))
    return f"in {dtypes} against {frameworks}, " if dtypes else ""


def _first(names: Iterable[str]) -> str:
    """Return a few of many names."""
    listed = list(names)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more
