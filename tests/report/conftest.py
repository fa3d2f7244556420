"""One report of everything, rendered once for all tests that only read it."""

import pytest

from parity.report import write

from .examples import everything


@pytest.fixture(scope="session")
def rendered(tmp_path_factory):
    """The folder of a report with one scenario of each kind."""
    return write(everything(), tmp_path_factory.mktemp("reports") / "latest").parent


@pytest.fixture(scope="session")
def html(rendered):
    """Its page."""
    return (rendered / "index.html").read_text(encoding="utf-8")
