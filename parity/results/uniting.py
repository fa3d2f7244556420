"""Two runs of the same training made one, framework by framework."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from attrs import evolve

from parity.results.model import Run
from parity.results.shown import Landscape, LossCurves, Predictions
from parity.results.truth import DistanceToTruth

V = TypeVar("V")


def unite_runs(old: Run, new: Run) -> Run:
    """Return one run with the frameworks of both; what both have is taken from the new one.

    Curves and predictions of a framework that only the old run has are kept where they stand on the same
    steps, grid or rows as the new ones.
    """
    taken = {i.framework for i in new.implementations}
    kept = {i.framework for i in old.implementations} - taken
    implementations = {i.framework: i for i in [*old.implementations, *new.implementations]}
    predictions = {p.rows: p for p in old.predictions}
    for after in new.predictions:
        before = predictions.get(after.rows)
        predictions[after.rows] = _unite_predictions(before, after, kept) if before else after
    return evolve(
        new,
        implementations=list(implementations.values()),
        loss=_unite_losses(old.loss, new.loss, kept) if old.loss and new.loss else new.loss or old.loss,
        series=[s for s in old.series if s.framework in kept] + new.series,
        predictions=list(predictions.values()),
        landscape=_unite_landscapes(old.landscape, new.landscape, kept)
        if old.landscape and new.landscape
        else new.landscape or old.landscape,
        truth=_unite_truths(old.truth, new.truth, kept),
    )


def _unite_losses(old: LossCurves, new: LossCurves, kept: Collection[str]) -> LossCurves:
    if old.steps != new.steps:
        return new
    return evolve(
        new,
        losses=_with(old.losses, new.losses, kept),
        differences=_with(old.differences, new.differences, kept),
    )


def _unite_predictions(old: Predictions, new: Predictions, kept: Collection[str]) -> Predictions:
    if (old.inputs, old.targets, old.total) != (new.inputs, new.targets, new.total):
        return new
    return evolve(
        new,
        values=_with(old.values, new.values, kept),
        classes=_with(old.classes, new.classes, kept),
        correct=_with(old.correct, new.correct, kept),
    )


def _unite_landscapes(old: Landscape, new: Landscape, kept: Collection[str]) -> Landscape:
    if (old.kind, old.x, old.y, old.labels) != (new.kind, new.x, new.y, new.labels):
        return new
    return evolve(
        new,
        values=_with(old.values, new.values, kept),
        differences=_with(old.differences, new.differences, kept),
    )


def _unite_truths(
    old: DistanceToTruth | None, new: DistanceToTruth | None, kept: Collection[str]
) -> DistanceToTruth | None:
    """Return the new distances, and those of frameworks that only the old run has, if both know the same truth."""
    before = [d for d in old.distances if d.implementation in kept] if old else []
    if old is None or not before:
        return new
    if new is None:
        return evolve(old, distances=before)
    if (old.proved, old.oracle) != (new.proved, new.oracle):
        return new
    return evolve(
        new,
        share=max(old.share, new.share),
        notes=list(dict.fromkeys([*old.notes, *new.notes])),
        distances=before + new.distances,
    )


def _with(old: Mapping[str, V], new: Mapping[str, V], kept: Collection[str]) -> dict[str, V]:
    return {name: value for name, value in old.items() if name in kept} | dict(new)
