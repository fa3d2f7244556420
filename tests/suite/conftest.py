"""Frameworks are imported once: all runs of these tests use the same processes."""

from collections.abc import Iterator

import pytest

from parity.frameworks.workers import Worker
from parity.suite import feeder


class Lent(Worker):
    """A worker that survives the run that uses it."""

    def close(self) -> None:
        """Stay."""


@pytest.fixture(scope="session")
def lent_workers() -> Iterator[dict[str, Lent]]:
    lent: dict[str, Lent] = {}
    yield lent
    for worker in lent.values():
        Worker.close(worker)


@pytest.fixture
def warm(lent_workers: dict[str, Lent], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs use processes that are there already."""

    def lend(framework: str) -> Lent:
        if framework not in lent_workers:
            lent_workers[framework] = Lent(framework)
        return lent_workers[framework]

    monkeypatch.setattr(feeder, "Worker", lend)
