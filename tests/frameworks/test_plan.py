"""The plan of a comparison: every step once, little memory, batches of one size."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parity.frameworks.plan import (
    CHUNK_VALUES,
    EVERY_STEP_BELOW,
    MOST_STEPS,
    count_parameters,
    log_selection,
    recorded_steps,
    spans,
    values_per_step,
)
from parity.scenarios.problem import Problem
from tests.frameworks.problems import problem


@given(st.integers(1, 10**9), st.integers(1, 60))
def test_a_log_selection_is_sorted_small_and_has_both_ends(steps: int, per_decade: int) -> None:
    chosen = log_selection(steps, per_decade)
    assert chosen == sorted(set(chosen))
    assert chosen[: min(steps, 10)] == list(range(min(steps, 10)))
    assert chosen[-1] == steps - 1
    assert len(chosen) <= 11 + per_decade * math.log10(max(steps, 10))
    assert all(isinstance(step, int) for step in chosen)


@given(st.integers(1_000, 10**9))
def test_a_log_selection_has_no_gaps(steps: int) -> None:
    chosen = log_selection(steps, 12)
    assert all(b + 1 <= 1.3 * (a + 1) for a, b in pairwise(chosen[10:]))


@pytest.mark.parametrize("steps", [0, -3])
def test_no_steps_no_selection(steps: int) -> None:
    assert log_selection(steps) == []


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    rows = draw(st.integers(1, 40))
    width = draw(st.sampled_from([1, 3, 30, 200]))
    return problem(
        f"{width} tanh",
        "2 linear",
        rows=rows,
        epochs=draw(st.sampled_from([1, 2, 57, 1_300])),
        batch_size=draw(st.one_of(st.none(), st.integers(1, 50))),
        more={"record": draw(st.sampled_from([None, "every", "log"]))},
    )


@settings(max_examples=60, deadline=None)
@given(problems())
def test_spans_cover_every_step_once_in_little_memory(p: Problem) -> None:
    stretches = list(spans(p))
    assert stretches[0][0] == 0
    assert stretches[-1][1] == p.steps
    assert all(stop == first for (_, stop, _), (first, _, _) in pairwise(stretches))
    assert [step for _, _, recorded in stretches for step in recorded] == recorded_steps(p)
    for first, stop, recorded in stretches:
        assert 0 < stop - first <= MOST_STEPS
        assert all(first <= step < stop for step in recorded)
        assert len(recorded) <= 1 or len(recorded) * values_per_step(p) <= CHUNK_VALUES
        assert len({p.rows_in_batch(step) for step in recorded}) <= 1


@settings(max_examples=30, deadline=None)
@given(problems())
def test_rows_in_batch_is_the_size_of_the_batch(p: Problem) -> None:
    steps = min(p.steps, 2 * p.steps_per_epoch)
    assert [p.rows_in_batch(step) for step in range(steps)] == [len(rows) for rows in p.batches(0, steps)]


def test_values_are_counted_by_hand() -> None:
    p = problem("4 tanh", "2 sigmoid without bias", batch_size=5)
    assert count_parameters(p) == 3 * 4 + 4 + 4 * 2
    assert values_per_step(p) == 5 * (4 + 4 + 2 + 2) + 2 * 24


def test_small_networks_are_compared_at_every_step_and_large_ones_at_a_selection() -> None:
    small, large = problem(epochs=500), problem("400 tanh", "2 linear", epochs=500)
    assert values_per_step(small) <= EVERY_STEP_BELOW < values_per_step(large)
    assert recorded_steps(small) == list(range(500))
    assert recorded_steps(large) == log_selection(500)
