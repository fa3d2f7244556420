"""``index.html``: one page that needs nothing else, no network and no JavaScript."""

from base64 import b64encode
from collections import Counter
from collections.abc import Mapping
from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from parity.report import divergence, predictions, views, wording
from parity.report.figures import Picture
from parity.results import Convention, Implementation, Results, Run, ScenarioResult, Verdict
from parity.results.verdicts import against_expectation

KINDS = {
    Verdict.HOLDS: "holds",
    Verdict.BROKEN: "broken",
    Verdict.FAILED: "failed",
    Verdict.UNCLEAR: "unclear",
}
QUANTITIES = ["initial weight", "output", "loss", "gradient", "weight", "prediction", "class"]


def page(results: Results, pictures: Mapping[str, Picture]) -> str:
    """Return the whole page.

    Args:
        results: any.
        pictures: by name, as :func:`parity.report.figures.draw_all` returns them.
    """
    environment, anchors = _environment(), views.anchors(results)
    claims = [claim for scenario in results.scenarios for claim in scenario.claims]
    return environment.get_template("index.html").render(
        results=results,
        pictures=pictures,
        css=_style(),
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
        timings={name: wording.seconds(value) for name, value in results.timings.items()},
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("parity.report"),
        autoescape=True,  # names come from people's files
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        w=wording,
        words=wording.WORDS,
        signs=wording.SIGNS,
        outcome=views.outcome,
        counts_as=against_expectation,
        needs_attention=views.needs_attention,
        quantities_of=quantities_of,
        conventions_of=conventions_of,
        scratch_first=predictions.scratch_first,
    )
    environment.filters.update(
        kind=KINDS.__getitem__,
        slug=views.slug,
        data_uri=_data_uri,
        got_and_want=divergence.got_and_want,
        first_differs=divergence.first_differs,
        capitalize_first=lambda text: text[:1].upper() + text[1:],
        prediction_rows=predictions.rows,
    )
    return environment


def _style() -> Markup:
    loader = _environment().loader
    assert loader is not None
    return Markup(loader.get_source(_environment(), "style.css")[0])  # noqa: S704 - our own file


def _data_uri(png: bytes) -> str:
    return "data:image/png;base64," + b64encode(png).decode()


def quantities_of(scenario: ScenarioResult) -> list[str]:
    """Return the quantities that were compared anywhere in a scenario, in the order in which they arise."""
    found = {q for run in scenario.runs for i in run.implementations for q in i.worst_by_quantity}
    return [q for q in QUANTITIES if q in found] + sorted(found - set(QUANTITIES))


def conventions_of(scenario: ScenarioResult) -> list[tuple[Run, Implementation, Convention]]:
    """Return the conventions that were found in a scenario, and where."""
    return [(run, i, c) for run in scenario.runs for i in run.implementations for c in i.conventions]
