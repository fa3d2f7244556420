"""What the gradient check is compared with, and that nothing is left out in silence."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from benchmarks import gradient_check, rivals
from benchmarks.gradient_check import SIZES, Size, checked, measured, problem, with_wrong_entry
from benchmarks.rivals import PACKAGES, RIVALS, installed
from parity import Verdict

TINY = Size(2, 3, 1, batch=4, goal=1e9)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.harness.LONG_ENOUGH", 1e-6)


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: size.name)
def test_what_is_measured_is_right(size: Size) -> None:
    p = problem(size)
    assert checked(p).verdict is Verdict.HOLDS
    wrong = checked(with_wrong_entry(p)).tensors[0]
    assert [entry.index for entry in wrong.entries] == [(size.inputs - 1, size.hidden - 2)]


@pytest.mark.parametrize("name", ["gradcheck fast", "gradcheck slow", "jax check_grads", "scipy check_grad"])
def test_the_others_check_the_same_gradient(name: str) -> None:
    packages = installed([name])
    if name not in packages:
        pytest.skip(f"{PACKAGES[name]} is not installed")
    p = problem(TINY)
    answer = RIVALS[name](packages[name], p)()
    assert answer is not False
    if name == "scipy check_grad":
        assert isinstance(answer, float)
        assert answer < 1e-6
        assert RIVALS[name](packages[name], with_wrong_entry(p))() > 1e-3  # type: ignore[operator]


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def importer(name: str) -> ModuleType:
        raise ImportError(name)

    monkeypatch.setattr(rivals, "import_module", importer)
    monkeypatch.setattr(gradient_check, "SIZES", (TINY,))
    results = list(gradient_check.measure(1))
    assert [r.name for r in results[:5]] == list(RIVALS)
    assert all(r.mark == "could not run" for r in results[:5])
    assert "pip install jax" in next(r.note for r in results if r.name == "jax check_grads")
    check = next(r for r in results if r.name.startswith("check, "))
    assert check.mark == "could not run", "without anything to compare with there is no ratio"
    assert any(r.name.startswith("one wrong entry located") and r.value for r in results)


def test_ratios_are_to_the_fastest() -> None:
    calls = {"slow": lambda: np.linalg.inv(np.eye(200)), "fast": lambda: None}
    check, *_ = measured(TINY, problem(TINY), calls, {}, rounds=3)
    assert check.value is not None
    assert check.value > 1, "nothing is faster than doing nothing"
    assert "slow" in check.note
    assert "fast" in check.note


def test_what_would_take_too_long_is_not_run_and_said() -> None:
    called: list[Any] = []
    calls = {"gradcheck slow": lambda: called.append(1), "gradcheck fast": lambda: None}
    pace = {"gradcheck slow": 10.0}
    check, *_ = measured(TINY, problem(TINY), calls, pace, rounds=1)
    assert not called
    assert "gradcheck slow more than 10 s, not run" in check.note


def test_leisurely_ones_are_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradient_check, "LEISURELY", -1.0)
    called: list[Any] = []
    pace: dict[str, float] = {}
    list(measured(TINY, problem(TINY), {"gradcheck slow": lambda: called.append(1)}, pace, rounds=5))
    assert len(called) == 2, "once to compile, once to measure"
    assert pace["gradcheck slow"] > 0
