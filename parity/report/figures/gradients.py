"""The gradient of each parameter over training, in noise units."""

import math

import numpy as np

from parity.report.figures import axes as ax
from parity.report.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LIMIT,
    ORANGE,
    PINK,
    SKY,
    Axes,
    Picture,
    panels,
    picture,
)
from parity.results import NoiseSeries, Run, ScenarioResult

COLOURS = [BLUE, ORANGE, GREEN, PINK, SKY, INK, "#8C564B", GREY]
FLOOR = 0.01  # noise units: what is smaller is of no interest


def draw(scenario: ScenarioResult, name: str, threshold: float) -> Picture | None:
    """Return the picture: a row for each framework, number types side by side; None for less than two steps.

    Args:
        scenario: any.
        name: of the picture.
        threshold: noise units above which a difference is no longer rounding.
    """
    runs = [run for run in scenario.runs if run.steps > 1 and _gradients(run)]
    frameworks = list(dict.fromkeys(s.framework for run in runs for s in _gradients(run)))
    if not runs:
        return None
    shown = worst_parameters(runs, len(COLOURS))
    colours = dict(zip(sorted(shown), COLOURS, strict=False))
    worst = [
        max((u for u in ax.floats(s.noise_units) if math.isfinite(u)), default=0)
        for r in runs
        for s in _gradients(r)
    ]
    figure, rows = panels([1.45] * len(frameworks), len(runs), gap=1.5, right=1.15)
    for framework, row in zip(frameworks, rows, strict=True):
        for run, axes in zip(runs, row, strict=True):
            series = [s for s in _gradients(run) if s.framework == framework and s.parameter in shown]
            _panel(axes, series, run, threshold, max(worst), colours, last_row=row is rows[-1])
        row[0].set_ylabel(f"{framework}: noise units")
    for run, axes in zip(runs, rows[0], strict=True):
        axes.set_title(run.dtype, pad=12)
    alt = f"Gradients of {scenario.title} in noise units over training; the largest is {max(worst):.2g}."
    return picture(figure, name, alt)


def worst_parameters(runs: list[Run], most: int) -> list[str]:
    """Return the names of the parameters whose gradients are farthest off, so many at most."""
    worst: dict[str, float] = {}
    for series in (s for run in runs for s in _gradients(run)):
        units = [math.inf if math.isnan(u) else u for u in series.noise_units]
        worst[series.parameter] = max([worst.get(series.parameter, 0.0), *units])
    return sorted(worst, key=lambda p: (-worst[p], p))[:most]


def _gradients(run: Run) -> list[NoiseSeries]:
    return [s for s in run.series if s.quantity == "gradient" and s.steps]


def _panel(
    axes: Axes,
    series: list[NoiseSeries],
    run: Run,
    threshold: float,
    worst: float,
    colours: dict[str, str],
    *,
    last_row: bool,
) -> None:
    ax.step_axis(axes, max([run.steps - 1, *(s.steps[-1] for s in series)]), labelled=last_row)
    ax.log_axis(axes, [np.array([worst])], low=FLOOR, high=threshold * 3)
    ax.mark_horizon(axes, run.horizon, labelled=False)
    axes.axhline(threshold, color=LIMIT, linewidth=0.9, linestyle=(0, (5, 3)))
    labels = [(threshold, f"threshold {threshold:g}", LIMIT)]
    for s in sorted(series, key=lambda s: s.parameter):
        units = ax.floats(s.noise_units)
        ax.line_with_zeros(axes, s.steps, units, FLOOR, colours[s.parameter])
        finite = units[np.isfinite(units)]
        labels.append((float(finite[-1]) if finite.size else math.nan, s.parameter, colours[s.parameter]))
    if not series:
        ax.note(axes, "could not run")
    ax.label_ends(axes, labels)
