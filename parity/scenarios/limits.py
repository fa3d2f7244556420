"""What a single value in a scenario may be, written beside its type: ``epochs: Count``."""

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from attrs import frozen


@frozen
class Limit:
    """A condition on a value that already has the right type.

    Attributes:
        description: how it continues "should be a whole number …".
        allows: whether a value fulfils it.
    """

    description: str
    allows: Callable[[Any], bool]


Count = Annotated[int, Limit("of at least 1", lambda n: n >= 1)]
Seed = Annotated[int, Limit("from 0 to 4294967295", lambda n: 0 <= n < 2**32)]
NotNegative = Annotated[float, Limit("that is not negative", lambda v: v >= 0)]
Positive = Annotated[float, Limit("above 0", lambda v: v > 0)]
Fraction = Annotated[float, Limit("of at least 0 and below 1", lambda v: 0 <= v < 1)]
Name = Annotated[
    str,
    Limit(
        "of lower-case words joined by hyphens", lambda s: bool(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", s))
    ),
]
Words = Annotated[str, Limit("that is not empty", lambda s: bool(s.strip()))]
Vector = list[float]
Matrix = list[list[float]]

DatasetName = Literal["bump", "house_prices", "noise", "running_decision", "sensor", "xor"]
FrameworkName = Literal["torch", "keras"]
