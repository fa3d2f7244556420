"""What the trained networks say between the data points, and where they differ."""

from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from parity.report.figures import axes as ax
from parity.report.figures.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PINK,
    SKY,
    VERMILION,
    WIDTH,
    Axes,
    Picture,
    colour,
    line,
    panels,
    picture,
    text_colour,
)
from parity.report.ordering import SCRATCH, in_order
from parity.results import Landscape, Run, ScenarioResult

CLASSES = [BLUE, ORANGE, GREEN, PINK, SKY, VERMILION]
HALF = 0.5
FEW = 30  # points that are drawn large
CLASSLESS = "#777777"
POINTS: dict[str, Any] = {
    "linestyle": "none",
    "marker": "o",
    "markersize": 3,
    "markerfacecolor": "white",
    "markeredgecolor": INK,
    "markeredgewidth": 0.8,
}
LEVELS = 21  # shades; few, so that the picture stays small
SHADES = LinearSegmentedColormap.from_list("blue-white-vermilion", ["#3B8BC2", "#FFFFFF", "#E07B33"], LEVELS)


def draw(scenario: ScenarioResult, name: str, threshold: float) -> Picture | None:
    """Return the picture; None where there is nothing to see.

    Args:
        scenario: any.
        name: of the picture.
        threshold: not used; all figures are asked for in the same way.
    """
    del threshold
    shown = [(run, run.landscape) for run in scenario.runs if run.landscape]
    if not shown:
        return None
    features = next((p.features for run, _ in shown for p in run.predictions), [])
    figure = (_curves if shown[0][1].kind == "curve" else _boundaries)(shown, features)
    what = "Fitted curve" if shown[0][1].kind == "curve" else "Decision boundary"
    alt = f"{what} of each implementation of {scenario.title} with the data, and the differences to scratch."
    return picture(figure, name, alt, colours=128)


def _curves(shown: list[tuple[Run, Landscape]], features: list[str]) -> Figure:
    """Draw number types side by side, the curves above and their differences below."""
    figure, (upper, lower) = panels([1.9, 1.2], len(shown))
    for (run, land), curves, differences in zip(shown, upper, lower, strict=True):
        curves.set_title(run.dtype, pad=8)
        for name in in_order(land.values, run):
            curves.plot(land.x, ax.floats(land.values[name][0][0]), **line(name))
        if land.targets:
            curves.plot([p[0] for p in land.points], land.targets, **POINTS)
        for name in in_order(land.differences, run):
            differences.plot(
                land.x, ax.floats(land.differences[name][0][0]), color=colour(name), linewidth=1.1
            )
        _finish(curves, differences, run, land)
        differences.set_xlabel(features[0] if features else "input")
    upper[0].set_ylabel(shown[0][1].labels[0] if shown[0][1].labels else "output")
    lower[0].set_ylabel("minus scratch")
    return figure


def _finish(curves: Axes, differences: Axes, run: Run, land: Landscape) -> None:
    """Give both panels the same x axis, the lower one a symmetric y axis, and name the lines."""
    for axes in (curves, differences):
        axes.set_xlim(min(land.x), max(land.x))
        axes.grid(axis="y", color="#EEEEEE", linewidth=0.8)
    curves.tick_params(labelbottom=False)
    largest = largest_difference(land)
    differences.set_ylim(-1.15 * largest or -1, 1.15 * largest or 1)
    differences.set_yticks([-largest, 0, largest] if largest else [0], _signed(largest))
    if not largest:
        ax.note(differences, "no difference at all")
    names = in_order(land.values, run)
    ax.label_ends(curves, [(land.values[n][0][0][-1], n, text_colour(n)) for n in names])
    others = in_order(land.differences, run)
    ax.label_ends(differences, [(land.differences[n][0][0][-1], n, colour(n)) for n in others])


def _signed(largest: float) -> list[str]:
    return [f"−{largest:.1e}", "0", f"+{largest:.1e}"] if largest else ["0"]


def largest_difference(land: Landscape) -> float:
    """Return the largest finite difference of any implementation, the same scale for all."""
    values = [np.ravel(ax.floats(np.ravel(d))) for d in land.differences.values()]
    finite = np.abs(np.concatenate([*values, np.zeros(1)]))
    return float(np.nanmax(finite))


