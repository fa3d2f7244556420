"""How every figure looks: colours that colour-blind readers can tell apart, and small files."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

import matplotlib as mpl
import numpy as np
from attrs import frozen
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

# Okabe and Ito's palette, written out: matplotlib has it only from 3.10 on.
BLUE, VERMILION, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, YELLOW, INK, GREY = "#E69F00", "#56B4E9", "#F0E442", "#222222", "#767676"
PALETTE = [VERMILION, BLUE, GREEN, PINK, ORANGE, SKY, INK, GREY]
READABLE = {"scratch": "#8A8A8A"}  # as text, where the line's own colour is too pale
IMPLEMENTATIONS = {"scratch": "#BDBDBD", "torch": VERMILION, "keras": BLUE, "jax": GREEN}
LIMIT = "#3A3A3A"  # the threshold: no implementation has this colour
BAND, BEYOND = "#E6E6E6", "#FBF0DC"

WIDTH = 9.6  # inches
DPI = 120
COLOURS = 48

STYLE = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same pixels on every machine
    "font.size": 8.5,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # given, it need not be searched for, which takes a fifth of the time
    "axes.labelcolor": "#444444",
    "axes.edgecolor": "#888888",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": "#555555",
    "ytick.color": "#555555",
    "axes.formatter.useoffset": False,
    "path.simplify": True,
    "svg.hashsalt": "parity",  # else names inside a file are new every time
    "figure.dpi": DPI,
}
_LOCK = Lock()  # matplotlib's settings belong to the whole process

Axes = Any  # matplotlib's own types say little, and are not looked at


@frozen
class Picture:
    """A figure ready to be shown.

    Attributes:
        name: of its file, without the ending.
        alt: what it shows, for those who cannot see it.
        png: the picture.
        width: in pixels.
        height: in pixels.
    """

    name: str
    alt: str
    png: bytes
    width: int
    height: int


def panels(
    rows: Sequence[float],
    columns: int,
    *,
    gap: float = 1.32,
    left: float = 0.72,
    right: float = 1.0,
    between: float = 0.16,
) -> tuple[Figure, list[list[Axes]]]:
    """Return a figure and its axes [row][column], placed by hand: matplotlib's own layout is slow.

    Args:
        rows: heights in inches.
        columns: how many panels stand side by side.
        gap: inches between columns, for labels.
        left: inches left of the first column.
        right: inches right of the last column.
        between: inches between rows.
    """
    top, bottom = 0.32, 0.45
    height = top + sum(rows) + between * (len(rows) - 1) + bottom
    width = (WIDTH - left - right - gap * (columns - 1)) / columns
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    axes = []
    y = height - top
    for row in rows:
        y -= row
        spots = [(left + i * (width + gap), y, width, row) for i in range(columns)]
        axes.append([figure.add_axes((x / WIDTH, y / height, w / WIDTH, h / height)) for x, y, w, h in spots])
        y -= between
    return figure, axes


@contextmanager
def settings() -> Iterator[None]:
    """Draw with our style over matplotlib's defaults, whatever the user's own settings are."""
    defaults = {key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith("backend")}
    with _LOCK, mpl.rc_context({**defaults, **STYLE}):
        yield


def picture(figure: Figure, name: str, alt: str, colours: int = COLOURS) -> Picture:
    """Return a figure as a small PNG: no date, no software, only so many colours."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[:, :, :3]
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image = image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=8)
    return Picture(name, alt, file.getvalue(), image.width, image.height)


def svg(figure: Figure, title: str) -> str:
    """Return a figure as SVG, with letters as outlines: the same on every machine, and without a date."""
    file = io.StringIO()
    FigureCanvasSVG(figure).print_svg(file, metadata={"Title": title, "Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def colour(name: str) -> str:
    """Return the colour of an implementation, the same on every page."""
    others = [c for c in PALETTE if c not in IMPLEMENTATIONS.values()]
    return IMPLEMENTATIONS.get(name) or others[sum(name.encode()) % len(others)]


def text_colour(name: str) -> str:
    """Return the colour of an implementation's name."""
    return READABLE.get(name, colour(name))


def line(name: str) -> dict[str, Any]:
    """Return how an implementation's line is drawn: where all agree, each must be seen below the next."""
    known: dict[str, dict[str, Any]] = {
        "scratch": {"linewidth": 5, "solid_capstyle": "round"},
        "torch": {"linewidth": 1.8},
        "keras": {"linewidth": 1.3, "linestyle": (0, (4, 3))},
    }
    return {"color": colour(name), **known.get(name, {"linewidth": 1.2, "linestyle": (0, (1, 2))})}
