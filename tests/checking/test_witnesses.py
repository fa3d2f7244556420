"""A framework whose numbers are none is no witness for a pass."""

from pathlib import Path

import numpy as np
import pytest

import parity
from parity.checking import witnesses
from parity.checking.experiments import outcome
from parity.checking.findings import Check
from parity.scenarios.problem import Problem
from tests.checking.test_adapters import GRADS, NETWORK, STEP


class Fake:
    """Says what the network by hand says, some numbers replaced."""

    failures: dict[str, object] = {}  # noqa: RUF012 - never changed
    frameworks = ("torch",)

    def __init__(self, number: float | None) -> None:
        self.number = number

    def warm_aside(self) -> None:
        pass

    def testify(self, problem: Problem) -> list[witnesses.Testimony]:
        ours = outcome(problem)
        after = {p: w.copy() for p, w in ours.after.items()}
        gradients = {p: g.copy() for p, g in ours.gradients.items()}
        if self.number is not None:
            after["dense_1/bias"][0] = gradients["dense_1/bias"][0] = self.number
        return [witnesses.Testimony("torch 9", after, gradients)]


@pytest.mark.parametrize("more", [GRADS, STEP])
@pytest.mark.parametrize("number", [np.nan, np.inf, None])
def test_numbers_that_are_none_never_pass(more: str, number: float | None, tmp_path: Path) -> None:
    file = tmp_path / "mynet.py"
    file.write_text(NETWORK + more)
    check: Check = parity.check(file, witnesses=Fake(number))  # type: ignore[arg-type]
    assert check.outcome.right == (number is None), str(check)
    assert "torch 9" in str(check.parts)
