"""A row of the table of grades."""

from pathlib import Path

from attrs import frozen

from parity.checking.findings import Check, Outcome
from parity.checking.wording import open_questions, ordered, worst


@frozen
class Row:
    """What became of one file.

    Attributes:
        file: as it was named.
        check: what was found out.
        again: whether it was known from an earlier run.
    """

    file: Path
    check: Check
    again: bool = False

    @property
    def codes(self) -> list[str]:
        """The causes, by code; without one, by name."""
        return [reason.code or reason.name for reason in self.check.reasons]

    @property
    def ran(self) -> bool:
        """Whether it could be graded, whatever the verdict."""
        return self.check.outcome is not Outcome.FAILED

    @property
    def message(self) -> str:
        """A sentence with what is known of the worst part, or of a mistake without a name."""
        if self.check.outcome.right:
            unknown = [f"{part.what} NOT JUDGED: {part.message}" for part in open_questions(self.check)]
            return "; ".join([*unknown, *self.check.notes])
        said = [part.message for part in ordered(self.check.parts) if part.message and not part.outcome.right]
        return "; ".join([*said[:1], *self.check.evidence]) or "; ".join(self.check.notes)

    @property
    def noise_units(self) -> float | None:
        """The worst of all parts."""
        return worst(self.check.parts)


def could_not(file: Path, why: str, *, following: str = "") -> Check:
    """Return the check of a file that could not be checked."""
    return Check(str(file), Outcome.FAILED, evidence=(why,), next=(following,) if following else ())
