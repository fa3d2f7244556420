"""Results in a notebook: the table of everything and the verdict, as HTML that needs no style sheet."""

from functools import partial

from parity.report import views
from parity.report.templating import environment
from parity.results import Results


def fragment(results: Results) -> str:
    """Return a piece of HTML for the output of a notebook's cell."""
    names = views.anchors(results)
    return (
        environment()
        .get_template("fragment.html")
        .render(
            results=results,
            headline=views.headline(results),
            facts=views.facts(results),
            threshold=views.threshold(results),
            unavailable=views.unavailable(results),
            scenarios=views.ordered(results),
            columns=views.columns(results),
            cell=partial(views.cell, results, names),
        )
    )
