"""Checks as HTML: a piece for a notebook, and a page of many."""

from collections import Counter
from collections.abc import Sequence

from parity.checking.findings import WORST_FIRST, Check
from parity.checking.sections import sections
from parity.checking.templating import environment


def fragment(check: Check) -> str:
    """Return a check as a piece of HTML for the output of a notebook's cell; it needs no style sheet."""
    return (
        environment().get_template("fragment.html").render(check=check, sections=sections(check), titled=True)
    )


def page(checks: Sequence[Check], title: str, remarks: Sequence[str] = ()) -> str:
    """Return a page of many checks, those that need attention first and open.

    Args:
        checks: any.
        title: of the page.
        remarks: lines to be read before the verdicts.
    """
    from parity.report.templating import style

    ranked = sorted(checks, key=lambda check: WORST_FIRST.index(check.outcome))
    found = Counter(check.outcome for check in ranked)
    return (
        environment()
        .get_template("checks.html")
        .render(
            title=title,
            titled=False,
            remarks=remarks,
            counts=found,
            checks=[(check, sections(check)) for check in ranked],
            css=style(),
        )
    )
