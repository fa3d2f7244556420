"""One quantity over training: what passes, what is broken, what is no evidence, and what is remembered."""

from typing import Any

import numpy as np
import pytest

from parity.frameworks.plan import log_selection
from parity.judge.series import NOT_FINITE, NOTHING_LEARNED, PAST_HORIZON, Series
from parity.results import Verdict
from scratch.tree import Array

NAN, INF = np.nan, np.inf
THRESHOLD, NOISE = 10.0, 1e-3
HOLDS, BROKEN, UNCLEAR = Verdict.HOLDS, Verdict.BROKEN, Verdict.UNCLEAR


def series(quantity: str = "gradient", steps: int = 100, expect_nonfinite: bool = False) -> Series:
    selection, buckets = np.array(log_selection(steps, 5)), np.array(log_selection(steps, 40))
    return Series(quantity, "dense_1/kernel", THRESHOLD, selection, buckets, expect_nonfinite)


def judged(
    truth: Any, other: Any, noise: float = NOISE, quantity: str = "gradient", expect_nonfinite: bool = False
) -> Series:
    """Return a series that has judged one step."""
    one = series(quantity, expect_nonfinite=expect_nonfinite)
    one.add(np.array([0]), np.array([truth]), np.array([other]), np.array([noise]))
    return one


def verdict(one: Series) -> tuple[Verdict, str]:
    (row,) = one.rows()
    assert one.broken == (row.verdict is BROKEN)
    assert one.compared == (row.verdict is not UNCLEAR)
    return row.verdict, row.reason


@pytest.mark.parametrize(
    ("units", "expected"), [(0, HOLDS), (1, HOLDS), (9.99, HOLDS), (10.01, BROKEN), (1e12, BROKEN)]
)
@pytest.mark.parametrize("sign", [-1, 1])
def test_the_threshold_decides(units: float, sign: int, expected: Verdict) -> None:
    one = judged([5.0, 1.0], [5.0, 1.0 + sign * units * NOISE])
    assert verdict(one) == (expected, "")
    assert one.worst is not None
    assert one.worst.noise_units == pytest.approx(units)


@pytest.mark.parametrize(
    ("truth", "other"),
    [
        ([1.0, NAN], [1.0, NAN]),
        ([1.0, NAN], [1.0, 2.0]),
        ([1.0, 2.0], [1.0, NAN]),
        ([1.0, INF], [1.0, INF]),
        ([1.0, INF], [1.0, -INF]),
        ([1.0, 2.0], [1.0, INF]),
        ([NAN, NAN], [NAN, NAN]),
    ],
)
@pytest.mark.parametrize("noise", [NOISE, INF])
def test_what_is_not_finite_never_passes(truth: list[float], other: list[float], noise: float) -> None:
    one = judged(truth, other, noise)
    assert verdict(one) == (BROKEN, NOT_FINITE)
    assert one.worst is not None
    assert one.worst.noise_units == INF
    assert one.divergence is not None
    assert one.divergence.index == [next(i for i in (0, 1) if not np.isfinite([truth[i], other[i]]).all())]


@pytest.mark.parametrize(
    ("truth", "other", "expected"),
    [
        ([1.0, NAN], [1.0, NAN], HOLDS),
        ([1.0, INF], [1.0, INF], HOLDS),
        ([NAN, NAN], [NAN, NAN], HOLDS),
        ([1.0, NAN], [1.5, NAN], BROKEN),
        ([NAN, 1.0], [1.0, NAN], BROKEN),
        ([1.0, INF], [1.0, -INF], BROKEN),
        ([1.0, INF], [1.0, NAN], BROKEN),
        ([1.0, 2.0], [1.0, NAN], BROKEN),
        ([1.0, INF], [1.0, 1e300], BROKEN),
    ],
)
def test_expected_nan_has_to_stand_in_the_same_places(
    truth: list[float], other: list[float], expected: Verdict
) -> None:
    assert verdict(judged(truth, other, expect_nonfinite=True))[0] is expected


def test_nothing_that_is_not_finite_is_expected_unless_said() -> None:
    one = Series("loss", "all", THRESHOLD, np.zeros(1), np.zeros(1))
    one.add(np.array([0]), np.array([NAN]), np.array([NAN]), np.array([NOISE]))
    assert verdict(one) == (BROKEN, NOT_FINITE)


def test_without_noise_only_the_same_number_is_right() -> None:
    one = judged([1.0], [1.0], noise=0.0)
    assert one.worst is not None
    assert (verdict(one)[0], one.worst.noise_units) == (HOLDS, 0.0)
    assert verdict(judged([1.0], [2.0], noise=0.0))[0] is BROKEN