def _boundaries(shown: list[tuple[Run, Landscape]], features: list[str]) -> Figure:
    """Draw a row for each number type: the implementations, then their differences to scratch."""
    names = list(dict.fromkeys(n for run, land in shown for n in in_order(land.values, run)))
    others = [name for name in names if name != SCRATCH]
    columns = len(names) + len(others)
    left, gap = 0.92, 0.14
    side = min((WIDTH - left - 0.1 - gap * (columns - 1)) / columns, 2.4)
    right = WIDTH - left - columns * side - gap * (columns - 1)
    figure, rows = panels([side] * len(shown), columns, gap=gap, left=left, right=right, between=0.3)
    for (run, land), row in zip(shown, rows, strict=True):
        largest = largest_difference(land)
        for name, axes in zip(names, row, strict=False):
            _region(axes, land, name)
        for name, axes in zip(others, row[len(names) :], strict=True):
            _difference(axes, land, name, largest)
        _frame(row, land, bottom=row is rows[-1])
        row[0].set_ylabel(f"{run.dtype}\n" + (features[1] if len(features) == 2 else ""), fontweight="bold")
        if others and largest:
            row[len(names)].set_xlabel(f"± {largest:.1e}", loc="left", labelpad=2)
    for axes, name in zip(rows[0], [*names, *others], strict=True):
        axes.set_title(name, color=text_colour(name))
    for axes, name in zip(rows[0][len(names) :], others, strict=True):
        axes.set_title(f"{name} − scratch", color=text_colour(name))
    rows[-1][0].set_xlabel(features[0] if len(features) == 2 else "")
    return figure


def _frame(row: list[Axes], land: Landscape, *, bottom: bool) -> None:
    """Give numbers only to the outer axes: all panels show the same square."""
    for axes in row:
        axes.spines[:].set_visible(False)
        axes.set_xticks([min(land.x), max(land.x)] if bottom and axes is row[0] else [])
        axes.set_yticks([min(land.y), max(land.y)] if axes is row[0] else [])
        axes.xaxis.set_major_formatter("{x:.3g}")
        axes.yaxis.set_major_formatter("{x:.3g}")


def _region(axes: Axes, land: Landscape, name: str) -> None:
    """Paint the output, or which class wins and how surely, and the data on top."""
    if name not in land.values:
        ax.note(axes, "could not run")
        return
    values = np.array(land.values[name], dtype=float)  # (label, y, x)
    if len(values) == 1:
        axes.imshow(values[0], cmap=SHADES, vmin=0, vmax=1, **_place(land))
        _boundary_line(axes, land, values[0])
        shades = [SHADES(0.0 if target < HALF else 1.0) for target in land.targets]
    else:
        winner, sure = values.argmax(axis=0), np.nan_to_num(values.max(axis=0))
        ink = 1 - np.array([to_rgb(c) for c in CLASSES])
        strength = np.round(sure * LEVELS) / LEVELS * 0.7
        axes.imshow(1 - ink[winner % len(CLASSES)] * strength[:, :, None], **_place(land))
        _name_regions(axes, land, winner)
        shades = [(*to_rgb(CLASSES[int(target) % len(CLASSES)]), 1.0) for target in land.targets]
    if land.points:
        x, y = np.array(land.points, dtype=float).T
        size, edge = (18, 0.9) if len(land.points) <= FEW else (5, 0.4)
        axes.scatter(x, y, c=shades or CLASSLESS, s=size, edgecolors=INK, linewidths=edge, zorder=3)


def _name_regions(axes: Axes, land: Landscape, winner: NDArray[np.intp]) -> None:
    """Write each class in the middle of the rows and columns where it wins."""
    for k, label in enumerate(land.labels):
        y, x = np.nonzero(winner == k)
        if x.size:
            axes.text(
                land.x[int(np.median(x))],
                land.y[int(np.median(y))],
                label,
                ha="center",
                va="center",
                fontsize=7,
                zorder=4,
                path_effects=[withStroke(linewidth=2, foreground="white")],
            )


def _boundary_line(axes: Axes, land: Landscape, values: ax.Floats) -> None:
    finite = values[np.isfinite(values)]
    if finite.size and finite.min() < HALF < finite.max():  # else there is no line to draw, and a warning
        axes.contour(land.x, land.y, values, levels=[HALF], colors=[INK], linewidths=1)


def _difference(axes: Axes, land: Landscape, name: str, largest: float) -> None:
    """Paint what an implementation says beyond scratch; of several classes, where it differs most."""
    if name not in land.differences:
        ax.note(axes, "could not run")
        return
    values = np.array(land.differences[name], dtype=float)
    worst = np.take_along_axis(values, np.nan_to_num(np.abs(values)).argmax(axis=0)[None], axis=0)[0]
    scale = largest or 1.0
    axes.imshow(worst, cmap=SHADES, vmin=-scale, vmax=scale, **_place(land))
    if not np.nan_to_num(worst).any():
        ax.note(axes, "no difference at all")


def _place(land: Landscape) -> dict[str, Any]:
    edges = (min(land.x), max(land.x), min(land.y), max(land.y))
    return {"extent": edges, "origin": "lower", "aspect": "auto", "interpolation": "nearest"}
