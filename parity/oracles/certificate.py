"""What was proved of a training run."""

from typing import Any

import cattrs
from attrs import asdict, field, frozen

from parity.oracles.balls import Number, of_objects
from parity.results import Verdict
from scratch.tree import Array


@frozen
class Numbers:
    """An array of numbers that are known.

    Attributes:
        shape: of the array.
        entries: its numbers, row by row.
    """

    shape: list[int]
    entries: list[Number]

    @property
    def balls(self) -> Array:
        """The array as balls; compute with them within :func:`parity.oracles.balls.precision`."""
        return of_objects([number.ball for number in self.entries], tuple(self.shape))

    @property
    def decimals(self) -> list[str]:
        """The certain digits of each entry, row by row."""
        return [number.decimal for number in self.entries]


@frozen
class Certificate:
    """Proven digits of the exact training run of a scenario.

    Attributes:
        scenario: its name.
        quantity: ``loss``, ``gradient``, ``weights`` or ``predictions``.
        epochs: how many were asked for; 0 if nothing is trained.
        digits: how many significant ones were asked for.
        verdict: holds (all digits of all numbers are certain), broken (``backward`` is wrong), could not tell.
        updates: after how many updates ``numbers`` are true; fewer than asked for, if more could not be certified.
        updates_wanted: after how many they were asked for.
        numbers: by path; for a loss ``loss``, the one before the last update.
        precision: bits that the run began with.
        method: how it was proved, in words.
        seconds: how long it took.
        reason: why it does not hold.
        mistakes: derivatives that ``backward`` has wrong.
        cached: it was proved earlier, and read from the cache.
    """

    scenario: str
    quantity: str
    epochs: int
    digits: int
    verdict: Verdict
    updates: int
    updates_wanted: int
    numbers: dict[str, Numbers]
    precision: int
    method: str
    seconds: float
    reason: str = ""
    mistakes: list[str] = field(factory=list)
    cached: bool = False

    @property
    def certain(self) -> int:
        """How many significant digits are certain of every number."""
        return min((n.digits for array in self.numbers.values() for n in array.entries), default=0)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Any) -> "Certificate":
        """Undo :meth:`as_dict`."""
        certificate: Certificate = cattrs.structure(data, cls)
        return certificate
