"""What a check says, in words: the same for the terminal, HTML, pytest and grading."""

import math
from collections.abc import Iterable, Sequence

from attrs import frozen

from parity.checking.findings import WORST_FIRST, Check, Outcome, Part
from parity.report.wording import plural, units

MOST = 8
"""Parts that are listed before "and 3 more"."""

SIGNS = dict.fromkeys(Outcome, "✗") | {
    Outcome.EXACT: "✓",
    Outcome.CONSTANT: "✓",
    Outcome.OTHER_LOSS: "✓",
    Outcome.UNCLEAR: "?",
    Outcome.FAILED: "!",
}
GAP = "   "
"""Stands between two things that are said in one line; a line that is too long is broken there first."""

PEOPLE = {"torch": "PyTorch", "keras": "Keras"}


@frozen
class Headline:
    """The verdict in one line.

    Attributes:
        word: ``WRONG``, ``EXACT UP TO A CONSTANT``.
        what: which parts it is about; may be empty.
        size: how far off, and against whom; may be empty.
    """

    word: str
    what: str
    size: str

    def __str__(self) -> str:
        return GAP.join(filter(None, ("  ".join(filter(None, (self.word, self.what))), self.size)))


def kind(outcome: Outcome) -> str:
    """Return ``good``, ``bad`` or ``warn``: the colour of a verdict, by name."""
    return "good" if outcome.right else "bad" if outcome.mistaken else "warn"


def printable(text: str) -> str:
    """Return text with everything invisible spelled out.

    Names come from other people's files: an escape sequence would change the terminal, a lone surrogate cannot be
    written to a file, and a character that turns the direction of writing shows another line than is there.
    """
    shown = text.expandtabs(4)
    if shown.isprintable():
        return shown
    return "".join(c if c.isprintable() or c == "\n" else _spelled(c) for c in shown)


def _spelled(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def ordered(parts: Iterable[Part]) -> list[Part]:
    """Return parts, worst first."""
    return sorted(parts, key=lambda part: (WORST_FIRST.index(part.outcome), -distance(part)))


def wrong(check: Check) -> list[Part]:
    """Return the parts that are wrong, worst first."""
    return ordered(part for part in check.parts if part.outcome.mistaken)


def open_questions(check: Check) -> list[Part]:
    """Return the parts of which nothing is known: they could not be run, or one could not tell."""
    return ordered(part for part in check.parts if part.outcome in (Outcome.UNCLEAR, Outcome.FAILED))


def distance(part: Part) -> float:
    """Return the noise units of a part as a number to sort by: NaN is worse than anything, nothing is best."""
    if part.noise_units is None:
        return -1.0
    return math.inf if math.isnan(part.noise_units) else part.noise_units


def worst(parts: Iterable[Part]) -> float | None:
    """Return the largest noise units, or None where none of the parts has any."""
    found = [distance(part) for part in parts if part.noise_units is not None]
    return max(found, default=None)


def witnesses(parts: Iterable[Part]) -> list[str]:
    """Return whom the parts were compared with, each once, the way people write it."""
    names = dict.fromkeys(name for part in parts for name in part.witnesses)
    return [_person(name) for name in names]


def _person(witness: str) -> str:
    name, space, version = witness.partition(" ")
    return PEOPLE.get(name, name) + space + version


def capped(names: Sequence[str], most: int = MOST) -> str:
    """Return ``a, b and 3 more``."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def named(parts: Sequence[Part]) -> str:
    """Return parts by name: ``gradient of layer_1/kernel, layer_1/bias; update``."""
    groups: dict[str, list[str]] = {}
    for part in parts[:MOST]:
        quantity, of, parameter = part.what.partition(" of ")
        groups.setdefault(quantity + of, []).append(parameter)
    more = len(parts) - MOST
    words = "; ".join(quantity + ", ".join(filter(None, names)) for quantity, names in groups.items())
    return words + (f" and {more} more" if more > 0 else "")


def counted(parts: Sequence[Part]) -> str:
    """Return what was judged, in short: ``forward, reported loss, 4 gradients, update``."""
    groups: dict[str, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.what.partition(" of ")[0], []).append(part)
    return ", ".join(same[0].what if len(same) == 1 else plural(len(same), of) for of, same in groups.items())


def headline(check: Check) -> Headline:
    """Return the verdict in one line."""
    if check.outcome.mistaken:
        concerned = wrong(check)
        what = named(concerned)
    elif check.outcome.right:
        concerned = [part for part in check.parts if part.outcome.right]
        unknown = named(open_questions(check))
        what = counted(concerned) + (f"; {unknown} NOT JUDGED" if unknown else "")
    else:
        concerned, what = [], ""
    return Headline(str(check.outcome).upper(), what, _size(concerned, check.outcome.right))


def _size(parts: Sequence[Part], right: bool) -> str:
    far, whom = worst(parts), witnesses(parts)
    against = f"against {', '.join(whom)}" if whom else ""
    size = "" if far is None else sized(far)
    return " ".join(filter(None, ("at most" if right and size else "", size, against)))


def sized(far: float) -> str:
    """Return ``7.8e+13 noise units``."""
    return units(far) + (" noise units" if math.isfinite(far) else "")
