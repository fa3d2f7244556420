"""How small an error tools see: the search itself, on tools whose limit is known, and this project's own limits."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from parity.diagnosis import plant
from parity.frameworks.scratch import ScratchTwin
from parity.frameworks.workers import FrameworkFailure
from parity.power import sensitivity
from parity.power.replay import Recording, record
from parity.power.sensitivity import DTYPES, Limit, measure, network, row, smallest
from parity.power.tools import ALL_OFF, TOOLS, Catches, Subject, Tool
from parity.results.power import Sensitivity
from parity.scenarios import build
from scratch.tree import flatten

GOALS = {"float64": 1e-13, "float32": 5e-6}
BY_NAME = {tool.name: tool for tool in TOOLS}
NOT_NEEDED = Recording("torch", [])


class Here:
    """Runs a tool in this process."""

    def call(self, task: Callable[..., Any], *arguments: Any, timeout: float) -> Any:
        return task("", *arguments)


class Failing:
    """A process in which nothing works."""

    def __init__(self, failure: FrameworkFailure) -> None:
        self._failure = failure

    def call(self, task: Callable[..., Any], *arguments: Any, timeout: float) -> Any:
        raise self._failure


def from_now_on(threshold: float) -> Catches:
    return lambda error: error >= threshold


def subjects(recording: Recording = NOT_NEEDED) -> list[Subject]:
    return [Subject(build(network(), dtype), recording) for dtype in DTYPES]


@pytest.fixture(scope="module")
def recorded() -> list[Subject]:
    problems = [build(network(), dtype) for dtype in DTYPES]
    return [Subject(p, ours) for p, (ours,) in zip(problems, record(problems, ["torch"]), strict=True)]


@pytest.mark.parametrize("threshold", [2e-17, 3.3e-15, 1e-7, 0.04, 9.5])
def test_a_known_limit_is_found_within_three_percent(threshold: float) -> None:
    found = smallest(from_now_on(threshold))
    assert found.error is not None
    assert threshold * 0.995 <= found.error <= threshold * 1.03
    assert not found.note


def test_what_always_objects_has_no_limit() -> None:
    assert smallest(lambda error: True) == Limit(None, "rejects the right gradient too")


def test_what_never_objects_has_no_limit() -> None:
    assert smallest(lambda error: False) == Limit(None, "does not see that it is off by a factor of 11")


def test_a_row_has_both_number_types_and_says_what_is_odd() -> None:
    def check(subject: Subject) -> Catches:
        return from_now_on(1e-5 if subject.problem.dtype == "float64" else 0.0)

    found = row(Tool("fake", "numpy", check, "one direction"), subjects(), Here())
    assert (found.tool, found.version) == ("fake", np.__version__)
    assert found.float64 == pytest.approx(1e-5, rel=0.03)
    assert found.float32 is None
    assert found.note == "one direction; float32: rejects the right gradient too"


def test_a_missing_package_is_a_row() -> None:
    tool = evolve(BY_NAME["jax.test_util.check_grads"], package="no-such-package")
    missing = FrameworkFailure("missing", "cannot be imported: No module named 'jax'")
    assert row(tool, subjects(), Failing(missing)) == Sensitivity(tool.name, "", None, None, "not installed")


def test_a_package_that_cannot_be_imported_says_why() -> None:
    broken = FrameworkFailure("missing", "cannot be imported: libfoo.so")
    found = row(Tool("fake", "numpy", lambda subject: from_now_on(1e-5)), subjects(), Failing(broken))
    assert (found.float64, found.float32, found.note) == (None, None, "cannot be imported: libfoo.so")


def test_without_pytorch_every_tool_still_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*arguments: Any) -> Any:
        raise FrameworkFailure("missing", "torch is not installed")

    monkeypatch.setattr(sensitivity, "record", missing)
    found = measure()
    assert [one.tool for one in found] == [tool.name for tool in TOOLS]
    assert {(one.float64, one.float32) for one in found} == {(None, None)}
    assert {one.note for one in found} == {"nothing to compare with: torch is not installed"}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("error", [0.0, 1e-3, 10.0])
def test_every_tool_is_shown_the_same_gradients(dtype: str, error: float) -> None:
    subject = Subject(build(network(), dtype), NOT_NEEDED)
    planted = ScratchTwin(plant(subject.problem, ALL_OFF, size=error)).advance(0, 1, [0]).arrays
    right, wrong = subject.mine(0.0), subject.mine(error)
    assert list(wrong) == list(flatten(subject.problem.params))
    for path, gradient in wrong.items():
        assert gradient.dtype == dtype
        np.testing.assert_allclose(gradient, right[path] * (1 + error), rtol=2 * np.finfo(dtype).eps)
        np.testing.assert_array_equal(planted[f"gradient/{path}"][0], gradient)


@pytest.mark.parity
@pytest.mark.parametrize("name", ["parity run", "parity.check_gradient"])
def test_our_own_limits_in_float64(name: str, recorded: list[Subject]) -> None:
    found = row(BY_NAME[name], recorded, Here())
    assert found.float64 is not None
    assert np.finfo("float64").eps < found.float64 <= GOALS["float64"]


@pytest.mark.parity
def test_our_own_limit_in_float32(recorded: list[Subject]) -> None:
    found = row(BY_NAME["parity run"], recorded, Here())
    assert found.float32 is not None
    assert np.finfo("float32").eps < found.float32 <= GOALS["float32"]


@pytest.mark.parity
def test_numpy_sees_what_its_documentation_says(recorded: list[Subject]) -> None:
    found = row(BY_NAME["numpy.testing.assert_allclose"], recorded, Here())
    assert found.float64 == pytest.approx(1e-7, rel=0.03)


@pytest.mark.parity
@pytest.mark.slow
def test_nobody_sees_smaller_errors() -> None:
    found = measure()
    assert [one.tool for one in found] == [tool.name for tool in TOOLS]
    best = found[0]
    for other in found[1:]:
        assert other.float64 is not None or other.note == "not installed", other
        for dtype in DTYPES:
            theirs = getattr(other, dtype)
            assert theirs is None or theirs > getattr(best, dtype), other
