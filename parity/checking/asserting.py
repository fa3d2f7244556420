"""``parity.assert_parity``: one line in a test, and a message that says what is wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parity.checking.findings import Check, Part
from parity.checking.sections import sections
from parity.checking.wording import open_questions, printable, sized, witnesses, wrong

WIDTH = 34


def assert_parity(net: str | Path | object, *, strict: bool = False, **options: Any) -> Check:
    """Check a network that you wrote, and raise unless its backprop is right.

    Args:
        net: the path of a file, ``mynet.py`` or ``mynet.py:Net``, or the network itself.
        strict: a constant factor, or the gradient of another loss than the one reported, is wrong too.
        options: those of :func:`parity.check`.

    Returns:
        The check, if it is right.

    Raises:
        AssertionError: something is wrong, or one could not tell; the message has a line for every wrong part.
        ParityError: what was given cannot be checked.
    """
    __tracebackhide__ = True
    from parity.checking.api import check

    found: Check = check(net, **options)
    if found.exit_code(strict):
        raise AssertionError(message(found))
    return found


def message(check: Check) -> str:
    """Return why a check fails: what, by how much, against whom, why, and what next; all of it."""
    told = wrong(check) or open_questions(check) or [part for part in check.parts if part.message]
    whom = ", ".join(witnesses(told))
    title = "PARITY BROKEN" if check.outcome.mistaken else str(check.outcome).upper()
    lines = ["  ".join(filter(None, (title, printable(check.subject), whom and f"against {whom}")))]
    lines += [f"  {part_line(part)}" for part in told]
    explained = list(_explained(check))
    column = max((len(label) for label, _ in explained), default=0)
    lines += [f"  {label:{column}}  {line}" for label, line in explained]
    return "\n".join(lines)


def part_line(part: Part) -> str:
    """Return a part in one line: ``gradient of layer_1/kernel   7.8e+13 noise units   worst at [2, 1] …``."""
    size = "" if part.noise_units is None else sized(part.noise_units)
    name = printable(part.what)
    return "   ".join(filter(None, (f"{name:{WIDTH}}" if size else name, size, printable(part.message))))


def _explained(check: Check) -> Iterator[tuple[str, str]]:
    """Yield what follows the parts, with a label before the first line of each."""
    for section in sections(check):
        if section.label in ("Understood", "Verdict", "Right", "Unclear", "Why"):
            continue
        lines = [piece for line in section.lines for piece in line.splitlines()]
        labels = [section.label.lower(), *[""] * len(lines)]
        yield from zip(labels, lines, strict=False)
