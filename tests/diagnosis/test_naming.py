"""Every mistake is planted, seen caught by the judge, and called by its own name and no other."""

from collections.abc import Callable

import numpy as np
import pytest

from parity.diagnosis import CATALOGUE, causes, opening, plant
from parity.power.planted import shortened
from parity.power.replay import Recording, judge, record
from parity.results import Verdict
from parity.scenarios import Problem, build, load
from tests.frameworks.problems import problem

HOMES = {
    "mistakes-sigmoid": "G101 G102 G103 G105 G106 G107 G108 G109 G110 G111 G112 G113 G114 G115 G116 G117 G118 "
    "G120 G206 G213 G214 G215 G217 G218 G219 G301 G302 G303 G304 G305 G306 G307 G321 G322 "
    "G401 G402 G403 G404 G405 G406 G407 G408 G409 G410 G411 G412 G413 G414 G415 G416 G501 "
    "G502 G503 G504 G505 G506 G507 G508 G509 G511 G513 G514 G515 G516 G517 G518 G519 G603 "
    "G604 G605 G606 G607",
    "mistakes-relu": "G104 G119 G221 G308 G309 G310 G311 G312 G313 G314 G315 G316 G317 G318 G320 G510 G512 "
    "G520 G601 G602",
    "mistakes-softmax": "G201 G202 G203 G204 G207 G212 G216",
    "mistakes-binary": "G208 G209",
    "mistakes-logits": "G210 G220",
    "xor-relu": "G319",
    "sensor-logits": "G205 G211",
}
HOME = {code: name for name, codes in HOMES.items() for code in codes.split()}
"""A shipped scenario in which no other mistake gives the same numbers."""

Recorded = Callable[[str, str], tuple[Problem, list[Recording]]]


@pytest.fixture(scope="module")
def recorded() -> Recorded:
    problems = [build(shortened(load(name)), dtype) for name in HOMES for dtype in ("float64", "float32")]
    both = dict(
        zip(
            [(p.scenario.name, p.dtype) for p in problems],
            zip(problems, record(problems, ["torch"]), strict=True),
            strict=True,
        )
    )
    return lambda name, dtype: both[name, dtype]


def test_every_mistake_has_a_home() -> None:
    assert HOME.keys() == CATALOGUE.keys()


@pytest.mark.parity
@pytest.mark.parametrize(
    ("code", "dtype"),
    [(code, "float64") for code in CATALOGUE] + [(code, "float32") for code in list(CATALOGUE)[::5]],
)
def test_a_planted_mistake_is_caught_and_named(code: str, dtype: str, recorded: Recorded) -> None:
    original, recordings = recorded(HOME[code], dtype)
    with np.errstate(all="ignore"):
        (judged,) = judge(plant(original, CATALOGUE[code]), recordings)
    assert judged.verdict is Verdict.BROKEN
    assert [cause.code for cause in judged.causes] == [code]
    assert judged.causes[0].whose == "scratch"


@pytest.mark.parity
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", HOMES)
def test_without_a_mistake_nothing_is_caught(name: str, dtype: str, recorded: Recorded) -> None:
    original, recordings = recorded(name, dtype)
    (judged,) = judge(original, recordings)
    assert (judged.verdict, judged.causes) == (Verdict.HOLDS, [])


def named(original: Problem, code: str, size: float | None = None) -> list[tuple[str, float | None]]:
    right = list(opening(original))
    found = list(opening(plant(original, CATALOGUE[code], size=size)))
    return [(cause.bug.code, cause.size) for cause in causes(original, found, right)]


@pytest.mark.parametrize(
    ("code", "size"), [("G603", 0.0371), ("G604", 0.0371), ("G605", 0.00123), ("G318", 0.07), ("G606", 0.033)]
)
def test_a_size_that_nobody_uses_is_read_off(code: str, size: float) -> None:
    original = problem("5 relu", "2 sigmoid", momentum=0.5)
    ((found, read),) = named(original, code, size)
    assert found == code
    assert read == pytest.approx(size, rel=1e-6)


def test_a_limit_is_read_off() -> None:
    original = problem("5 relu", "2 sigmoid")
    ((found, read),) = named(original, "G601", 0.0123)
    assert (found, read) == ("G601", pytest.approx(0.0123))


def test_two_mistakes_that_cannot_be_told_apart_are_both_named() -> None:
    assert [code for code, _ in named(problem("4 tanh", "1 sigmoid", outputs=1), "G101")] == ["G101", "G106"]


def test_a_mistake_that_changes_nothing_here_is_not_named() -> None:
    original = problem("4 tanh", "1 sigmoid", outputs=1)
    assert named(original, "G105") == []


def test_what_is_right_has_no_cause() -> None:
    original = problem()
    right = list(opening(original))
    assert causes(original, right, right) == []


def test_what_no_mistake_gives_has_no_cause() -> None:
    original = problem()
    right, found = list(opening(original)), list(opening(original))
    for step in found:
        step["gradient/dense_1/kernel"] = step["gradient/dense_1/kernel"] * 1.0625
    assert causes(original, found, right) == []


def test_a_small_error_on_top_of_a_mistake_is_not_passed_over() -> None:
    original = problem()
    right, found = list(opening(original)), list(opening(plant(original, CATALOGUE["G103"])))
    assert [c.bug.code for c in causes(original, found, right)] == ["G103"]
    found[1]["gradient/dense_2/bias"] = found[1]["gradient/dense_2/bias"] * (1 + 1e-11)
    assert causes(original, found, right) == []


@pytest.mark.parametrize("first", [0, 2])
def test_steps_are_looked_at_while_they_are_finite(first: int) -> None:
    original = problem()
    right, found = list(opening(original)), list(opening(plant(original, CATALOGUE["G103"])))
    for step in found[first:]:
        step["loss"] = step["loss"] * np.nan
    assert [c.bug.code for c in causes(original, found, right)] == (["G103"] if first else [])


def test_arrays_of_another_shape_have_no_cause() -> None:
    original = problem()
    right, found = list(opening(original)), list(opening(plant(original, CATALOGUE["G103"])))
    found[0]["gradient/dense_1/kernel"] = found[0]["gradient/dense_1/kernel"].mT
    assert causes(original, found, right) == []
