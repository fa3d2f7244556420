"""What a student gets to read: everything, or where to look."""

import re
from pathlib import Path

from parity.checking.findings import Check, Outcome
from parity.checking.text import as_text
from parity.checking.wording import capped, counted, printable, wrong
from parity.grading.rows import Row
from parity.grading.writing import write_text

LAYER = re.compile(r" of ([^/\s]+)")


def write_feedback(row: Row, kind: str, path: Path) -> None:
    """Write the feedback on one file.

    Args:
        row: what became of it.
        kind: ``full``: all that `parity check` says; ``hint``: which layer, and what to look at, but not the answer.
        path: of the text.

    Raises:
        ParityError: it cannot be written.
    """
    text = as_text(row.check) if kind == "full" else hint(row.check)
    write_text(path, f"{printable(row.file.name)}\n\n{text}\n")


def hint(check: Check) -> str:
    """Return what helps to find a mistake without giving it away: no fix, no line, no name of the mistake."""
    if check.outcome.mistaken:
        return "\n".join(_about_mistakes(check))
    if check.outcome.right:
        return "\n".join(_about_success(check))
    if check.outcome is Outcome.FAILED:
        return (
            "It could not be run. Does it run on its own, from a fresh Python, without asking for anything?"
        )
    return "One could not tell whether it is right: it could not be found out how your network is to be used."


def _about_mistakes(check: Check) -> list[str]:
    bad = wrong(check)
    forward = [part.what for part in bad if " of " not in part.what]
    lines = ["Something is not right yet."]
    if layers := layers_of(check):
        lines.append(f"It shows in:   {capped(layers)}")
    if forward:
        lines.append(f"Wrong:         {capped(forward)}")
    if right := [part for part in check.parts if part.outcome.right]:
        lines.append(f"Right:         {counted(right)}")
    many = len(check.reasons) > 1
    for number, reason in enumerate(check.reasons, 1):
        lines += ["", f"Mistake {number} of {len(check.reasons)}"] if many else [""]
        lines += [f"How it shows:  {printable(reason.looks)}"] if reason.looks else []
        lines += [f"Hint:          {printable(reason.hint)}"] if reason.hint else []
    return lines


def _about_success(check: Check) -> list[str]:
    lines = ["Your backprop is right."]
    if check.outcome is Outcome.CONSTANT:
        lines.append("The gradient is right up to a constant factor: which one, and why does it still learn?")
    if check.outcome is Outcome.OTHER_LOSS:
        lines.append("It is the gradient of another loss than the one you compute: of which?")
    if check.parts:
        lines.append(f"Checked: {counted(check.parts)}")
    return lines


def layers_of(check: Check) -> list[str]:
    """Return the layers in which something is wrong, each once, in the order of the network."""
    found = {match[1] for part in wrong(check) if (match := LAYER.search(part.what))}
    return sorted(map(printable, found), key=lambda name: [int(n) for n in re.findall(r"\d+", name)] or [0])
