"""One tensor's gradient against the derivative of the loss: the verdict, and the entries that are to blame."""

from collections.abc import Sequence

import numpy as np
from attrs import evolve, frozen

from parity.oracles.findings import EMPTY, LIMIT, Entry, TensorCheck
from parity.oracles.locating import FEW, LISTED, Located, Locator
from parity.oracles.parameters import Tensor
from parity.oracles.slopes import ComplexStep, Oracle, Uncertainty
from parity.results import Verdict
from scratch.tree import Array

ONE, ENSEMBLE, CROWD = 1, 8, 16
"""Jittered points: one suffices for an error that no rounding explains, a closer case takes more, and a kink that is
within rounding has to be crossed by one of them."""

GROSS = 1e-3
"""Relative error from which on it is no close case."""

SILENT = 1e-6
"""Relative errors below this might be an imaginary part that was dropped in silence and was too small for the
comparison with real steps: differences are asked once more before the complex step is believed."""

FAINT = 1e3
"""A gradient of fewer roundings of the loss than this is not called wrong."""

OVERSHADOWING = 100.0
"""So many roundings of the loss or of the largest gradient may be an error that a backward pass cannot help: it
subtracts from 1 what is nearly 1 where a unit is saturated, and a direction adds up what follows from that."""

TINY = float(np.finfo(float).tiny)

KINK = "the loss has a kink here, and which side counts depends on rounding; try other values"
LOST = "the derivative is hardly more than rounding here; try other values"
OVERSHADOWED = (
    "it is off by no more than the rounding of larger numbers that it comes from, as where units are saturated; "
    "try other values"
)


@frozen(eq=False)
class Measured:
    """A gradient along one direction.

    Attributes:
        check: the verdict so far.
        residual: claimed derivative less the true one.
        least: the noise of mere rounding, without what the neighbourhood of the point adds.
        uncertainty: what the neighbourhood adds.
    """

    check: TensorCheck
    residual: float
    least: float
    uncertainty: Uncertainty


def measure(
    oracle: Oracle, place: int, tensor: Tensor, direction: Array, slope: float, kinked: bool = False
) -> Measured:
    """Compare the claimed gradient with the derivative ``slope`` along ``direction``.

    What mere rounding explains needs no second look, unless the loss is ``kinked`` at this point.
    """
    terms = (tensor.gradient * direction).ravel()
    claimed, spread = float(terms.sum()), float(terms @ terms) ** 0.5
    residual = claimed - slope
    scale = max(abs(claimed), abs(slope), spread)
    # A rounding of a factor that all entries share moves the sum, roundings of single entries move it by their norm.
    least = max(tensor.eps * (max(abs(claimed), abs(slope)) + spread), TINY)
    uncertainty, coarse = Uncertainty(0.0), 1e-2
    if isinstance(oracle, ComplexStep):
        coarse = tensor.eps**0.5
    if abs(residual) > LIMIT * least or kinked or not isinstance(oracle, ComplexStep):
        members = CROWD if kinked else ONE if abs(residual) > GROSS * scale else ENSEMBLE
        uncertainty = oracle.uncertainty({place: direction}, slope, tensor.eps, members)
        if (
            members == ONE and uncertainty.jump
        ):  # the slope is nothing but rounding: one point says too little
            uncertainty = oracle.uncertainty({place: direction}, slope, tensor.eps, CROWD)
        if uncertainty.jump and not kinked and isinstance(oracle, ComplexStep):
            uncertainty = Uncertainty(uncertainty.jump)
    noise = max(least, uncertainty.total)
    units = abs(residual) / noise
    verdict, reason = Verdict.HOLDS, ""
    if not units <= LIMIT:
        verdict = Verdict.BROKEN
    elif LIMIT * noise > coarse * scale > 0:
        verdict, reason = Verdict.UNCLEAR, KINK if uncertainty.jump else LOST
    check = TensorCheck(
        path=tensor.path,
        verdict=verdict,
        reason=reason,
        error=abs(residual) / (scale or 1.0),
        noise_units=units,
        detectable=LIMIT * noise / (scale or 1.0),
        method=oracle.method,
    )
    return Measured(check, residual, least, uncertainty)


