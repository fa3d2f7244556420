"""All claims, checked once."""

import pytest

from parity.claims import check
from parity.results import Claim
from parity.scenarios import load, shipped


@pytest.fixture(scope="session")
def checked() -> dict[str, list[Claim]]:
    """The claims of every shipped scenario, without frameworks."""
    return {name: check(load(name)) for name in shipped()}
