"""Loss over training, thinned out for figures while it is produced."""

import numpy as np

from parity.frameworks.plan import log_selection
from parity.judge import Stretch
from parity.judge.measure import entry_distance
from parity.results import LossCurves
from parity.suite.landscape import shortened
from scratch.tree import Array

SHOWN_EVENLY = 160
SHOWN_PER_DECADE = 16


class Curves:
    """Collects the loss of every implementation at a selection of steps, and the largest differences between."""

    def __init__(self, steps: int, frameworks: list[str]) -> None:
        evenly = np.linspace(0, steps - 1, min(steps, SHOWN_EVENLY)).astype(int)
        self._shown = np.union1d(evenly, log_selection(steps, SHOWN_PER_DECADE)).astype(int)
        count = len(self._shown)
        self._losses = {name: np.full(count, np.nan) for name in ["scratch", *frameworks]}
        self._differences = {name: np.full(count, np.nan) for name in frameworks}
        self._noise = np.full(count, np.nan)

    def add_truth(self, stretch: Stretch) -> None:
        """Take scratch's losses of a stretch, and their noise."""
        first = stretch.truth.first
        self._sample("scratch", first, stretch.truth.losses)
        here, there = self._where(first, len(stretch.truth.losses))
        self._noise[here] = stretch.noise.losses[there]

    def add(self, framework: str, stretch: Stretch, losses: Array) -> None:
        """Take a framework's losses of the same stretch."""
        first = stretch.truth.first
        self._sample(framework, first, losses)
        apart = entry_distance(stretch.truth.losses.astype(float), losses.astype(float))
        bucket = np.searchsorted(self._shown, np.arange(first, first + len(losses)))
        np.fmax.at(self._differences[framework], bucket, apart)

    def result(self) -> LossCurves:
        """Return what was collected; implementations that never came are left out."""

        def lists(arrays: dict[str, Array], digits: int) -> dict[str, list[float]]:
            return {
                name: shortened(array, digits) for name, array in arrays.items() if not np.isnan(array).all()
            }

        return LossCurves(
            self._shown.tolist(),
            lists(self._losses, 9),
            lists(self._differences, 4),
            shortened(self._noise, 4),
        )

    def _sample(self, name: str, first: int, losses: Array) -> None:
        here, there = self._where(first, len(losses))
        self._losses[name][here] = losses[there]

    def _where(self, first: int, count: int) -> tuple[Array, Array]:
        """Return the places of the shown steps of a stretch, here and in the stretch."""
        here = np.flatnonzero((self._shown >= first) & (self._shown < first + count))
        return here, self._shown[here] - first