def explain(
    oracle: Oracle,
    place: int,
    tensor: Tensor,
    direction: Array,
    measured: Measured,
    rng: np.random.Generator,
    jacobian: bool = False,
) -> TensorCheck:
    """Return the check with the entries that are wrong, or uncertain, and what they have in common."""
    check = measured.check
    noise = max(measured.least, measured.uncertainty.noise)
    each = LIMIT * noise / _spread_over(oracle, tensor, direction)
    locator = Locator(oracle, place, tensor, direction, measured.residual, LIMIT * noise, each)
    located = locator.find(jacobian, rng)
    entries = list(listed(tensor, located))
    if check.verdict is not Verdict.HOLDS and measured.uncertainty.jump:
        guilty = [e for e in entries if not _on_kink(oracle, place, tensor, e)]
        if (
            not entries and tensor.value.size <= FEW
        ):  # the gradient took the same side as the oracle: by chance
            seen = [_entry(tensor, p, want) for p, want in zip(located.places, located.want, strict=True)]
            entries = [e for e in seen if _on_kink(oracle, place, tensor, e)][:LISTED]
        reason = "" if guilty else KINK
        verdict = Verdict.BROKEN if guilty else Verdict.UNCLEAR
        check, entries = evolve(check, verdict=verdict, reason=reason), guilty or entries
    check = described(evolve(check, entries=tuple(entries)), tensor, located, each)
    if not jacobian:
        return check
    truth = np.array([want for _, want in sorted(zip(located.places, located.want, strict=True))])
    return evolve(check, jacobian=truth.reshape(tensor.value.shape))


def described(check: TensorCheck, tensor: Tensor, located: Located, each: float) -> TensorCheck:
    """Return the check with what the entries that were looked at have in common.

    Args:
        check: the verdict; its entries are those that were located unless it has some.
        tensor: the parameter and its gradient.
        located: what was looked at.
        each: by how much a single entry may be off.
    """
    entries, broken = check.entries, check.verdict is Verdict.BROKEN
    return evolve(
        check,
        reason=check.reason or (_reason(tensor, located) if broken else ""),
        entries=() if check.verdict is Verdict.HOLDS else entries or listed(tensor, located),
        more=located.wrong - min(located.wrong, LISTED) if broken and located.complete else 0,
        extent=_extent(located, tensor.value.size),
        ratio=_ratio(tensor, located, each),
        cosine=_cosine(tensor, located),
    )


def listed(tensor: Tensor, located: Located) -> tuple[Entry, ...]:
    """Return the worst of the wrong entries."""
    suspects = located.places[: min(located.wrong, LISTED)]
    return tuple(_entry(tensor, p, want) for p, want in zip(suspects, located.want, strict=False))


def is_faint(eps: float, gradient: float, loudest: float) -> bool:
    """Return whether a tensor's gradient is to the loss and the other gradients as a rounding to a number.

    So is that of a bias in front of a normalisation: the truth is 0, and a backward pass leaves the rounding of
    a sum in which everything cancels. The forward pass does not show how large its terms were.

    Args:
        eps: rounding.
        gradient: what the tensor contributes along its direction.
        loudest: the largest of the loss and what all tensors contribute.
    """
    return gradient <= FAINT * eps * loudest


def not_finite(tensor: Tensor, oracle: Oracle | None, place: int) -> TensorCheck:
    """Return the check of a gradient that holds NaN or infinity."""
    bad = np.flatnonzero(~np.isfinite(tensor.gradient.ravel())).tolist()
    entries = [_entry(tensor, p, _derivative(oracle, place, tensor, p)) for p in bad[:LISTED]]
    return TensorCheck(
        path=tensor.path,
        verdict=Verdict.BROKEN,
        reason="not finite",
        error=np.inf,
        noise_units=np.inf,
        method=oracle.method if oracle else "",
        entries=tuple(entries),
        more=len(bad) - len(entries),
        extent=_counted(len(bad), tensor.value.size),
    )


def without_entries(tensor: Tensor) -> TensorCheck:
    """Return the check of an empty array."""
    return TensorCheck(tensor.path, Verdict.HOLDS, EMPTY)


