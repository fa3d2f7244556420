"""What a check says, in the order in which one wants to know it; text and HTML only set it."""

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from parity.checking.findings import Check, Outcome, Part, Reason
from parity.checking.wording import (
    GAP,
    MOST,
    counted,
    headline,
    kind,
    open_questions,
    ordered,
    printable,
    sized,
    worst,
    wrong,
)
from parity.report.wording import plural, units

NAMED = 3
"""Wrong parts that the headline names although each has a row below it."""


@frozen
class Row:
    """One part: its name, its noise units, and what is known of it."""

    what: str
    noise_units: str
    message: str


@frozen
class Section:
    """A label, and what stands beside it.

    Attributes:
        label: ``Verdict``.
        lines: paragraphs; one with line breaks in it is code, and stays as it is.
        rows: parts, each by itself.
        first: the words at the beginning of the first line that should be seen first.
        kind: their colour: ``good``, ``bad``, ``warn``, or nothing.
    """

    label: str
    lines: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    first: str = ""
    kind: str = ""


def sections(check: Check, verbose: bool = False) -> list[Section]:
    """Return all there is to say.

    Args:
        check: any.
        verbose: list every part, also those that are right.
    """
    everything = [
        Section("Understood", check.understood),
        _verdict(check, verbose),
        _right(check, verbose),
        Section(_doubt(check), rows=tuple(map(_row, open_questions(check)))),
        *_causes(check.reasons),
        Section("Evidence", check.evidence),
        Section("Note", check.notes),
        Section("Next", check.next),
        Section("More", tuple(f"parity explain {code}" for code in _codes(check.reasons))),
    ]
    return [_printable(section) for section in everything if section.lines or section.rows]


def _verdict(check: Check, verbose: bool) -> Section:
    bad = wrong(check)
    special = [p for p in check.parts if p.outcome in (Outcome.CONSTANT, Outcome.OTHER_LOSS) and p.message]
    told = bad if any(part.message for part in bad) else [] if bad else ordered(special)
    rows = tuple(map(_row, bad if verbose else told[:MOST]))
    if len(told) > MOST and not verbose:
        rows = (*rows, Row(f"and {len(told) - MOST} more", "", ""))
    said = headline(check)
    if bad and rows and len(bad) > NAMED:
        said = evolve(said, what=f"{len(bad)} of {plural(len(check.parts), 'part')}")
    return Section("Verdict", (str(said),), rows, said.word, kind(check.outcome))


def _right(check: Check, verbose: bool) -> Section:
    """Return what is right: where something else is wrong, or row by row if asked for."""
    right = [part for part in check.parts if part.outcome.right]
    if verbose:
        return Section("Right", rows=tuple(map(_row, ordered(right))))
    if check.outcome.right or not right:
        return Section("Right")
    far = worst(right)
    return Section("Right", (counted(right) + ("" if far is None else f"{GAP}at most {sized(far)}"),))


def _doubt(check: Check) -> str:
    """Return the label of what is not known: that is why there is no verdict, or something beside it."""
    return "Unclear" if check.outcome.right or check.outcome.mistaken else "Why"


def _row(part: Part) -> Row:
    return Row(part.what, "" if part.noise_units is None else units(part.noise_units), part.message)


def _causes(reasons: Sequence[Reason]) -> Iterator[Section]:
    for number, reason in enumerate(reasons, 1):
        name = " ".join(filter(None, (reason.code, reason.name)))
        cause = f"{name}  ({reason.evidence})" if reason.evidence else name
        yield Section(f"Cause {number}" if len(reasons) > 1 else "Cause", (cause,), first=reason.code)
        yield Section("Where", (reason.where,) if reason.where else ())
        yield Section("Fix", (reason.fix,) if reason.fix else ())


def _codes(reasons: Iterable[Reason]) -> list[str]:
    return list(dict.fromkeys(reason.code for reason in reasons if reason.code))


def _printable(section: Section) -> Section:
    rows = (Row(printable(r.what), r.noise_units, printable(r.message)) for r in section.rows)
    return evolve(section, lines=tuple(map(printable, section.lines)), rows=tuple(rows))
