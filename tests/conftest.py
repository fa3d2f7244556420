"""Fixtures that several folders share."""

import os

import pytest

from parity.results import Results
from parity.scenarios import load
from parity.suite.run import Settings, run_scenarios


def required(framework: str) -> bool:
    """Whether a missing framework is a failure: in CI, and where PARITY_REQUIRE names it."""
    return bool(os.environ.get("CI")) or framework in os.environ.get("PARITY_REQUIRE", "").split(",")


@pytest.fixture(scope="session")
def outcome(request: pytest.FixtureRequest) -> Results:
    """The main job, run once for exactly those scenarios and number types that the selected tests ask about."""
    cases = [item.callspec.params["case"] for item in request.session.items if _asks(item)]
    scenarios = list(dict.fromkeys(case.scenario for case in cases))
    against = tuple(dict.fromkeys(case.framework for case in cases))
    dtypes = tuple(dict.fromkeys(case.dtype for case in cases))
    return run_scenarios([load(name) for name in scenarios], Settings(against, dtypes))


def _asks(item: pytest.Item) -> bool:
    return "outcome" in getattr(item, "fixturenames", ()) and "case" in item.callspec.params  # type: ignore[attr-defined]
