"""Which loss the user's network reports: recognized by its value."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import numpy as np
from attrs import frozen

from parity.checking.examining import Examination
from parity.checking.experiments import Experiment
from parity.checking.losses import BINARY, CATEGORICAL, SQUARED, TWO_TERMS, Constant, Kind, nameable
from parity.checking.problems import loss_value
from parity.scenarios.problem import LOSSES
from parity.subject.failure import SubjectFailure

DIGITS = 3
"""Significant digits that a printed number needs to be recognized by."""

CLOSE = 1e-9

ABSOLUTE = Kind("absolute error", "", "sum of absolute errors", "mean absolute error")


@frozen
class Reported:
    """A loss that the network reports.

    Attributes:
        where: what says so: ``what train() returns``.
        kind: of which kind it is.
        constant: by which it is the plain sum.
        outputs: of the network.
    """

    where: str
    kind: Kind
    constant: Constant
    outputs: int = 2

    @property
    def article(self) -> str:
        """Its name, with an article where it needs one."""
        return with_article(self.name)

    @property
    def name(self) -> str:
        """What people call it: ``mean squared error``, ``half the sum of squared errors``."""
        return called(self.kind, self.constant, self.outputs)


def with_article(name: str) -> str:
    """Return ``the mean squared error``, but ``half the mean squared error``."""
    return name if name.startswith(("half", "twice", "minus")) or name[0].isdigit() else f"the {name}"


ASKED = {
    "mse": Constant(-1, -1, 1.0),
    "sse": Constant(0, 0, 1.0),
    "half_mse": Constant(-1, -1, 0.5),
    "half_sse": Constant(0, 0, 0.5),
    "bce": Constant(-1, -1, 1.0),
    "ce": Constant(-1, 0, 1.0),
}
"""What ``--loss`` stands for, as a constant times the plain sum."""


def asked(found: Examination) -> Reported | None:
    """Return the loss that the user says it is trained for, if the user has said one."""
    constant = ASKED.get(str(found.network.told.get("loss", "")))
    if constant is None or found.kind is None:
        return None
    return Reported("what you say with --loss", found.kind, constant, found.network.sizes[-1])


def called(kind: Kind, constant: Constant, outputs: int = 2) -> str:
    """Return what people call a constant times the plain sum of a loss, for a network with so many outputs."""
    if outputs == 1 and constant.power == -1:
        constant = Constant(-1, -1, constant.number)  # with one output, the mean over samples is the mean
    size = abs(constant.number)
    half = "half the " if size == 0.5 else "twice the " if size == 2 else ""
    sign = "minus " if constant.number < 0 else ""
    if size not in (0.5, 1, 2):
        half = f"{size:g} times the "
    if constant.power == 0 and constant.outputs == 0:
        return f"{sign}{half}{kind.total}"
    if constant.power == -1:
        per = {
            0: kind.mean if kind is not SQUARED else "sum of squared errors, averaged over samples",
            -1: kind.mean,
        }
        if constant.outputs in per:
            elementwise = kind in (BINARY, TWO_TERMS) and constant.outputs == 0
            return (
                f"{sign}{half}{kind.mean + ', summed over outputs' if elementwise else per[constant.outputs]}"
            )
    return f"{constant} times the {kind.total}"


def is_same_constant(found: Examination, report: Reported) -> bool:
    """Return whether the gradient is that of the reported loss, factor and all, at every batch that was seen."""
    outputs = found.network.sizes[-1]
    return all(
        np.isclose(report.constant.value(n, outputs), factor, rtol=1e-6)
        for n, factor in found.factors.items()
    )


def values(experiment: Experiment, after: bool = False) -> dict[Kind, float]:
    """Return the plain sum of each kind of loss, at the network's output before the step, or after it."""
    outputs = experiment.network.sizes[-1]
    weights = experiment.done.after if after else experiment.weights
    try:
        p = experiment.network.forward(weights, experiment.x)
    except SubjectFailure:
        return {}
    y = experiment.y
    found: dict[Kind, float] = {SQUARED: float(((p - y) ** 2).sum()), ABSOLUTE: float(np.abs(p - y).sum())}
    if (p > 0).all() and (p < 1).all():
        kinds = [CATEGORICAL, BINARY] if outputs > 1 else [BINARY]
        for kind in kinds:
            value = loss_value(kind.ours, p, y) * kind.sum_over_ours(len(p), outputs)
            found[kind] = value
    elif outputs > 1:
        softmax_loss = LOSSES["categorical_cross_entropy_from_logits"]
        found[CATEGORICAL] = float(softmax_loss.forward(p, y)[0]) * len(p)
    return found


def recognized(
    experiments: Sequence[Experiment], likely: Kind | None, constant: Constant | None
) -> list[Reported]:
    """Return the losses that the network reports in every experiment, those of the gradient's own kind first."""
    found: dict[tuple[str, str, str], Reported] = {}
    sets = []
    for done in experiments:
        numbers = [*done.done.reported]
        with suppress(SubjectFailure):
            numbers += done.network.losses(done.weights, done.x, done.y)
        found_here = dict(_matches(done, numbers, values(done)))
        found_here = dict(_matches(done, numbers, values(done, after=True))) | found_here
        sets.append(found_here)
    for key, report in (sets[0] if sets else {}).items():
        if all(key in other for other in sets[1:]):
            found[key] = report

    def doubt(report: Reported) -> tuple[bool, bool, int]:
        c = report.constant
        return (
            report.kind is not likely,
            constant is not None and c != constant,
            abs(c.power) + abs(c.outputs),
        )

    return sorted(found.values(), key=doubt)


def losses_of(found: Examination) -> list[Reported]:
    """Return the losses that a network reports: of several steps in turn nobody knows at which weights."""
    some = [e for e in found.experiments if e.samples == 1 or not found.in_turn]
    return recognized(some, found.kind, found.constant)


def _matches(
    done: Experiment, numbers: Sequence[tuple[str, float, int]], sums: Mapping[Kind, float]
) -> Iterator[tuple[tuple[str, str, str], Reported]]:
    samples, outputs = done.samples, done.network.sizes[-1]
    for where, value, decimals in numbers:
        if not np.isfinite(value) or value == 0 or not _tells(value, decimals):
            continue
        for kind, total in sums.items():
            for constant in nameable():
                if (outputs == 1 and constant.outputs) or constant.power > 0 or constant.outputs > 0:
                    continue
                wanted = constant.value(samples, outputs) * total
                if _same(value, wanted, decimals):
                    yield (where, kind.name, str(constant)), Reported(where, kind, constant, outputs)


def _tells(value: float, decimals: int) -> bool:
    """Return whether a number has digits enough to be recognized."""
    if decimals < 0:
        return True
    digits = decimals + (int(np.floor(np.log10(abs(value)))) + 1 if value else 0)
    return digits >= DIGITS


def _same(value: float, wanted: float, decimals: int) -> bool:
    # A number that is printed whole differs by its own rounding.
    shown = 0.5000001 * 10.0**-decimals if decimals >= 0 else 0.0
    return abs(value - wanted) <= max(shown, CLOSE * abs(wanted))
