"""One quantity of one parameter over the whole training: what is kept of it, and what is not."""

from collections.abc import Callable, Iterator

import numpy as np
from attrs import frozen

from parity.judge.divergence import diverges
from parity.judge.measure import distance
from parity.judge.reference import past_horizon
from parity.results import Divergence, NoiseSeries, Verdict
from scratch.tree import Array

NOTHING_LEARNED = "nothing learned"
PAST_HORIZON = "past the horizon"
NOT_FINITE = "not finite"


@frozen
class Row:
    """One comparison, before anyone asks which scenario and framework it belongs to."""

    step: int
    max_abs_diff: float
    noise: float
    noise_units: float
    verdict: Verdict
    reason: str


class Series:
    """Judges one quantity step by step, and remembers a selection, the worst and the first broken step.

    Its size does not grow with the number of steps.
    """

    def __init__(
        self,
        quantity: str,
        parameter: str,
        threshold: float,
        selection: Array,
        buckets: Array,
        expect_nonfinite: bool = False,
    ) -> None:
        """Prepare an empty series.

        Args:
            quantity: ``gradient`` and so on, as in :class:`parity.results.Comparison`.
            parameter: whose.
            threshold: noise units above which a comparison is broken.
            selection: sorted step numbers whose comparison is kept.
            buckets: sorted step numbers that thin the series out for figures: each keeps the largest value since
                the one before.
            expect_nonfinite: NaN and infinity are fine where both sides have them.
        """
        self.quantity = quantity
        self.parameter = parameter
        self.compared = self.nothing_learned = self.beyond_horizon = 0
        self.worst: Row | None = None
        self.divergence: Divergence | None = None
        self._threshold = threshold
        self._selection = selection
        self._buckets = buckets
        self._peaks = np.full(len(buckets), np.nan)
        self._expect_nonfinite = expect_nonfinite
        self._kept: dict[int, Row] = {}

    @property
    def broken(self) -> bool:
        """Whether any step is."""
        return self.divergence is not None

    def add(self, steps: Array, truth: Array, other: Array, noise: Array) -> None:
        """Judge R more steps: ``truth`` and ``other`` are (R, ...), ``noise`` is (R,)."""
        if not len(steps):
            return
        apart = distance(truth, other)
        nonfinite = ~apart.finite & (not self._expect_nonfinite)
        hopeless = nonfinite | np.isinf(apart.largest)
        with np.errstate(divide="ignore", invalid="ignore"):
            units = np.where(apart.largest == 0, 0.0, apart.largest / noise)
        units = np.where(hopeless, np.inf, units)
        # Of either side: where scratch has only rounding noise around zero, and the framework a real number,
        # that number is not noise.
        beyond = past_horizon(noise, apart.magnitude) | ~np.isfinite(noise)
        nothing = apart.zero & (self.quantity == "gradient")
        broken = hopeless | ((units > self._threshold) & ~beyond)
        unclear = ~broken & (beyond | nothing)
        self.compared += int((~unclear).sum())
        self.nothing_learned += int((unclear & nothing).sum())
        self.beyond_horizon += int((unclear & ~nothing).sum())

        def row(i: int) -> Row:
            reason = NOT_FINITE if nonfinite[i] else ""
            if unclear[i]:
                reason = NOTHING_LEARNED if nothing[i] else PAST_HORIZON
            verdict = Verdict.BROKEN if broken[i] else Verdict.UNCLEAR if unclear[i] else Verdict.HOLDS
            return Row(
                int(steps[i]), float(apart.largest[i]), float(noise[i]), float(units[i]), verdict, reason
            )

        self._keep(steps, units, ~unclear, row)
        if self.divergence is None and broken.any():
            first = int(broken.argmax())
            self._kept[int(steps[first])] = row(first)
            self.divergence = diverges(
                self.quantity,
                self.parameter,
                int(steps[first]),
                truth[first] if truth.shape == other.shape else truth,
                other[first] if truth.shape == other.shape else other,
                float(units[first]),
                self._threshold * float(noise[first]),
            )

    def rows(self) -> Iterator[Row]:
        """Yield what was kept, in the order of steps."""
        kept = dict(self._kept)
        if self.worst is not None:
            kept[self.worst.step] = self.worst
        for step in sorted(kept):
            yield kept[step]

    def thinned(self, framework: str) -> NoiseSeries:
        """Return the series for a figure; buckets without evidence are left out."""
        known = ~np.isnan(self._peaks)
        return NoiseSeries(
            framework,
            self.quantity,
            self.parameter,
            self._buckets[known].tolist(),
            self._peaks[known].tolist(),
        )

    def _keep(self, steps: Array, units: Array, clear: Array, row: Callable[[int], Row]) -> None:
        chosen = np.flatnonzero(np.isin(steps, self._selection))
        for i in chosen:
            self._kept[int(steps[i])] = row(int(i))
        if clear.any():
            candidates = np.where(clear, units, -1.0)
            top = int(candidates.argmax())
            if self.worst is None or candidates[top] > self.worst.noise_units:
                self.worst = row(top)
            bucket = np.searchsorted(self._buckets, steps[clear])
            bucket = np.minimum(bucket, len(self._buckets) - 1)
            np.fmax.at(self._peaks, bucket, units[clear])
