"""A check as text: a column of labels, and beside it what was found."""

import textwrap
from collections.abc import Iterator

from parity.checking.findings import Check
from parity.checking.sections import Row, Section, sections
from parity.checking.wording import GAP, headline, kind, printable

COLUMN = 13
NARROWEST = 50
LONGEST_NAME = 32
COLOURS = {"good": "32", "bad": "1;31", "warn": "33"}
BOLD, DIM = "1", "2"


def as_text(check: Check, width: int = 100, colour: bool = False, verbose: bool = False) -> str:
    """Return a check as text.

    Args:
        check: any.
        width: of the terminal; lines are broken there. Code in it is never broken, and stands at the left margin.
        colour: with the escape sequences of a terminal.
        verbose: list every part that was judged, also those that are right.
    """
    lines: list[str] = []
    for section in sections(check, verbose):
        lines += _laid_out(section, max(width, NARROWEST), colour)
    return "\n".join(lines).rstrip()


def one_line(check: Check, colour: bool = False) -> str:
    """Return what was checked and the verdict, in one line that is not broken."""
    said = headline(check)
    words = _paint(said.word, COLOURS[kind(check.outcome)], colour)
    causes = ", ".join(reason.code for reason in check.reasons if reason.code)
    rest = printable(str(said)).removeprefix(said.word) + (f"{GAP}{causes}" if causes else "")
    return f"{printable(check.subject)}  {words}{rest}"


def _laid_out(section: Section, width: int, colour: bool) -> Iterator[str]:
    """Yield the lines of a section; the label stands before the first."""
    label = _paint(f"{section.label:{COLUMN}}", DIM, colour)
    for number, (line, is_code) in enumerate(_lines(section, width - COLUMN)):
        if number == 0 and not is_code:
            yield label + _emphasised(line, section, colour)
        elif is_code:
            yield from ([section.label] if number == 0 else [])
            yield f"\n{line}\n"
        else:
            yield " " * COLUMN + line


def _lines(section: Section, width: int) -> Iterator[tuple[str, bool]]:
    """Yield lines that fit, and whether each is a block of code."""
    for paragraph in section.lines:
        if "\n" in paragraph:
            yield paragraph.strip("\n"), True
        else:
            pieces = [paragraph] if len(paragraph) <= width else paragraph.split(GAP)
            for piece in filter(str.strip, pieces):
                yield from ((line, False) for line in _wrapped(piece, width, _hanging(piece)))
    longest = max((len(row.what) for row in section.rows), default=0)
    sized = max((len(row.noise_units) for row in section.rows), default=0)
    for row in section.rows:
        text = _aligned(row, min(longest, LONGEST_NAME), sized)
        yield from ((line, False) for line in _wrapped(text, width, "  "))


def _aligned(row: Row, longest: int, sized: int) -> str:
    cells = [f"{row.what:{longest}}", f"{row.noise_units:>{sized}}" if sized else "", row.message]
    return "  ".join(filter(None, cells)).rstrip()


def _hanging(paragraph: str) -> str:
    """Return by how much the second line of a paragraph is indented: as far as the first."""
    return " " * (len(paragraph) - len(paragraph.lstrip()))


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        text, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    ) or [""]


def _emphasised(line: str, section: Section, colour: bool) -> str:
    if not section.first or not line.startswith(section.first):
        return line
    return _paint(section.first, COLOURS.get(section.kind, BOLD), colour) + line.removeprefix(section.first)


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
