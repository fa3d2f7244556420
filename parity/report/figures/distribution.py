"""How the noise units of all comparisons are distributed: the honest ones far left of the threshold."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from parity.report.figures import axes as ax
from parity.report.figures.style import BLUE, GREY, INK, LIMIT, VERMILION, Axes, Picture, panels, picture
from parity.results import Comparison, Results

LEAST = -3  # powers of ten; what is smaller, and zero, goes into one bar at the left
PER_DECADE = 4
NO_EVIDENCE = {"nothing learned", "past the horizon"}


def draw(results: Results, name: str, threshold: float) -> Picture | None:
    """Return the picture, number types side by side; None where nothing was compared.

    Args:
        results: any.
        name: of the picture.
        threshold: noise units above which a difference is no longer rounding.
    """
    evidence = [c for c in results.comparisons if c.reason not in NO_EVIDENCE]
    dtypes = list(dict.fromkeys(run.dtype for s in results.scenarios for run in s.runs))
    dtypes = [d for d in dtypes if any(c.dtype == d for c in evidence)]
    if not dtypes:
        return None
    units = [c.noise_units for c in evidence if math.isfinite(c.noise_units) and c.noise_units > 0]
    most = max(math.ceil(math.log10(max([*units, threshold * 10]))), 2)
    figure, (row,) = panels([1.9], len(dtypes), gap=0.7, right=0.2)
    for dtype, axes in zip(dtypes, row, strict=True):
        _panel(axes, [c for c in evidence if c.dtype == dtype], most, threshold)
        axes.set_title(dtype, pad=14)
    row[0].set_ylabel("comparisons")
    above = sum(not c.noise_units <= threshold for c in evidence)
    alt = f"Histogram of the noise units of {len(evidence):,} comparisons: {above:,} are above {threshold:g}."
    return picture(figure, name, alt)


def draw_calibration(results: Results, name: str, threshold: float) -> Picture | None:
    """Return how loud honest runs were over many seeds; None where that was never measured."""
    calibration = results.calibration
    if calibration is None or not calibration.counts:
        return None
    figure, ((axes,),) = panels([1.5], 1, right=0.2)
    edges = np.array(calibration.edges)
    axes.bar(edges[:-1], calibration.counts, np.diff(edges) * 0.9, align="edge", color=BLUE, linewidth=0)
    top = max(calibration.counts) * 2
    axes.set_yscale("symlog", linthresh=1, linscale=0.4)
    axes.set_ylim(0, top)
    axes.set_xlim(edges[0], max(edges[-1], math.log10(threshold) + 0.5))
    ticks(axes, math.ceil(axes.get_xlim()[1]), top)
    limits(axes, threshold)
    axes.set_xlabel("worst noise units of a run")
    axes.set_ylabel("runs")
    alt = f"Histogram of the worst noise units of {calibration.runs:,} honest runs: {calibration.worst:.3g} at most."
    return picture(figure, name, alt)


def _panel(axes: Axes, comparisons: Sequence[Comparison], most: int, threshold: float) -> None:
    units = np.array([c.noise_units for c in comparisons])
    edges = np.linspace(LEAST, most, (most - LEAST) * PER_DECADE + 1)
    finite = units[np.isfinite(units) & (units > 0)]
    counts, _ = np.histogram(np.maximum(np.log10(finite), LEAST), edges)
    counts[0] += int((units == 0).sum())
    odd = int((~np.isfinite(units)).sum())
    width = 1 / PER_DECADE
    colours = [VERMILION if edge >= math.log10(threshold) - 1e-9 else BLUE for edge in edges[:-1]]
    axes.bar(edges[:-1], counts, width * 0.9, align="edge", color=colours, linewidth=0)
    if odd:
        axes.bar([most + width], [odd], width * 0.9, align="edge", color=INK, linewidth=0)
        ax.write(axes, "not finite", (most + 2 * width, 1), INK, ax.ABOVE, offset=(0, 2), ha="right")
    axes.set_yscale("symlog", linthresh=1, linscale=0.4)
    top = max([*counts, odd, 1]) * 2
    axes.set_ylim(0, top)
    axes.set_xlim(LEAST - 0.2, most + (4 if odd else 1) * width)
    ticks(axes, most, top)
    limits(axes, threshold)


def ticks(axes: Axes, most: int, top: float) -> None:
    """Label the powers of ten of noise units up to ``most``, and counts up to ``top``."""
    stride = max(1, math.ceil((most - LEAST) / 9))
    powers = [p for p in range(LEAST, most + 1) if p % stride == 0 and p != LEAST]
    places = [LEAST + 0.5 / PER_DECADE, *powers]
    names = ["0", *(ax.power(10.0**p) for p in powers)]
    axes.set_xticks(places, names)
    axes.set_xlabel("noise units")
    axes.yaxis.set_major_locator(FixedLocator([0, *(10**p for p in range(math.ceil(math.log10(top)) + 1))]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}"))
    axes.grid(axis="y", color="#EEEEEE", linewidth=0.8)
    axes.set_axisbelow(True)


def limits(axes: Axes, threshold: float) -> None:
    """Mark one noise unit, half the threshold, and the threshold."""
    for value, text, colour, side in (
        (1.0, "1 = rounding ", GREY, "right"),
        (threshold / 2, "", LIMIT, "right"),
        (threshold, f"threshold {threshold:g}", LIMIT, "left"),
    ):
        x = math.log10(value)
        axes.axvline(x, color=colour, linewidth=1, linestyle="-" if value == threshold else (0, (2, 2)))
        ax.write(axes, text, (x, 1), colour, ax.ABOVE, offset=(0, 2), ha=side)
