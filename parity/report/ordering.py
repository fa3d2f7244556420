"""The order in which implementations are shown, the same everywhere."""

from collections.abc import Iterable

from parity.results import Run

SCRATCH = "scratch"


def in_order(names: Iterable[str], run: Run) -> list[str]:
    """Return names of implementations: scratch, then the frameworks as they were asked for.

    Names come from dictionaries, whose order says nothing: it is not the same after reading them from a file.
    """
    known = [SCRATCH, *(i.framework for i in run.implementations)]
    return sorted(names, key=lambda name: (known.index(name) if name in known else len(known), name))