def test_infinite_noise_hides_no_expected_nan_on_one_side() -> None:
    assert verdict(judged([1.0], [NAN], INF, expect_nonfinite=True))[0] is BROKEN
    assert verdict(judged([1.0], [2.0], INF, expect_nonfinite=True)) == (UNCLEAR, PAST_HORIZON)
    assert verdict(judged([1.0], [2.0], NAN, expect_nonfinite=True)) == (UNCLEAR, PAST_HORIZON)


def test_different_shapes_are_broken() -> None:
    one = judged([[1.0, 1.0]], [1.0, 1.0])
    assert verdict(one) == (BROKEN, "")
    assert one.divergence is not None
    assert one.divergence.index == []


def test_different_shapes_are_not_compared_even_where_a_part_of_one_has_the_shape_of_the_other() -> None:
    one = series("loss")
    one.add(np.arange(2), np.ones(2), np.ones((2, 2)), np.full(2, NOISE))
    assert one.divergence is not None
    assert one.divergence.index == []


def test_a_gradient_of_exact_zeros_is_no_evidence() -> None:
    one = judged([0.0, 0.0], [0.0, -0.0], noise=np.finfo(float).tiny)
    assert verdict(one) == (UNCLEAR, NOTHING_LEARNED)
    assert (one.compared, one.nothing_learned, one.beyond_horizon) == (0, 1, 0)
    assert one.worst is None


def test_reasons_are_what_results_have() -> None:
    assert (NOTHING_LEARNED, PAST_HORIZON, NOT_FINITE) == (
        "nothing learned",
        "past the horizon",
        "not finite",
    )


def test_zeros_of_other_quantities_are_evidence() -> None:
    assert verdict(judged([0.0], [0.0], np.finfo(float).tiny, "weight")) == (HOLDS, "")


def test_a_zero_gradient_against_a_number_is_broken_whichever_side_has_it() -> None:
    tiny = np.finfo(float).tiny
    assert verdict(judged([0.0, 0.0], [0.0, 0.5], tiny))[0] is BROKEN
    assert verdict(judged([0.0, 0.5], [0.0, 0.0], 1e-17))[0] is BROKEN


def test_noise_of_a_tenth_is_the_horizon() -> None:
    assert verdict(judged([1.0, -0.5], [1.0, 0.2], noise=0.101)) == (UNCLEAR, PAST_HORIZON)
    assert verdict(judged([1.0, -0.5], [1.0, 0.6], noise=0.099))[0] is BROKEN
    past = judged([1.0], [1.0], noise=0.11)
    assert (past.compared, past.nothing_learned, past.beyond_horizon) == (0, 0, 1)


def test_rounding_noise_around_zero_does_not_excuse_a_number_on_the_other_side() -> None:
    """Scratch's gradient cancels to 1e-17, the framework's is 0.5: that is no horizon."""
    assert verdict(judged([1e-17], [0.5], noise=2e-17))[0] is BROKEN
    assert verdict(judged([0.5], [1e-17], noise=2e-17))[0] is BROKEN
    assert verdict(judged([1e-17], [-1e-17], noise=2e-17)) == (UNCLEAR, PAST_HORIZON)


def test_the_first_divergence_names_step_place_and_both_numbers() -> None:
    one = series(steps=40)
    truth = np.ones((40, 3, 2))
    other = truth.copy()
    other[17, 2, 1] += 0.5
    other[17, 0, 0] += 0.25  # the worst of the step is named, not the first
    other[18:] += 7.0  # and the first step, not the worst
    for first in range(0, 40, 10):
        steps = np.arange(first, first + 10)
        one.add(steps, truth[steps], other[steps], np.full(10, NOISE))
    found = one.divergence
    assert found is not None
    assert (found.step, found.quantity, found.parameter) == (17, "gradient", "dense_1/kernel")
    assert (found.index, found.framework, found.scratch) == ([2, 1], 1.5, 1.0)
    assert found.noise_units == pytest.approx(500)
    rows = {row.step: row for row in one.rows()}
    assert rows[17].verdict is BROKEN
    assert one.worst is not None
    assert one.worst.step in rows
    assert one.worst.noise_units == pytest.approx(7000)


def test_a_factor_is_the_same_everywhere_to_threshold_and_noise() -> None:
    twice, once_wrong = (judged([4.0, -2.0], other).divergence for other in ([2.0, -1.0], [4.0, -3.0]))
    assert twice is not None
    assert once_wrong is not None
    assert (twice.uniform, once_wrong.uniform) == (True, False)


def test_a_row_has_difference_noise_and_their_ratio() -> None:
    (row,) = judged([1.0, 5.0], [1.5, 5.0], noise=0.125).rows()
    assert (row.max_abs_diff, row.noise, row.noise_units) == (0.5, 0.125, 4.0)


