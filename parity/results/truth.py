"""The records of how far everybody is from the truth."""

from attrs import field, frozen


@frozen
class Distance:
    """How far one implementation is from the truth in one quantity.

    The unit is an ulp: the spacing of the run's number type at the array's largest true entry.

    Attributes:
        implementation: ``scratch`` or a framework.
        quantity: ``loss``, ``gradient`` (of the first step) or ``prediction`` (after the last, of all rows).
        ulps: the largest; infinite where a number is not finite.
        step: where that is.
        parameter: whose gradient that is; empty for the others.
        oracle: who knows the truth there: ``balls``, ``longdouble`` or ``float64``.
        own_error: of the oracle there, in ulps: proved for balls, else estimated.
        median: of the ulps of all steps; of a single step, the same as ``ulps``.
        count: number of steps that were measured.
        oracles: who knows the truth at all those steps, ``balls, longdouble``.
    """

    implementation: str
    quantity: str
    ulps: float
    step: int
    parameter: str
    oracle: str
    own_error: float
    median: float
    count: int
    oracles: str


@frozen
class DistanceToTruth:
    """How far everybody is from the truth in one run.

    Attributes:
        proved: how many steps balls have proved, counted from the first.
        oracle: the type of floats that knows the rest; empty if balls know all, or nobody does.
        share: its own error is at most this share of what scratch is off, or of an ulp: estimated.
        notes: what was left out, what could not be decided, and why.
        distances: one for each implementation and quantity that was measured.
    """

    proved: int
    oracle: str
    share: float
    notes: list[str] = field(factory=list)
    distances: list[Distance] = field(factory=list)
