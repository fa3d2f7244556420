"""The templates, and the words they know."""

from base64 import b64encode
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from parity.report import divergence, ordering, power, predictions, truth, views, wording
from parity.results import Convention, Implementation, Run, ScenarioResult, Verdict, against_expectation

KINDS = {
    Verdict.HOLDS: "holds",
    Verdict.BROKEN: "broken",
    Verdict.FAILED: "failed",
    Verdict.UNCLEAR: "unclear",
}
QUANTITIES = ["initial weight", "output", "loss", "gradient", "weight", "prediction", "class"]


@cache
def environment() -> Environment:
    """Return the templates, with names from people's files made harmless."""
    templates = Environment(
        loader=PackageLoader("parity.report"),
        autoescape=True,  # names come from people's files
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update(
        w=wording,
        words=wording.WORDS,
        signs=wording.SIGNS,
        outcome=views.outcome,
        counts_as=against_expectation,
        needs_attention=views.needs_attention,
        quantities_of=quantities_of,
        conventions_of=conventions_of,
        in_order=ordering.in_order,
        truth=truth,
        power=power,
    )
    templates.filters.update(
        kind=KINDS.__getitem__,
        slug=views.slug,
        data_uri=_data_uri,
        worst_entry=divergence.worst_entry,
        others=divergence.others,
        relation=divergence.relation,
        cause=divergence.cause,
        first_differs=divergence.first_differs,
        capitalize_first=lambda text: text[:1].upper() + text[1:],
        prediction_rows=predictions.rows,
    )
    return templates


def style() -> Markup:
    """Return the style sheet."""
    loader = environment().loader
    assert loader is not None
    return Markup(loader.get_source(environment(), "style.css")[0])  # noqa: S704 - our own file


def _data_uri(png: bytes) -> str:
    return "data:image/png;base64," + b64encode(png).decode()


def quantities_of(scenario: ScenarioResult) -> list[str]:
    """Return the quantities that were compared anywhere in a scenario, in the order in which they arise."""
    found = {q for run in scenario.runs for i in run.implementations for q in i.worst_by_quantity}
    return [q for q in QUANTITIES if q in found] + sorted(found - set(QUANTITIES))


def conventions_of(scenario: ScenarioResult) -> list[tuple[Run, Implementation, Convention]]:
    """Return the conventions that were found in a scenario, and where."""
    return [(run, i, c) for run in scenario.runs for i in run.implementations for c in i.conventions]