def test_losses_have_no_index() -> None:
    one = judged(0.25, 0.5, quantity="loss")
    assert one.divergence is not None
    assert (one.divergence.index, one.divergence.framework, one.divergence.scratch) == ([], 0.5, 0.25)


def test_no_steps_say_nothing() -> None:
    one = series()
    one.add(np.zeros(0, dtype=int), np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0))
    assert (one.compared, one.broken, list(one.rows())) == (0, False, [])


def test_steps_are_counted_over_all_stretches() -> None:
    one = series()
    for first in (0, 3):
        truth = np.array([[0.0], [1.0], [1.0]])
        one.add(np.arange(first, first + 3), truth, truth, np.array([1e-9, 1e-9, 0.5]))
    assert (one.compared, one.nothing_learned, one.beyond_horizon) == (2, 2, 2)


def noisy(first: int, stop: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(first)
    truth = np.ones((stop - first, 1))
    return truth, truth + rng.uniform(0, 20 * NOISE, truth.shape)


def test_what_is_kept_does_not_grow_with_the_number_of_steps() -> None:
    """Of a million steps, half of them broken, a few dozen rows are left."""
    steps, chunk = 1_000_000, 100_000
    one = series(steps=steps)
    for first in range(0, steps, chunk):
        truth, other = noisy(first, first + chunk)
        one.add(np.arange(first, first + chunk), truth, other, np.full(chunk, NOISE))
    assert one.compared == steps
    rows = list(one.rows())
    assert {0, 1, 9, steps - 1} <= {row.step for row in rows}
    assert len(rows) <= 10 + 5 * 6 + 3
    assert len(one.thinned("torch").steps) <= 10 + 40 * 6 + 3
    assert [row.step for row in rows] == sorted({row.step for row in rows})


def test_the_worst_and_the_first_broken_step_are_kept_wherever_they_are() -> None:
    one = series(steps=1000)
    truth = np.ones((1000, 1))
    other = truth.copy()
    other[777], other[333] = 3.0, 2.0
    one.add(np.arange(1000), truth, other, np.full(1000, NOISE))
    kept = {row.step: row.noise_units for row in one.rows()}
    assert kept[777] == pytest.approx(2000)
    assert kept[333] == pytest.approx(1000)


def test_of_equals_the_first_is_the_worst() -> None:
    one = series()
    for step in (3, 4):
        one.add(np.array([step]), np.ones((1, 1)), np.full((1, 1), 1.5), np.full(1, NOISE))
    assert one.worst is not None
    assert one.worst.step == 3


def test_what_is_no_evidence_is_never_the_worst() -> None:
    one = series()
    one.add(np.arange(2), np.ones((2, 1)), np.array([[1.0], [1.0 + NOISE / 2]]), np.array([0.5, NOISE]))
    assert one.worst is not None
    assert one.worst.step == 1


def test_peaks_between_shown_steps_are_shown() -> None:
    """A figure of a long run shows the largest value since the point before it."""
    steps = 10_000
    one = series(steps=steps)
    truth = np.ones((steps, 1))
    other = truth.copy()
    other[7_003] += 5 * NOISE
    other[-1] += 4 * NOISE
    one.add(np.arange(steps), truth, other, np.full(steps, NOISE))
    shown = one.thinned("torch")
    peak = int(np.argmax(shown.noise_units))
    assert shown.noise_units[peak] == pytest.approx(5)
    assert shown.steps[peak - 1] < 7_003 <= shown.steps[peak]
    assert (shown.steps[-1], shown.noise_units[-1]) == (9_999, pytest.approx(4))
    assert (shown.framework, shown.quantity, shown.parameter) == ("torch", "gradient", "dense_1/kernel")


def test_nothing_is_shown_where_there_is_no_evidence() -> None:
    one = series(steps=3)
    one.add(
        np.arange(3),
        np.array([[0.0], [1.0], [1.0]]),
        np.array([[0.0], [1.0], [1.0]]),
        np.array([1e-9, 1e-9, 0.5]),
    )
    assert one.thinned("torch").steps == [1]


def test_infinite_distances_do_not_hide_behind_finite_ones() -> None:
    """``nan > worst`` is false: a NaN of noise units must not become the worst, nor be passed over."""
    one = series(steps=3, expect_nonfinite=True)
    one.add(np.arange(3), np.ones((3, 1)), np.array([[NAN], [1.5], [1.0]]), np.array([INF, NOISE, NOISE]))
    assert one.worst is not None
    assert one.worst.noise_units == INF
    assert one.divergence is not None
    assert one.divergence.step == 0
