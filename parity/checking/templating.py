"""The templates of checks. Jinja2 is imported when the first page is written."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment(package: str = "parity.checking") -> "Environment":
    """Return the templates of a package; names from people's files are made harmless.

    Args:
        package: whose folder ``templates`` is searched first; then that of checks.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    from parity.checking import wording
    from parity.report.wording import plural, seconds, units

    places = dict.fromkeys((package, "parity.checking"))
    templates = Environment(
        loader=ChoiceLoader([PackageLoader(place) for place in places]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update(signs=wording.SIGNS, gap=wording.GAP, plural=plural, seconds=seconds)
    templates.filters.update(units=units, kind=wording.kind, printable=wording.printable)
    return templates
