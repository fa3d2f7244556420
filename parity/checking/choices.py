"""Every activation that a network lets one choose: right with the default does not mean right with the others."""

from attrs import evolve

from parity.checking.examining import examine
from parity.checking.findings import Check, Outcome, Part, Reason
from parity.checking.judging import judge
from parity.checking.network import Network
from parity.checking.telling import reasons
from parity.subject.failure import SubjectFailure


def with_choices(check: Check, network: Network) -> Check:
    """Return a right check with what is found when the network is made with each of its other choices."""
    parts: list[Part] = []
    causes: list[Reason] = []
    notes: list[str] = []
    evidence: list[str] = []
    for variant in network.variants():
        choice = variant.told["choice"]
        if not variant.layers:
            notes.append(f"with {choice} its forward pass is none that is known: not judged")
            continue
        try:
            found = examine(variant)
            judgement = judge(found, None)
        except SubjectFailure as failure:
            notes.append(f"with {choice} it could not be judged: {failure.message}")
            continue
        if judgement.outcome.right:
            parts.append(Part(f"with {choice}", Outcome.EXACT, None, (), "the same verdict"))
            continue
        worst = max(
            (p for p in judgement.parts if p.outcome.mistaken),
            key=lambda p: p.noise_units or 0.0,
            default=None,
        )
        message = f"{worst.what}: {worst.message}" if worst else ""
        units = worst.noise_units if worst else None
        parts.append(
            Part(f"with {choice}", Outcome.WRONG_OPTION, units, worst.witnesses if worst else (), message)
        )
        causes += [evolve(r, evidence=f"with {choice}: {r.evidence}") for r in reasons(judgement)]
        evidence += [f"with {choice}: {line}" for line in judgement.evidence]
    wrong = any(part.outcome is Outcome.WRONG_OPTION for part in parts)
    return evolve(
        check,
        outcome=Outcome.WRONG_OPTION if wrong else check.outcome,
        parts=(*check.parts, *parts),
        reasons=(*check.reasons, *causes),
        evidence=(*check.evidence, *evidence),
        notes=(*check.notes, *notes),
    )
