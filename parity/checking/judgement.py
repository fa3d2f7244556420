"""What is found of a network, before it is put into words."""

from attrs import field, frozen

from parity.checking.findings import Outcome, Part
from parity.checking.losses import Kind
from parity.checking.naming import Named
from parity.checking.reported import Reported
from parity.checking.update import Update


@frozen(eq=False)
class Judgement:
    """What is said of a network.

    Attributes:
        outcome: the verdict.
        parts: what was judged.
        named: mistakes, all that give the user's numbers.
        kind: of the loss whose gradient it is, or nearly is.
        reported: the loss that is reported, where one was recognized.
        update: what the update is; None where it was not looked at.
        unfinished: why a part could not be judged; lines.
        evidence: of a mistake without a name; lines.
    """

    outcome: Outcome
    parts: tuple[Part, ...]
    named: tuple[Named, ...] = ()
    kind: Kind | None = None
    reported: Reported | None = None
    update: Update | None = None
    unfinished: tuple[str, ...] = ()
    evidence: tuple[str, ...] = field(factory=tuple)
