"""Pictures of the results: drawn without a screen, the same bytes every time, each a few kilobytes."""

from parity.report.figures.drawing import draw_all
from parity.report.figures.style import Picture

__all__ = ["Picture", "draw_all"]
