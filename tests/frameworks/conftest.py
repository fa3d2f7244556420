"""One process for each framework, for all of these tests."""

from collections.abc import Iterator

import pytest

from parity.frameworks.workers import Worker


@pytest.fixture(scope="session")
def processes() -> Iterator[dict[str, Worker]]:
    found = {name: Worker(name) for name in ("torch", "keras")}
    yield found
    for worker in found.values():
        worker.close()


@pytest.fixture(scope="session")
def torch_worker(processes: dict[str, Worker]) -> Worker:
    return processes["torch"]


@pytest.fixture(scope="session")
def keras_worker(processes: dict[str, Worker]) -> Worker:
    return processes["keras"]


@pytest.fixture(params=["torch", "keras"])
def worker(request: pytest.FixtureRequest, processes: dict[str, Worker]) -> Worker:
    return processes[request.param]
