"""The catalogue in words: one bug, all of them as a list, and all of them as a page."""

import ast
import difflib
import inspect
from functools import cache
from itertools import islice
from textwrap import dedent, fill, indent
from typing import Any

import scratch.layers
import scratch.losses
from parity.diagnosis.blind import shows
from parity.diagnosis.bug import Bug, Group
from parity.diagnosis.catalogue import CATALOGUE, GROUPS
from parity.errors import ParityError
from parity.scenarios import Problem, build, load, shipped

WIDTH = 100
LABEL = 15


def find(code: str) -> Bug:
    """Return a bug by its code, in any case.

    Raises:
        ParityError: there is none.
    """
    if bug := CATALOGUE.get(code.strip().upper()):
        return bug
    near = difflib.get_close_matches(code.upper(), CATALOGUE, n=3, cutoff=0.6)
    hint = f"parity explain {near[0]}" if near else "parity explain  lists all of them"
    raise ParityError([f"code is {code!r}, but should be one of the catalogue, like G101"], hint=hint)


def explain(bug: Bug) -> str:
    """Return everything about a bug, as text for a terminal."""
    group = next(group for group in GROUPS if bug in group)
    lines = [f"{bug.code}  {bug.name}", "", _row("kind", group.title), _row("how it looks", bug.looks)]
    lines.append(_row("fix", bug.fix))
    if bug.hidden:
        lines.append(_row("invisible", bug.hidden))
    lines.append(_row("shows in", ", ".join(shows_in(bug))))
    lines += [_row("seen in" if number == 0 else "", place) for number, place in enumerate(bug.seen)]
    lines += ["", f"The wrong rule, in the place of {_places(bug)}:", "", indent(bug.source, "    ")]
    if right := right_rule(bug):
        lines += ["", f"The right one, {right[0]}:", "", indent(right[1], "    ")]
    return "\n".join([*lines, "", f"See it: parity run {shows_in(bug)[0]} --plant {bug.code}"])


def listing() -> str:
    """Return all codes and names, by kind, as text for a terminal."""
    blocks = ["\n".join([group.title, *(f"  {bug.code}  {bug.name}" for bug in group)]) for group in GROUPS]
    return "\n\n".join(blocks)


def as_dict(bug: Bug) -> dict[str, Any]:
    """Return a bug as plain data, for JSON."""
    return {
        "code": bug.code,
        "name": bug.name,
        "in place of": list(bug.places),
        "looks": bug.looks,
        "fix": bug.fix,
        "invisible": bug.hidden,
        "seen in": list(bug.seen),
        "sizes": list(bug.sizes),
        "rule": bug.source,
    }


def as_markdown() -> str:
    """Return the catalogue as the page ``docs/mistakes.md``."""
    head = [
        "# Mistakes",
        "",
        "<!-- made by: python -m parity.diagnosis -->",
        "",
        f"{len(CATALOGUE)} mistakes that people make in hand-written backprop, each as the few lines "
        f"that are wrong. "
        "`parity run` names them when the numbers are exactly the ones that a mistake gives; "
        "`parity explain G114` shows one in the terminal. How surely they are caught is measured in "
        "[power.md](power.md).",
        "",
    ]
    return "\n".join([*head, *(line for group in GROUPS for line in _chapter(group))])


def shows_in(bug: Bug, most: int = 3) -> list[str]:
    """Return shipped scenarios in which it changes a number, first those that are made for looking at mistakes."""
    found = (problem.scenario.name for problem in _problems() if shows(problem, bug))
    return list(islice(found, most))


@cache
def _problems() -> list[Problem]:
    names = sorted(shipped(), key=lambda name: not name.startswith("mistakes-"))
    return [build(load(name)) for name in names]


def right_rule(bug: Bug) -> tuple[str, str] | None:
    """Return where the right rule stands, and its text; None where it is not a single one."""
    owner, _, method = bug.places[0].partition(".")
    for room in (scratch.layers, scratch.losses):
        kind = getattr(room, owner, None)
        if isinstance(kind, type):
            lines, number = inspect.getsourcelines(getattr(kind, method))
            file = kind.__module__.replace(".", "/") + ".py"
            return f"{file}:{number}", _without_docstring(dedent("".join(lines)))
    return None


def _chapter(group: Group) -> list[str]:
    lines = [f"## {group.title}", "", group.about, ""]
    for bug in group:
        lines += [
            f"### {bug.code} {bug.name}",
            "",
            f"**Looks like this:** {bug.looks}",
            "",
            f"**Fix:** {bug.fix}",
            "",
        ]
        lines += [f"**Invisible** {bug.hidden}.", ""] if bug.hidden else []
        lines += [f"In the place of {_places(bug, '`')}:", "", "```py", bug.source, "```", ""]
        lines += [f"**Seen in** {'; '.join(map(_linked, bug.seen))}", ""] if bug.seen else []
    return lines


def _linked(seen: str) -> str:
    """Return a sighting with a link to its thread or repository; addresses become links by themselves."""
    where, _, what = seen.partition(": ")
    if where.startswith("https://"):
        return f"<{where}>: {what}"
    repository, _, thread = where.split(" ")[0].partition("#")
    address = f"https://github.com/{repository}" + (f"/issues/{thread}" if thread else "")
    return f"[{where}]({address}): {what}"


def _places(bug: Bug, quote: str = "") -> str:
    named = ["every loss's " + p.removeprefix("loss.") if p.startswith("loss.") else p for p in bug.places]
    return ", ".join(f"{quote}{place}{quote}" for place in named)


def _row(label: str, text: str) -> str:
    return fill(
        text, WIDTH, initial_indent=f"{label:{LABEL}}", subsequent_indent=" " * LABEL, break_on_hyphens=False
    )


def _without_docstring(source: str) -> str:
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    if ast.get_docstring(function) is None:
        return source.rstrip()
    lines, doc = source.splitlines(), function.body[0]
    return "\n".join([*lines[: doc.lineno - 1], *lines[doc.end_lineno :]])
