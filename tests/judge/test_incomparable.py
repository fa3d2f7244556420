"""Numbers of other things, other steps or another type: they are refused, not compared."""

import re
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from parity.frameworks.protocol import Chunk
from parity.judge import IncomparableError, Judge
from parity.scenarios.problem import Problem
from scratch.tree import flatten
from tests.frameworks.problems import problem
from tests.judge.hearing import stretches, told

STEPS = 12


@pytest.fixture(scope="module")
def small() -> Problem:
    return problem(epochs=STEPS)


def without_loss(chunk: Chunk) -> Chunk:
    return evolve(chunk, losses=chunk.losses[:0])


def without_gradient(chunk: Chunk) -> Chunk:
    return evolve(chunk, arrays={p: a for p, a in chunk.arrays.items() if p != "gradient/dense_2/bias"})


def with_more(chunk: Chunk) -> Chunk:
    return evolve(chunk, arrays=chunk.arrays | {"gradient/dense_3/bias": np.zeros((5, 1))})


def other_steps(chunk: Chunk) -> Chunk:
    return evolve(chunk, steps=chunk.steps + 1)


def later(chunk: Chunk) -> Chunk:
    return evolve(chunk, first=chunk.first + 1)


NOT_BOTH, OTHER_STEPS = "torch and scratch do not both have ", "torch handed out other steps than scratch: "


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without_loss, OTHER_STEPS + "0 losses from step 0 on, not 5 from step 0 on"),
        (without_gradient, NOT_BOTH + "['gradient/dense_2/bias']"),
        (with_more, NOT_BOTH + "['gradient/dense_3/bias']"),
        (other_steps, OTHER_STEPS),
        (later, OTHER_STEPS + "5 losses from step 1 on, not 5 from step 0 on"),
    ],
)
def test_what_is_left_out_does_not_pass_unseen(small: Problem, change: Any, message: str) -> None:
    stretch = next(stretches(small))
    with pytest.raises(IncomparableError, match="^" + re.escape(message)):
        Judge(small, "torch").add(stretch, change(stretch.truth))


@pytest.mark.parametrize("lost", ["dense_1/bias", None])
def test_other_parameters_cannot_be_compared(small: Problem, lost: str | None) -> None:
    weights = flatten(small.params)
    weights = (
        {p: a for p, a in weights.items() if p != lost} if lost else weights | {"dense_3/bias": np.zeros(1)}
    )
    with pytest.raises(IncomparableError, match="dense_1/kernel"):
        Judge(small, "torch").begin(weights)


@pytest.mark.parametrize("path", ["loss/all", "gradient/dense_1/kernel"])
def test_another_number_type_is_no_parity(path: str) -> None:
    """Who computes in float64 where float32 was asked for is right by accident."""
    single = problem(epochs=STEPS, dtype="float32")
    stretch = next(stretches(single))
    honest = told(stretch, {})
    arrays = {p: a.astype(float) if p == path else a for p, a in honest.arrays.items()}
    losses = honest.losses.astype(float) if path == "loss/all" else honest.losses
    wide = Chunk(honest.first, losses, honest.steps, arrays)
    name = path.removesuffix("/all")
    with pytest.raises(IncomparableError, match=f"^{name} of torch is float64, but should be float32$"):
        Judge(single, "torch").add(stretch, wide)
    with pytest.raises(IncomparableError, match=f"^{name} of scratch is float64, but should be float32$"):
        Judge(single, "torch").add(evolve(stretch, truth=wide), honest)
