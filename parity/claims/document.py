"""``docs/claims.md``: what the articles say, and what was measured."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from parity.claims.systems import ARTICLES, SYSTEMS
from parity.results import Claim

INTRODUCTION = """\
# What the articles say, and what is true of it

Every claim of the five articles that can be checked, held against the hand-written network in float64.
This page is generated: `python -m parity.claims > docs/claims.md`.

A printed number says itself how exact it is: 1.17 holds if the measured value rounds to it. *About* allows
one unit more in the last printed digit. A claim without a number says yes. *Reference* is a measurement that
nobody claimed otherwise. Claims about PyTorch and Keras are *not checked* here, where no framework runs; the
report of `parity run` has them.
"""


def document(claims: Mapping[str, Sequence[Claim]]) -> str:
    """Return the page.

    Args:
        claims: the checked claims of each scenario by its name.
    """
    everything = [(name, claim) for name, own in claims.items() for claim in own]
    parts = [INTRODUCTION, "## In short\n", *_summary(everything)]
    for article in ARTICLES:
        parts += [f"\n## {article}\n", *_claims(article, everything)]
    parts += ["\n## Where everything is\n", *_systems()]
    return "\n".join(parts) + "\n"


def _summary(claims: Sequence[tuple[str, Claim]]) -> Iterator[str]:
    counts = Counter(claim.outcome for _, claim in claims)
    yield from _table(("Outcome", "Claims"), ((outcome, str(n)) for outcome, n in counts.most_common()))


def _claims(article: str, claims: Sequence[tuple[str, Claim]]) -> Iterator[str]:
    own = sorted(
        ((name, claim) for name, claim in claims if article in claim.source.split("; ")),
        key=lambda pair: _in_order(pair[1].id),
    )
    head = ("Id", "Claim", "Scenario", "Claimed", "Measured", "Outcome", "Why")
    yield from _table(
        head,
        ((c.id, c.text, f"`{name}`", c.claimed, c.measured, _marked(c.outcome), c.reason) for name, c in own),
    )


def _systems() -> Iterator[str]:
    yield from _table(
        ("What", "Article", "Scenario", "Note"),
        (
            (
                system.text,
                "; ".join(system.articles),
                ", ".join(f"`{name}`" for name in system.scenarios),
                system.note,
            )
            for system in SYSTEMS
        ),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def _marked(outcome: str) -> str:
    return f"**{outcome}**" if outcome == "does not hold" else outcome


def _in_order(id: str) -> tuple[int, str]:  # noqa: A002 - it is one
    """Sort ``C9`` before ``C10``, and ``C10`` before ``C10a``."""
    number = re.search(r"\d+", id)
    return int(number[0]) if number else 0, id
