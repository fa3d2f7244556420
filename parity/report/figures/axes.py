"""What a plain log axis lacks: a place for zero, and labels that do not collide."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator
from numpy.typing import NDArray

from parity.report.figures.style import BEYOND, GREY, ORANGE, Axes

Floats = NDArray[np.float64]
TICKS = 6
HUGE = 1e280  # beyond, the limits of an axis overflow
LINEAR = 30  # steps
SMALL = 7.5  # points
LINE = 0.14  # inches between two labels
ABOVE = ("data", "axes fraction")  # x in the data, y = 1 the upper edge
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def floats(values: Iterable[float]) -> Floats:
    """Return numbers as an array that can be drawn: infinities are missing, like NaN, and the rest is tamed."""
    array = np.array(list(values), dtype=float)
    return np.clip(np.where(np.isfinite(array), array, np.nan), -HUGE, HUGE)


def log_axis(
    axes: Axes, lines: Iterable[Floats], low: float | None = None, high: float | None = None
) -> float:
    """Make the y axis logarithmic, wide enough for all lines, and return its floor, where zero is drawn.

    Args:
        axes: to be changed.
        lines: what will be drawn there.
        low: the floor, if it is known; else the decade below the smallest positive number.
        high: the axis reaches at least this far.
    """
    positive = np.concatenate([np.ravel(v) for v in [*lines, np.array([])]])
    positive = positive[np.isfinite(positive) & (positive > 1 / HUGE)]
    smallest, largest = (positive.min(), positive.max()) if positive.size else (1.0, 1.0)
    bottom = math.floor(math.log10(low or smallest))
    top = max(math.log10(max(largest, high or 0.0, 10.0**bottom)), bottom + 1)
    has_floor = low is None and any(bool((np.asarray(v) == 0).any()) for v in lines)
    bottom -= has_floor
    axes.set_yscale("log")
    axes.set_ylim(10.0**bottom, 10.0 ** (top + 0.06 * (top - bottom)))
    stride = max(1, math.ceil((top - bottom) / TICKS))
    decades = [d for d in range(bottom + has_floor, math.floor(top) + 1) if d % stride == 0 and d != bottom]
    ticks = [10.0**bottom, *(10.0**d for d in decades)]
    axes.yaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_minor_locator(NullLocator())
    floor = "0" if has_floor else "≤ " * (low is not None) + power(10.0**bottom)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: floor if v == ticks[0] else power(v)))
    axes.grid(axis="y", color="#EEEEEE", linewidth=0.8)
    axes.set_axisbelow(True)
    return float(10.0**bottom)


def power(value: float) -> str:
    """Return a power of ten as people write it: 0.01, 1, 100, and 10⁻⁶ beyond."""
    exponent = round(math.log10(value))
    return f"{value:g}" if -2 <= exponent <= 3 else "10" + str(exponent).translate(SUPERSCRIPT)


def step_axis(axes: Axes, last: int, *, labelled: bool) -> None:
    """Make the x axis count steps; where they are many, it is logarithmic, like the recorded ones."""
    if last > LINEAR:
        axes.set_xscale("symlog", linthresh=1, linscale=0.4)
        axes.xaxis.set_major_locator(
            FixedLocator([0, *(10**p for p in range(math.floor(math.log10(last)) + 1))])
        )
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_xlim(0, max(last, 1))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}"))
    if labelled:
        axes.set_xlabel("step (updates of the weights)")
    else:
        axes.tick_params(labelbottom=False)


def label_ends(axes: Axes, labels: Sequence[tuple[float, str, str]]) -> None:
    """Name lines at the right edge, at the height where they end, pushed apart where they would collide.

    Args:
        axes: with final limits.
        labels: for each line the y it ends at (NaN: in the middle), its name and its colour.
    """
    inches = axes.get_position().height * axes.figure.get_figheight()
    pad = 0.07 / (axes.get_position().width * axes.figure.get_figwidth())
    heights = [_fraction(axes, y) * inches for y, _, _ in labels]
    order = sorted(range(len(labels)), key=lambda i: (-heights[i], i))
    placed = spread([heights[i] for i in order], LINE, inches)
    for i, y in zip(order, placed, strict=True):
        end, text, colour = labels[i]
        text = text if math.isfinite(end) else f"{text} (not finite)"
        axes.text(
            1 + pad, y / inches, text, transform=axes.transAxes, color=colour, va="center", fontsize=SMALL
        )


def _fraction(axes: Axes, y: float) -> float:
    """Return how high a value lies on an axis, from 0 to 1."""
    low, high = axes.get_ylim()
    if not math.isfinite(y):
        return 0.5
    if axes.get_yscale() == "log":
        low, high, y = math.log10(low), math.log10(high), math.log10(max(y, low))
    return float(min(max((y - low) / (high - low), 0.0), 1.0))


def spread(heights: Sequence[float], least: float, top: float) -> list[float]:
    """Return heights, given from high to low, at least so far apart and above 0."""
    placed: list[float] = []
    for y in heights:
        placed.append(min(y, placed[-1] - least if placed else top))
    if placed and placed[-1] < 0:
        floor = 0.0
        for i in reversed(range(len(placed))):
            placed[i] = max(placed[i], floor)
            floor = placed[i] + least
    return placed


def line_with_zeros(
    axes: Axes, x: Sequence[float], values: Floats, floor: float, colour: str, **style: Any
) -> None:
    """Draw a line that breaks where it is zero; zeros are dots on the floor. Points that stand alone stay."""
    positive = np.where(values > 0, np.maximum(values, floor), np.nan)
    alone = np.isfinite(positive)
    alone[1:] &= ~np.isfinite(positive[:-1])
    alone[:-1] &= ~np.isfinite(positive[1:])
    at = np.array(x)
    axes.plot(at, positive, color=colour, linewidth=1.1, **style)
    dots = {"linestyle": "none", "marker": "o", "markersize": 2.2, "markeredgewidth": 0, "color": colour}
    zero = values == 0
    if alone.any():
        axes.plot(at[alone], positive[alone], **dots)
    if zero.any():
        axes.plot(at[zero], np.full(zero.sum(), floor), clip_on=False, **dots)


def mark_horizon(axes: Axes, horizon: int | None, *, labelled: bool) -> None:
    """Shade what lies past the horizon, where rounding decides and pointwise comparison means nothing."""
    if horizon is None:
        return
    end = axes.get_xlim()[1]
    axes.axvspan(horizon, max(end, horizon), color=BEYOND, zorder=0, linewidth=0)
    axes.axvline(horizon, color=ORANGE, linewidth=1)
    if labelled:
        left = horizon < (end**0.5 if end > LINEAR else end / 2)
        text = f"horizon: step {horizon:,}"
        write(axes, text, (horizon, 1), "#8A5A00", ABOVE, offset=(0, 2), ha="left" if left else "right")


def write(
    axes: Axes,
    text: str,
    at: tuple[float, float],
    colour: str,
    coordinates: Any,
    offset: tuple[float, float] = (0, 0),
    **style: Any,
) -> None:
    """Write small text at a place, moved by an offset in points."""
    axes.annotate(
        text,
        at,
        xycoords=coordinates,
        xytext=offset,
        textcoords="offset points",
        color=colour,
        **{"fontsize": SMALL, "va": "bottom", **style},
    )


def note(axes: Axes, text: str) -> None:
    """Write a remark in the middle of a panel."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=GREY, fontsize=8)
