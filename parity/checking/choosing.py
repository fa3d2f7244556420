"""Which of the networks that a file may hold is meant: all are examined, and the one that can be believed is taken."""

import time
from collections.abc import Iterator, Sequence

from attrs import evolve

from parity.checking.examining import Examination, examine
from parity.checking.network import Network
from parity.checking.own_loss import own_loss
from parity.checking.reported import losses_of
from parity.subject.failure import SubjectFailure
from parity.subject.process import Subject

MOST_CANDIDATES = 24
MOST_OF_THEIR_OWN = 3
"""Readings that are compared with a loss of the network's own, before a less natural one is believed."""

LATE = "not everything was tried: the time limit was reached; --time-limit 300 gives it five minutes"

GLANCE = 0.3
"""Seconds in which a training loop is looked for, where all else is known."""

PATIENCE = 2.5
"""Seconds in which something better is looked for than a gradient that is partly right."""


class Choice:
    """The search for the network, and what it found.

    Attributes:
        network: the one that was understood best; None where none was.
        found: what its gradient is; None where nothing was found that trains it.
        loops: the same network by other calls, its training loop above all.
        notes: what was not tried, and why.
    """

    def __init__(self, subject: Subject, loss: str, deadline: float) -> None:
        """Search until ``deadline`` (of the monotonic clock).

        Args:
            subject: the process that has loaded the file.
            loss: what the user says of it; empty where nothing is said.
            deadline: when to stop.

        Raises:
            SubjectFailure: the process died, or hangs.
        """
        self._subject, self._loss, self._deadline = subject, loss, deadline
        self.loops: list[Examination] = []
        self.notes: list[str] = []
        self.network, self.found = self._understood()

    def _understood(self) -> tuple[Network | None, Examination | None]:
        """Return the network that was understood best, and what its gradient is.

        A gradient that is partly right may be that of a mistake, or of a call that was misunderstood: for a while
        others are looked at, and a right one is believed.
        """
        forward_only: Network | None = None
        examined: list[Examination] = []
        until, own = self._deadline, 0
        for network in self._candidates():
            if not network.layers:
                continue
            if network.training is None:
                forward_only = forward_only or network
                continue
            found = self._examined(network)
            if found is None:
                continue
            examined.append(found)
            if found.right:
                self.loops = self._others(found)
                break
            own += found.natural
            if found.natural and own <= MOST_OF_THEIR_OWN and own_loss(found) is not None:
                examined = [found]
                break
            if found.partly_right and found.natural and found.has_a_name:
                break
            if found.partly_right:
                until = min(until, time.monotonic() + PATIENCE)
            if time.monotonic() > until:
                break
        chosen = best(examined)
        return (chosen.network, chosen) if chosen is not None else (forward_only, None)

    def _examined(self, network: Network) -> Examination | None:
        try:
            return examine(network)
        except SubjectFailure as failure:
            if failure.kind in ("raised", "refused"):
                return None
            raise

    def _others(self, right: Examination) -> list[Examination]:
        """Return the same network by other calls, its training loop above all, where those are right as well."""
        loops = [right]
        training = right.network.training
        moves = bool(training and training["moves"])
        is_loop = bool(moves and training and training["epochs"])
        enough = moves and bool(losses_of(right))
        if enough and is_loop:
            return loops
        until = time.monotonic() + (GLANCE if enough or is_loop else PATIENCE / 2)
        known = {right.network.calls}
        for network in self._candidates():
            if time.monotonic() > until:
                break
            if (
                not network.layers
                or network.training is None
                or network.layers[-1].outputs == 1 < right.network.sizes[-1]
                or network.calls in known
            ):
                continue
            known.add(network.calls)
            found = self._examined(network)
            if found is not None and found.right and found.kind is right.kind and found.shows >= right.shows:
                loops.append(found)
                if (
                    found.network.training
                    and found.network.training["epochs"]
                    and (enough or losses_of(found))
                ):
                    break
            elif self._may_hide_more(network, right, moves):
                loops.append(evolve(right, network=network, borrowed=True))
        return loops

    def _may_hide_more(self, network: Network, right: Examination, moves: bool) -> bool:
        """Return whether calls that are not right by themselves are the only ones that update, or that train."""
        training = network.training
        if not training or not training["moves"] or network.sizes != right.network.sizes:
            return False
        return bool(training["epochs"]) or not moves

    def _candidates(self) -> Iterator[Network]:
        for _ in range(MOST_CANDIDATES):
            left = self._deadline - time.monotonic()
            if left <= 0:
                self.notes.append(LATE)
                return
            try:
                told = self._subject.call("following", timeout=left)
            except SubjectFailure as failure:
                if failure.kind != "timed out" or time.monotonic() < self._deadline:
                    raise
                self.notes.append(LATE)
                return
            if told is None:
                return
            yield Network(self._subject, {**told, "loss": self._loss})


def best(examinations: Sequence[Examination]) -> Examination | None:
    """Return the examination to believe.

    A right gradient is, unless an earlier reading that is as natural and shows more (more outputs, more samples at
    once) is wrong in a way that has a name, or right with one sample alone: then the right one hides the mistake.
    """
    right = next((e for e in examinations if e.right), None)
    if right is not None:
        for other in examinations[: examinations.index(right)]:
            if (
                other.natural
                and other.shows > right.shows
                and (other.only_one or other.mixed or other.has_a_name)
            ):
                return other
        return right
    for wanted in ("partly_right", "natural"):
        for some in examinations:
            if getattr(some, wanted):
                return some
    return examinations[0] if examinations else None
