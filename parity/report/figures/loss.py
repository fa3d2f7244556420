"""The loss of every implementation, and how far each is from scratch, against what rounding alone does."""

import math

import numpy as np
from matplotlib.patheffects import withStroke

from parity.report.figures import axes as ax
from parity.report.figures.style import (
    BAND,
    GREY,
    LIMIT,
    Axes,
    Picture,
    colour,
    line,
    panels,
    picture,
    text_colour,
)
from parity.report.ordering import in_order
from parity.results import LossCurves, Run, ScenarioResult


def draw(scenario: ScenarioResult, name: str, threshold: float) -> Picture | None:
    """Return the picture, number types side by side; None where there are not two steps to join by a line.

    Args:
        scenario: any.
        name: of the picture.
        threshold: noise units above which the differences are no longer rounding.
    """
    runs = [(run, run.loss) for run in scenario.runs if run.loss and len(run.loss.steps) > 1]
    if not runs:
        return None
    figure, (upper, lower) = panels([1.9, 1.5], len(runs))
    for i, (run, curves) in enumerate(runs):
        upper[i].set_title(run.dtype, pad=12)
        _losses(upper[i], run, curves)
        _differences(lower[i], run, curves, threshold)
    upper[0].set_ylabel(scenario.loss or "loss")
    lower[0].set_ylabel("|loss − loss of scratch|")
    names = ", ".join(in_order(runs[0][1].losses, runs[0][0]))
    alt = (
        f"Loss of {names} over training of {scenario.title}; below it, differences to scratch, and rounding."
    )
    return picture(figure, name, alt)


def _losses(axes: Axes, run: Run, curves: LossCurves) -> None:
    lines = {name: ax.floats(curves.losses[name]) for name in in_order(curves.losses, run)}
    ax.step_axis(axes, curves.steps[-1], labelled=False)
    floor = ax.log_axis(axes, lines.values())
    ax.mark_horizon(axes, run.horizon, labelled=True)
    for name, values in lines.items():
        axes.plot(curves.steps, np.maximum(values, floor), **line(name))
        _mark_end(axes, curves.steps, values, colour(name))
    ax.label_ends(axes, [(_last(v), name, text_colour(name)) for name, v in lines.items()])


def _differences(axes: Axes, run: Run, curves: LossCurves, threshold: float) -> None:
    lines = {n: ax.floats(curves.differences[n]) for n in in_order(curves.differences, run)}
    noise = ax.floats(curves.noise)
    ax.step_axis(axes, curves.steps[-1], labelled=True)
    floor = ax.log_axis(axes, [*lines.values(), noise, noise * threshold])
    ax.mark_horizon(axes, run.horizon, labelled=False)
    axes.fill_between(curves.steps, floor, np.maximum(noise, floor), color=BAND, linewidth=0)
    axes.plot(
        curves.steps,
        np.maximum(noise * threshold, floor),
        color=LIMIT,
        linewidth=0.9,
        linestyle=(0, (5, 3)),
    )
    for name, values in lines.items():
        ax.line_with_zeros(axes, curves.steps, values, floor, colour(name))
        _mark_end(axes, curves.steps, values, colour(name))
    labels = [(_last(values), name, colour(name)) for name, values in lines.items()]
    labels += [
        (_last(noise), "rounding noise", GREY),
        (_last(noise) * threshold, f"{threshold:g} × noise", LIMIT),
    ]
    ax.label_ends(axes, labels)


def _last(values: ax.Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(finite[-1]) if finite.size else math.nan


def _mark_end(axes: Axes, steps: list[int], values: ax.Floats, shade: str) -> None:
    """Put a cross where a line ends early because the numbers end."""
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size and bad[0] > 0:
        at = bad[0] - 1
        axes.plot(steps[at], values[at], marker="x", color=shade, markersize=6, markeredgewidth=1.6)
        style = {"va": "center", "path_effects": [withStroke(linewidth=2.5, foreground="white")]}
        ax.write(axes, "not finite from here", (steps[at], values[at]), shade, "data", offset=(7, 0), **style)
