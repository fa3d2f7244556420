"""Right runs and runs with a planted mistake: two clouds on one axis of noise units, and what lies between them."""

import math
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from parity.report import power as words
from parity.report.figures import axes as ax
from parity.report.figures.distribution import limits, ticks
from parity.report.figures.style import BLUE, INK, VERMILION, Axes, Picture, panels, picture, settings, svg
from parity.results import Clouds, Power

READABLE = "#A84A00"  # vermilion, as small text
ROOM = 12  # times the highest bar: the names of the clouds stand above them


def draw(power: Power | None, name: str, threshold: float) -> Picture | None:
    """Return the picture; None where nothing was measured.

    Args:
        power: what was measured.
        name: of the picture.
        threshold: noise units above which a difference is no longer rounding.
    """
    if power is None or power.clouds is None or not _filled(power.clouds):
        return None
    return picture(_figure(power, power.clouds, threshold), name, alt(power, power.clouds, threshold))


def vector(power: Power, threshold: float) -> str:
    """Return the same picture as SVG, for a page that is kept: the same text every time; empty without data."""
    if power.clouds is None or not _filled(power.clouds):
        return ""
    with settings():
        return svg(_figure(power, power.clouds, threshold), alt(power, power.clouds, threshold))


def alt(power: Power, clouds: Clouds, threshold: float) -> str:
    """Return the picture in words."""
    counts = f"{sum(clouds.honest):,} right runs and {sum(clouds.planted):,} runs with a planted mistake"
    return f"Histogram of the noise units of {counts}. {words.separation(power, threshold)}".strip()


def _filled(clouds: Clouds) -> bool:
    return any(clouds.honest) or any(clouds.planted)


def _figure(power: Power, clouds: Clouds, threshold: float) -> Figure:
    figure, ((axes,),) = panels([2.1], 1, right=0.2)
    edges = np.array(clouds.edges)
    filled = np.flatnonzero(np.add(clouds.honest, clouds.planted))
    most = math.ceil(max(edges[filled[-1] + 1], math.log10(threshold) + 1))
    width = float(edges[1] - edges[0])
    highest = max(*clouds.honest, *clouds.planted, clouds.infinite)
    _bars(axes, clouds, edges, width)
    odd = clouds.infinite > 0
    if odd:
        axes.bar([most + width], [clouds.infinite], width * 0.9, align="edge", color=INK, linewidth=0)
        ax.write(axes, "not finite", (most + 2 * width, 1), INK, ax.ABOVE, offset=(0, 2), ha="right")
    axes.set_yscale("symlog", linthresh=1, linscale=0.4)
    axes.set_ylim(0, highest * ROOM)
    axes.set_xlim(edges[0], most + (3 if odd else 1) * width)
    ticks(axes, most, highest)
    limits(axes, threshold)
    axes.set_ylabel("runs")
    if any(clouds.honest):
        right = f"{sum(clouds.honest):,} right runs"
        _name(
            axes, right, (0.0, max(clouds.honest)), BLUE, ha="right", offset=(-4, 3)
        )  # left of the line at 1
    if any(clouds.planted):
        wrong = f"{sum(clouds.planted):,} runs with a planted mistake"
        middle = edges[np.searchsorted(np.cumsum(clouds.planted), sum(clouds.planted) / 2)]
        share = (middle - edges[0]) / (most - edges[0])
        side = "left" if share < 0.3 else "right" if share > 0.7 else "center"
        _name(axes, wrong, (middle, max(clouds.planted)), READABLE, ha=side, offset=(0, 3))
    _gap(axes, power, highest)
    return figure


def _bars(axes: Axes, clouds: Clouds, edges: np.ndarray, width: float) -> None:
    """Draw both clouds; where they overlap, the smaller bar stands in front."""
    honest, planted = np.array(clouds.honest), np.array(clouds.planted)
    for counts, other, colour in ((honest, planted, BLUE), (planted, honest, VERMILION)):
        for front in (False, True):
            chosen = (counts > 0) & ((counts < other) == front)
            axes.bar(
                edges[:-1][chosen],
                counts[chosen],
                width * 0.9,
                align="edge",
                color=colour,
                linewidth=0,
                zorder=2 + front,
            )


def _name(axes: Axes, text: str, at: tuple[float, float], colour: str, **style: Any) -> None:
    ax.write(axes, text, at, colour, "data", fontweight="bold", **style)


def _gap(axes: Axes, power: Power, highest: int) -> None:
    """Draw an arrow from the loudest right run to the quietest mistake, where nothing lies between them."""
    worst, least, gap = words.loudest(power), words.quietest(power), words.orders(power)
    if not worst or least is None or not gap or any(row.caught < row.planted for row in power.planted):
        return
    ends, height = (math.log10(worst), math.log10(least)), highest * ROOM / 3
    axes.annotate(
        "",
        (ends[1], height),
        xytext=(ends[0], height),
        arrowprops={"arrowstyle": "<->", "color": INK, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0},
    )
    text = f"{gap:.1f} orders of magnitude"
    ax.write(axes, text, (max(ends), height), INK, "data", offset=(4, 0), ha="left", va="center")
