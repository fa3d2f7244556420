"""A known convention is named and proven; a deviation that nobody knows stays a bug."""

import numpy as np
import pytest

from parity.frameworks import workers
from parity.frameworks.conventions import KNOWN, TABLE, known_convention
from parity.judge import THRESHOLD
from parity.results import Implementation, Verdict
from parity.suite.run import Settings, run_scenarios
from tests.frameworks.problems import scenario

WRITTEN, EFFECTIVE = 0.9, float(np.float32(0.9))


def run(dtype: str = "float64", **training: object) -> Implementation:
    """Return how Keras did."""
    results = run_scenarios([scenario(epochs=40, **training)], Settings(("keras",), (dtype,)))
    (found,) = results.scenarios[0].runs[0].implementations
    return found


@pytest.mark.parity
@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("nesterov", [False, True])
def test_a_momentum_that_passes_through_float32_is_named_and_proven(nesterov: bool) -> None:
    found = run(momentum=WRITTEN, nesterov=nesterov)
    assert found.verdict is Verdict.HOLDS
    (convention,) = found.conventions
    assert (convention.setting, convention.written, convention.effective) == ("momentum", WRITTEN, EFFECTIVE)
    assert convention.name == KNOWN[0].name
    assert convention.gap > 1e3 * THRESHOLD, "with the number as written there is a gap"
    assert convention.closed < 1.5, "with the effective number there is none"


@pytest.mark.parity
@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize(
    ("dtype", "momentum"),
    [("float32", 0.9), ("float64", 0.875), ("float64", 0.0)],
    ids=["float32", "exact", "none"],
)
def test_no_convention_is_named_where_none_is_at_work(dtype: str, momentum: float) -> None:
    """A learning rate of 0.1 stays exact: Keras keeps it in a variable of the type of the weights."""
    found = run(dtype, momentum=momentum, learning_rate=0.1)
    assert (found.verdict, found.conventions) == (Verdict.HOLDS, [])


def test_an_unknown_deviation_stays_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fake Keras reads back another momentum, and means it: no convention explains that."""
    monkeypatch.setitem(workers.MODULES, "keras", "tests.suite.fakes.other_settings")
    monkeypatch.setitem(workers.REQUIRES, "keras", ())
    found = run(momentum=WRITTEN)
    assert (found.verdict, found.conventions) == (Verdict.BROKEN, [])
    assert found.first_divergence is not None
    assert (found.first_divergence.step, found.first_divergence.quantity) == (1, "weight")


@pytest.mark.parametrize(
    ("framework", "written", "effective", "known"),
    [
        ("keras", WRITTEN, EFFECTIVE, True),
        ("keras", 0.1, float(np.float32(0.1)), True),
        ("keras", WRITTEN, WRITTEN, False),
        ("keras", 0.5, 0.5, False),
        ("keras", WRITTEN, np.nextafter(EFFECTIVE, 1), False),
        ("keras", WRITTEN, float(np.float16(WRITTEN)), False),
        ("torch", WRITTEN, EFFECTIVE, False),
    ],
)
def test_the_rule_is_exact(framework: str, written: float, effective: float, known: bool) -> None:
    assert (known_convention(framework, written, effective) is not None) == known


def test_the_table_has_no_holes() -> None:
    assert all(row.topic and row.scratch and row.torch and row.keras for row in TABLE)
