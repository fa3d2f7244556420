"""What a check of a user's network found out: plain data, the same for the terminal, HTML, pytest and grading."""

from enum import StrEnum
from typing import Any

from attrs import asdict, field, frozen


class Outcome(StrEnum):
    """The verdict of a network, or of a part of it."""

    EXACT = "exact"
    CONSTANT = "exact up to a constant"
    OTHER_LOSS = "exact for another loss"
    UPDATE_WRONG = "gradient right, update wrong"
    WRONG = "wrong"
    WRONG_OPTION = "wrong with an option"
    UNCLEAR = "could not tell"
    FAILED = "could not run"

    @property
    def right(self) -> bool:
        """Whether backprop and update are right: a constant factor or another loss is said, but no mistake."""
        return self in (Outcome.EXACT, Outcome.CONSTANT, Outcome.OTHER_LOSS)

    @property
    def mistaken(self) -> bool:
        """Whether something is wrong."""
        return self in (Outcome.WRONG, Outcome.UPDATE_WRONG, Outcome.WRONG_OPTION)


WORST_FIRST = (
    Outcome.WRONG,
    Outcome.UPDATE_WRONG,
    Outcome.WRONG_OPTION,
    Outcome.FAILED,
    Outcome.UNCLEAR,
    Outcome.OTHER_LOSS,
    Outcome.CONSTANT,
    Outcome.EXACT,
)


@frozen
class Part:
    """One thing that was judged.

    Attributes:
        what: ``forward``, ``reported loss``, ``gradient of layer_1/kernel``, ``update``, ``optimizer state``.
        outcome: its verdict.
        noise_units: how far it is from what it should be, in noise units; None where that has no meaning.
        witnesses: whom it was compared with: ``complex step``, ``the network by hand``, ``torch 2.13.0``.
        message: a sentence with the evidence: worst entry, ratio, cosine, which probe changed it.
    """

    what: str
    outcome: Outcome
    noise_units: float | None = None
    witnesses: tuple[str, ...] = ()
    message: str = ""


@frozen
class Reason:
    """Why it is wrong: an entry of the catalogue that gives the user's own numbers.

    Attributes:
        code: ``G114``.
        name: a few words.
        fix: what to do, in the user's own names where they are known.
        evidence: how it is known.
        where: ``mynet.py:57, in backward(): W2 is changed here and read again in line 60``; empty where unknown.
        hint: the fix as a hint that does not give the answer away, for students.
        looks: what to look at, for students: how such a mistake shows.
    """

    code: str
    name: str
    fix: str
    evidence: str = ""
    where: str = ""
    hint: str = ""
    looks: str = ""


@frozen
class Check:
    """Everything that a check of one network found out.

    Attributes:
        subject: what was checked, as the user named it: ``mynet.py`` or ``mynet.py:Net``.
        outcome: the verdict of the whole.
        understood: what it was taken for, a line each.
        parts: what was judged, worst first.
        reasons: the mistakes, all that are known to be there; empty where nothing is wrong or the cause is unknown.
        evidence: what is known of a mistake that has no name; lines.
        notes: what else the user should know; lines.
        next: what to do next; lines. Where nothing was understood, the adapter to fill in.
        seconds: how long it took.
    """

    subject: str
    outcome: Outcome
    understood: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    reasons: tuple[Reason, ...] = ()
    evidence: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    seconds: float = field(default=0.0, eq=False)

    def __bool__(self) -> bool:
        """Whether backprop is right; "could not tell" is not right either."""
        return self.outcome.right

    def exit_code(self, strict: bool = False) -> int:
        """Return what the command exits with.

        0 right, 1 wrong, 3 could not run, 4 could not tell. With ``strict``, a constant factor or another loss than
        the one reported is wrong too.
        """
        if strict and self.outcome in (Outcome.CONSTANT, Outcome.OTHER_LOSS):
            return 1
        return {Outcome.FAILED: 3, Outcome.UNCLEAR: 4}.get(self.outcome, 0 if self.outcome.right else 1)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data, for JSON."""
        return asdict(
            self, value_serializer=lambda _, __, value: str(value) if isinstance(value, Outcome) else value
        )

    def __str__(self) -> str:
        """Return it as text for a terminal."""
        from parity.checking.text import as_text

        return as_text(self)

    def _repr_html_(self) -> str:
        """Show it in a notebook."""
        from parity.checking.html import fragment

        return fragment(self)
