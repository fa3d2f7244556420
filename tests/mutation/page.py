"""The part of docs/mutation.md that is generated: how many mutants died, and the table of those that did not.

Reasons are written by people, in the last column. They are kept as long as the change that they explain lives.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import takewhile

AT_LEAST = 0.95
UNEXPLAINED = "**unexplained**"
BEGIN, END = "<!-- generated: nox -s mutation -->\n", "<!-- end -->\n"
DEAD = ("killed", "timeout")


@dataclass(frozen=True)
class Survivor:
    """A change that no test notices."""

    file: str
    line: int
    old: str
    new: str

    @property
    def change(self) -> str:
        """What the table calls it."""
        return f"{_code(self.old)} → {_code(_fragment(self.old, self.new))}"


def _fragment(old: str, new: str) -> str:
    """Return the words of ``new`` that ``old`` does not have, and one on either side."""
    before, after = old.split(), new.split()
    first = _alike(before, after)
    last = _alike(before[first:][::-1], after[first:][::-1])
    start, stop = max(first - 1, 0), len(after) - max(last - 1, 0)
    return "… " * (start > 0) + " ".join(after[start:stop]) + " …" * (stop < len(after))


def _alike(one: list[str], other: list[str]) -> int:
    """Return how many words are the same, from the first on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`" if text else "nothing"


def share(statuses: Collection[str]) -> float:
    """Return how many of the mutants died, between 0 and 1."""
    return sum(status in DEAD for status in statuses) / max(len(statuses), 1)


def numbers(outcomes: Mapping[tuple[str, str], str]) -> list[str]:
    """Return the table of what became of the mutants."""
    rows = ["| where | mutants | killed | timed out | survived | dead |", "|---|---|---|---|---|---|"]
    for room in ("scratch", "parity/judge", ""):
        own = [status for (file, _), status in outcomes.items() if file.startswith(room)]
        killed, late = own.count("killed"), own.count("timeout")
        lives = len(own) - killed - late
        name = f"`{room}/`" if room else "all"
        rows.append(f"| {name} | {len(own):,} | {killed:,} | {late:,} | {lives:,} | {share(own):.1%} |")
    return rows


def reasons(page: str) -> dict[tuple[str, str], str]:
    """Return the reasons that stand in a page, by file and change."""
    found = {}
    for row in page.splitlines():
        cells = row.removeprefix("| ").removesuffix(" |").split(" | ")
        if len(cells) == 3 and ":" in cells[0]:
            place, change, reason = cells
            found[place.strip("`").partition(":")[0], change] = reason
    return found


def updated(page: str, outcomes: Mapping[tuple[str, str], str], survivors: Collection[Survivor]) -> str:
    """Return the page with new tables, and with the reasons that it has."""
    before, rest = page.split(BEGIN)
    generated, after = rest.split(END)
    known = reasons(generated)
    rows = [
        f"| `{s.file}:{s.line}` | {s.change} | {known.get((s.file, s.change), UNEXPLAINED)} |"
        for s in survivors
    ]
    table = ["| where | change | why nothing notices |", "|---|---|---|", *rows]
    return before + BEGIN + "\n".join(["", *numbers(outcomes), "", *table, ""]) + "\n" + END + after
