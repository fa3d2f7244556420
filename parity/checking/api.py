"""The door: ``check`` takes a file, a class or an object, and says whether its backprop is right."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve

from parity.checking.choices import with_choices
from parity.checking.choosing import Choice
from parity.checking.examining import Examination
from parity.checking.findings import Check, Outcome
from parity.checking.judgement import Judgement
from parity.checking.judging import judge
from parity.checking.locating import where
from parity.checking.network import Network
from parity.checking.target import split
from parity.checking.telling import reasons, understood
from parity.checking.witnesses import Witnesses
from parity.subject.failure import SubjectFailure
from parity.subject.process import Subject
from parity.subject.spare import Spare

HANDLER = "parity.understanding.handler:Handler"
FRAMEWORKS = ("torch", "keras")
LOAD_SECONDS = 20.0


NO_NETWORK = "no network was found whose forward pass an independent network reproduces"
MEND = "mend the adapter: docs/check.md says what each of its functions takes and returns"


def check(
    target: str | Path | object,
    *,
    against: Sequence[str] | None = None,
    layers: Sequence[int] | None = None,
    activations: Sequence[str] | None = None,
    loss: str | None = None,
    rows: str | None = None,
    time_limit: float = 60.0,
    witnesses: Witnesses | None = None,
    spare: Spare | None = None,
) -> Check:
    """Check a network that somebody wrote by hand.

    Its code runs, in a process of its own with limits on time, memory and what it may touch.

    Args:
        target: a file (``mynet.py``, ``mynet.py:Net``, a notebook, a module's name), a class, or an object.
        against: frameworks to compare with beside the complex step; None for all, empty for none.
        layers: sizes from input to output, where they are not found.
        activations: one a layer.
        loss: the loss that it is trained for.
        rows: what a row of a batch is: ``samples`` or ``features``.
        time_limit: seconds, for everything that the user's code does.
        witnesses: frameworks that are warm already.
        spare: has a process for the user's code waiting, one of :data:`HANDLER`.

    Returns:
        What was found out. A program that raises, hangs or dies is a verdict, not an exception.

    Raises:
        ParityError: there is no such file, or it is no program.
    """
    begun = time.monotonic()
    own = None
    if witnesses is None and against != ():
        own = witnesses = Witnesses(FRAMEWORKS if against is None else against)
    wish = {
        "layers": list(layers or ()),
        "activations": list(activations or ()),
        "rows": rows or "",
        "loss": loss or "",
    }
    shown, subject = _subject(target, wish, spare)
    try:
        with subject, np.errstate(all="ignore"):  # what is infinite or no number is judged, it need not warn
            found = _Checking(shown, subject, wish, witnesses, begun + time_limit).run()
    finally:
        if own is not None:
            own.close()
    return evolve(found, seconds=time.monotonic() - begun)


def _subject(target: Any, wish: dict[str, Any], spare: Spare | None) -> tuple[str, Subject]:
    """Return how the target is called, and its process."""
    if isinstance(target, str | Path):
        file, name = split(str(target))
        wish["name"] = name
        return f"{file.name}:{name}" if name else file.name, Subject.of_file(
            file, handler=HANDLER, spare=spare
        )
    from parity.understanding.handler import ObjectHandler

    kind = target if isinstance(target, type) else type(target)
    wish["name"] = ""
    return kind.__name__, Subject.of_object(lambda: ObjectHandler(target))


class _Checking:
    """One check, from loading to the verdict."""

    def __init__(
        self, shown: str, subject: Subject, wish: dict[str, Any], witnesses: Witnesses | None, deadline: float
    ) -> None:
        self._shown, self._subject, self._wish = shown, subject, wish
        self._witnesses, self._deadline = witnesses, deadline
        self._loss = wish.pop("loss", "")
        self._notes: list[str] = []

    def run(self) -> Check:
        try:
            loaded = self._subject.call("load", timeout=LOAD_SECONDS, **self._wish)
        except SubjectFailure as failure:
            return self._failed(failure)
        if self._witnesses is not None:
            self._witnesses.warm_aside()
        self._adapted = bool(loaded["adapted"])
        self._notes += loaded["notes"]
        try:
            return self._judged(Choice(self._subject, self._loss, self._deadline))
        except SubjectFailure as failure:
            return self._failed(failure)

    def _judged(self, choice: Choice) -> Check:
        network, found = choice.network, choice.found
        self._notes += choice.notes
        if network is None:
            return self._nothing()
        if found is None:
            return self._untrained(network)
        judgement = judge(found, self._witnesses, choice.loops)
        check = self._told(network, found, judgement)
        return with_choices(check, network) if check.outcome.right else check

    def _told(self, network: Network, found: Examination, judgement: Judgement) -> Check:
        outcome, next_lines = judgement.outcome, []
        if self._witnesses is not None:
            for name, failure in self._witnesses.failures.items():
                self._notes.append(f"{name} {failure.message}")
                next_lines.append(failure.hint)
                outcome = Outcome.FAILED if outcome.right else outcome
        if outcome is not Outcome.EXACT:
            self._notes += self._subject.call("remarks", timeout=10.0)
        return Check(
            self._shown,
            outcome,
            understood(network, found, judgement),
            judgement.parts,
            reasons(judgement, self._places(found, judgement)),
            judgement.evidence,
            (*self._notes, *judgement.unfinished),
            tuple(filter(None, next_lines)),
        )

    def _places(self, found: Examination, judgement: Judgement) -> dict[str, str]:
        """Return where each mistake is, by its code."""
        if not judgement.named:
            return {}
        done = found.many or found.one
        if judgement.update is not None and judgement.update.done is not None:
            done = judgement.update.done  # it may be another call that updates
        assert done is not None
        try:
            events = done.network.trace(done.weights, done.x, done.y, done.rate)
        except SubjectFailure:
            return {}
        sizes = {path: value.size for path, value in done.weights.items()}
        wrong = [
            part.what.removeprefix("gradient of ").replace("layer_", "dense_")
            for part in judgement.parts
            if part.outcome.mistaken and part.what.startswith("gradient of ")
        ]
        first = judgement.named[0]
        if first.layers:  # each has a layer of its own
            return {
                bug.code: where(
                    [bug.code], [p for p in wrong if p.startswith(f"dense_{layer}/")], sizes, events
                )
                for bug, layer in zip(first.bugs, first.layers, strict=True)
            }
        codes = [bug.code for named in judgement.named for bug in named.bugs]
        both = len(first.bugs) > 1
        return {code: where([code] if both else [code, *codes], wrong, sizes, events) for code in codes}

    def _failed(self, failure: SubjectFailure) -> Check:
        return Check(
            self._shown,
            Outcome.FAILED,
            notes=(failure.message, *self._notes),
            next=(failure.hint,) if failure.hint else (),
        )

    def _nothing(self) -> Check:
        from parity.understanding.adapting import TEMPLATE

        tried = self._subject.call("tried", timeout=5.0)
        return Check(
            self._shown,
            Outcome.UNCLEAR,
            evidence=tuple(tried[:8]) if self._adapted and tried else (NO_NETWORK, *tried[:8]),
            notes=tuple(self._notes),
            next=(MEND,)
            if self._adapted
            else (
                "say what it is: --layers 2-4-1 --activations sigmoid,sigmoid",
                "or add an adapter to the file:",
                TEMPLATE,
            ),
        )

    def _untrained(self, network: Network) -> Check:
        from parity.understanding.adapting import TEMPLATE

        return Check(
            self._shown,
            Outcome.UNCLEAR,
            understood(network, None, None),
            evidence=(
                "nothing was found that trains it: no call changes its weights or returns gradients",
                *self._subject.call("tried", timeout=5.0)[:8],
            ),
            notes=tuple(self._notes),
            next=(MEND,) if self._adapted else ("add an adapter to the file:", TEMPLATE),
        )
