"""The result of ``parity.check_gradient`` as a check, so that one report can show both."""

from typing import TYPE_CHECKING

from parity.checking.findings import Check, Outcome, Part
from parity.checking.wording import ordered
from parity.results import Verdict

if TYPE_CHECKING:
    from parity.oracles.findings import GradientCheck, TensorCheck

OUTCOMES = {
    Verdict.HOLDS: Outcome.EXACT,
    Verdict.BROKEN: Outcome.WRONG,
    Verdict.UNCLEAR: Outcome.UNCLEAR,
    Verdict.FAILED: Outcome.FAILED,
}


def as_check(found: "GradientCheck", subject: str) -> Check:
    """Return a check of gradients as a :class:`Check`.

    Args:
        found: any.
        subject: what was checked, in words.
    """
    parts = tuple(ordered(map(_part, found.tensors)))
    return Check(subject, OUTCOMES[found.verdict], parts=parts, notes=found.warnings)


def _part(tensor: "TensorCheck") -> Part:
    said = [tensor.reason, *(f"worst at {entry}" for entry in tensor.entries[:1])]
    if tensor.ratio is not None:
        said.append(f"ratio {tensor.ratio:.9g} everywhere")
    units = tensor.noise_units if tensor.method else None
    whom = (tensor.method,) if tensor.method else ()
    outcome = OUTCOMES[tensor.verdict]
    return Part(f"gradient of {tensor.path}", outcome, units, whom, "; ".join(filter(None, said)))
