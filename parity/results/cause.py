"""The record of a cause: which known mistake gives the numbers that were found."""

from attrs import frozen


@frozen
class Cause:
    """A bug of the catalogue that gives, to rounding, the numbers that were found.

    Attributes:
        code: ``G101``.
        name: a few words.
        fix: what to do.
        whose: whose numbers they are: ``scratch``, or a framework.
        size: how strong the mistake is, where it has a size: a coefficient, a limit.
    """

    code: str
    name: str
    fix: str
    whose: str
    size: float | None = None