def _spread_over(oracle: Oracle, tensor: Tensor, direction: Array) -> float:
    """Return what the noise along a direction is divided by to give the noise of an entry.

    Roundings of the entries add up like the sides of right triangles. Differences do not round the entries but the
    loss: a single one is known no better than all of them.
    """
    return float(np.linalg.norm(direction)) if isinstance(oracle, ComplexStep) else tensor.scale


def _on_kink(oracle: Oracle, place: int, tensor: Tensor, entry: Entry) -> bool:
    """Return whether the derivative by one entry jumps here by as much as the gradient is off."""
    unit = _unit(tensor, int(np.ravel_multi_index(entry.index, tensor.value.shape)) if entry.index else 0)
    uncertainty = oracle.uncertainty({place: unit}, entry.want * tensor.scale, tensor.eps, CROWD)
    return abs(entry.got - entry.want) * tensor.scale <= 2 * uncertainty.jump > 0


def _derivative(oracle: Oracle | None, place: int, tensor: Tensor, number: int) -> float:
    if oracle is None:
        return np.nan
    return float(oracle.slopes([{place: _unit(tensor, number)}])[0]) / tensor.scale


def _unit(tensor: Tensor, number: int) -> Array:
    unit = np.zeros(tensor.value.size)
    unit[number] = tensor.scale
    return unit.reshape(tensor.value.shape)


def _entry(tensor: Tensor, number: int, want: float) -> Entry:
    index = tuple(int(i) for i in np.unravel_index(number, tensor.value.shape))
    return Entry(index, float(tensor.gradient.ravel()[number]), want)


def _reason(tensor: Tensor, located: Located) -> str:
    if not tensor.gradient.any():
        return "the gradient is zero throughout, the loss is not flat"
    if not any(located.want) and len(located.want) > located.wrong // 2 and located.everywhere:
        return "the loss does not depend on it at these values"
    return ""


def _extent(located: Located, size: int) -> str:
    if located.everywhere:
        return "all entries" if len(located.places) == size else "nearly all entries"
    if not located.wrong:
        return "" if located.complete else "many entries by a little"
    return _counted(located.wrong, size) if located.complete else f"at least {_counted(located.wrong, size)}"


def _counted(number: int, size: int) -> str:
    return f"{number:,} of {size:,} {'entry' if size == 1 else 'entries'}"


def _ratio(tensor: Tensor, located: Located, each: float) -> float | None:
    """Return got over want if it is one number for all that were looked at."""
    got, want = tensor.gradient.ravel()[located.places], np.array(located.want)
    known = len(want)
    if not want.any() or (known < 2 and tensor.value.size > 1):
        return None
    ratio = float(got @ want / (want @ want))
    off = float(np.linalg.norm(got - ratio * want))
    allowed = 100 * tensor.eps * float(np.linalg.norm(want)) + each * known**0.5
    return ratio if off <= allowed * max(abs(ratio), 1) else None


def _cosine(tensor: Tensor, located: Located) -> float | None:
    """Return the cosine of the angle between got and want; entries that were not looked at are right if all is."""
    got = tensor.gradient.ravel()
    if located.complete:
        want = got.copy()
        want[located.places] = located.want
    else:
        got, want = got[located.places], np.array(located.want)
    lengths = float(np.linalg.norm(got)) * float(np.linalg.norm(want))
    return float(got @ want) / lengths if lengths > 0 and np.isfinite(lengths) else None


def drawn(tensors: Sequence[Tensor], rng: np.random.Generator, lean: float) -> list[Array]:
    """Return a random direction for each tensor, in units of its typical entry.

    No entry is small, so that no wrong one hides; their sizes differ, so that two wrong ones do not cancel. Signs
    agree with the gradient's a little more often than not, by ``lean`` standard deviations of their sum: along a
    direction at right angles to the gradient, a wrong factor would not show.
    """
    numbers = rng.random((2, sum(tensor.value.size for tensor in tensors)))
    directions, start = [], 0
    for tensor in tensors:
        sizes, chances = numbers[:, start : start + tensor.value.size].reshape(2, *tensor.value.shape)
        start += tensor.value.size
        towards = np.copysign(tensor.scale, tensor.gradient)
        agree = chances < 0.5 + lean / 2 / max(tensor.value.size, 1) ** 0.5
        directions.append((sizes + 0.5) * np.where(agree, towards, -towards))
    return directions
