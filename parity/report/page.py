"""``index.html``: one page that needs nothing else, no network and no JavaScript."""

from collections import Counter
from collections.abc import Mapping
from functools import partial

from parity.report import truth, views, wording
from parity.report.figures import Picture
from parity.report.templating import environment, style
from parity.results import Results


def page(results: Results, pictures: Mapping[str, Picture]) -> str:
    """Return the whole page.

    Args:
        results: any.
        pictures: by name, as :func:`parity.report.figures.draw_all` returns them.
    """
    anchors = views.anchors(results)
    claims = [claim for scenario in results.scenarios for claim in scenario.claims]
    return (
        environment()
        .get_template("index.html")
        .render(
            results=results,
            pictures=pictures,
            css=style(),
            headline=views.headline(results),
            facts=views.facts(results),
            threshold=views.threshold(results),
            unavailable=views.unavailable(results),
            scenarios=views.ordered(results),
            columns=views.columns(results),
            anchors=anchors,
            cell=partial(views.cell, results, anchors),
            refuted=[claim for claim in claims if claim.outcome == "does not hold"],
            claim_counts=Counter(claim.outcome for claim in claims),
            standings=truth.standings(results),
            contestants=truth.contestants(results),
            timings={name: wording.seconds(value) for name, value in results.timings.items()},
        )
    )
