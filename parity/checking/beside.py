"""Parts of a network beside their witnesses: the forward pass, and the gradient of every parameter."""

import numpy as np

from parity.checking.examining import Examination
from parity.checking.experiments import Experiment, Noisy, noisy, outcome
from parity.checking.findings import Outcome, Part
from parity.checking.losses import ALIKE, Kind, fit
from parity.checking.naming import Named
from parity.checking.network import Weights
from parity.checking.planting import Place, planted
from parity.checking.witnesses import Witnesses, complex_step
from parity.judge import THRESHOLD

HAND = "the network by hand"
COMPLEX = "complex step"
BATCH_GAP = 1e-9
EPS = float(np.finfo(float).eps)
DIGITS = 1e-12
"""Largest relative distance of a right gradient from the complex step."""


def forward_parts(found: Examination) -> list[Part]:
    """Return what is to be said of the forward pass: of samples one by one, and of a batch where there may be one."""
    parts = [_one_by_one(found)]
    done = found.many or found.one
    if not found.network.told["single"] or done is None:
        return parts
    rng = np.random.default_rng(70)
    x = rng.normal(size=(5, found.network.sizes[0]))
    batch, used = found.network.batched(done.weights, x)
    if batch is None or not used:
        return parts
    alone = found.network.forward(done.weights, x)
    gap = np.abs(batch - alone).max(initial=0) / np.abs(alone).max(initial=1e-300)
    if not gap <= BATCH_GAP:
        message = f"a batch of 5 has other outputs than its samples one by one, by up to {gap:.1%}"
        parts.append(Part("forward of a batch", Outcome.WRONG, float(gap / EPS), (HAND,), message))
    return parts


def _one_by_one(found: Examination) -> Part:
    gap = float(found.network.told["gap"])
    units = gap / np.finfo(float).eps
    message = (
        f"matches an independent network to {max(units, 1):.1g} ulp"
        if units < 1e3
        else "matches an independent network to the digits of float32"
    )
    return Part("forward", Outcome.EXACT, round(units, 2) if units < 1e3 else None, (HAND,), message)


def gradient_parts(
    found: Examination,
    kind: Kind,
    constants: dict[int, float],
    witnesses: Witnesses | None,
    *,
    right: bool,
    mistakes: Named | None = None,
) -> list[Part]:
    """Return a part for each parameter, judged where it shows most: on several samples where that is possible."""
    in_turn = found.in_turn
    done = (
        found.many if found.many is not None and (in_turn or found.many.samples in constants) else found.one
    )
    if not right and found.one is not None and _shows(found.one, kind, found.source):
        done = found.one
    assert done is not None
    samples = 1 if in_turn or done.samples not in constants else done.samples
    constant = constants.get(samples, next(iter(constants.values()), 1.0))
    change = found.source == "change"
    if mistakes is not None:
        done, constant = found.experiments[0], mistakes.constant
    ours = done.ours(kind.ours, constant if change else 1.0, in_turn=in_turn)
    if mistakes is not None:
        ours = planted(
            ours, [Place(bug, size) for bug, size in zip(mistakes.bugs, mistakes.sizes, strict=True)]
        )
        witnesses = None
    reference = noisy(ours, done.narrow)
    names, far = _others(done, kind, ours, reference, witnesses, constant, change)
    parts = []
    for path in reference.outcome.gradients:
        units = _units(done, reference, path, constant, change)
        own = float(np.max([units, *(f[path] for f in far)]))  # NaN stays NaN, and is not below any limit
        message = "" if own <= THRESHOLD else _evidence(done, reference, path, constant, change)
        verdict = Outcome.EXACT if own <= THRESHOLD else Outcome.WRONG
        parts.append(
            Part(f"gradient of {layer_of(path)}", verdict, float(f"{own:.3g}"), (HAND, *names), message)
        )
    return parts


def _shows(one: Experiment, kind: Kind, source: str) -> bool:
    """Return whether one sample is enough to see a mistake: then no other step lies between it and what is shown."""
    base = outcome(one.ours(kind.ours, 1e-9)).gradients
    return fit(one.done.gradients if source == "gradients" else one.change, base).worst > ALIKE


def layer_of(path: str) -> str:
    """Return a parameter's path with its layer in the words of a report."""
    return path.replace("dense_", "layer_")


def _units(done: Experiment, reference: Noisy, path: str, constant: float, change: bool) -> float:
    """Return how far one parameter's gradient, or what became of the weight, is from ours."""
    if change:
        gap = np.abs(done.done.after[path] - reference.outcome.after[path]).max(initial=0)
        noise = reference.weights[path]
        # The user's rounding of a change is that of the weights, and of the samples' sum.
        return float(gap / noise)
    gap = np.abs(done.done.gradients[path] - constant * reference.outcome.gradients[path]).max(initial=0)
    return float(gap / (abs(constant) * reference.gradients[path]))


def _others(
    done: Experiment,
    kind: Kind,
    ours: object,
    reference: Noisy,
    witnesses: Witnesses | None,
    constant: float,
    change: bool,
) -> tuple[tuple[str, ...], list[dict[str, float]]]:
    """Return the names of the other witnesses, and how far the user's numbers are from each, by path."""
    names: list[str] = []
    far: list[dict[str, float]] = []
    own = done.ours(kind.ours, 1.0)
    distance = complex_step(done, kind, noisy(own).outcome.gradients)
    if distance is not None and distance <= DIGITS:
        names.append(COMPLEX)
    for one in witnesses.testify(ours) if witnesses is not None else ():  # type: ignore[arg-type]
        names.append(one.name)
        far.append(_far(done, reference, one.after, one.gradients, constant, change))
    return tuple(names), far


def _far(
    done: Experiment, reference: Noisy, after: Weights, gradients: Weights, constant: float, change: bool
) -> dict[str, float]:
    if change:
        return {
            p: float(np.abs(done.done.after[p] - after[p]).max(initial=0) / reference.weights[p])
            for p in after
        }
    return {
        p: float(
            np.abs(done.done.gradients[p] - constant * gradients[p]).max(initial=0)
            / (abs(constant) * reference.gradients[p])
        )
        for p in gradients
    }


def _evidence(done: Experiment, reference: Noisy, path: str, constant: float, change: bool) -> str:
    """Return where a parameter is off most, and what its entries have in common."""
    rate = done.step_size if change else 1.0
    want = (
        (done.weights[path] - reference.outcome.after[path]) / rate
        if change
        else constant * reference.outcome.gradients[path]
    )
    got = (done.change if change else done.done.gradients)[path]
    worst = np.unravel_index(int(np.abs(got - want).argmax()), got.shape)
    norm = float(np.linalg.norm(got) * np.linalg.norm(want))
    cosine = f"cosine {float((got * want).sum()) / norm:.6f}" if norm else "exactly zero"
    with np.errstate(all="ignore"):
        ratio = got / want
    steady = bool(np.isfinite(ratio).all()) and float(np.ptp(ratio)) <= 1e-6 * abs(float(ratio.mean()))
    same = f", ratio {float(ratio.mean()):.6g} everywhere" if steady else ""
    return f"worst at {[int(i) for i in worst]}: got {got[worst]:.4g}, want {want[worst]:.4g}; {cosine}{same}"
