"""In place of the brain: a check that says what a file's first line asks for."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import pytest
from attrs import evolve

from parity.checking.findings import Check
from parity.errors import ParityError
from tests.checking import records

NAMED = {
    "right": records.RIGHT,
    "wrong": records.WRONG,
    "constant": records.CONSTANT,
    "unknown": records.UNKNOWN,
    "unclear": records.UNCLEAR,
    "failed": records.FAILED,
    "nasty": records.NASTY,
}


class FakeBrain:
    """Remembers how it was called.

    A file begins with a comment: ``# wrong`` gives that record, ``# usage`` a user's mistake, ``# bug`` one of ours.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[Any, dict[str, Any]]] = []

    def check(self, target: Any, **options: Any) -> Check:
        self.calls.append((target, options))
        if isinstance(target, Check):
            return target
        file = Path(str(target).removesuffix(":Net"))
        if not file.is_file():
            raise ParityError(f"{file} does not exist", "name another file")
        word = file.read_text(errors="replace").partition("\n")[0].lstrip("# ").strip()
        if word == "usage":
            raise ParityError("there is no network in it", "write one")
        if word == "bug":
            raise ZeroDivisionError("ours")
        return evolve(NAMED[word], subject=str(target))


class FakeWitnesses:
    """Counts how often it was started."""

    started: list[tuple[str, ...]] = []  # noqa: RUF012 - emptied for each test

    def __init__(self, frameworks: Any) -> None:
        self.frameworks = tuple(frameworks)

    def __enter__(self) -> Self:
        self.started.append(self.frameworks)
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def warm_aside(self) -> None:
        pass


@pytest.fixture
def brain(monkeypatch: pytest.MonkeyPatch) -> FakeBrain:
    """Put a fake in the place of ``parity.checking.api`` and ``parity.checking.witnesses``."""
    fake = FakeBrain()
    FakeWitnesses.started = []
    api, witnesses = ModuleType("parity.checking.api"), ModuleType("parity.checking.witnesses")
    api.check = fake.check  # type: ignore[attr-defined]
    api.HANDLER = "parity.subject.handler:Handler"  # type: ignore[attr-defined]
    witnesses.Witnesses = FakeWitnesses  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "parity.checking.api", api)
    monkeypatch.setitem(sys.modules, "parity.checking.witnesses", witnesses)
    monkeypatch.setattr("parity.checking.api", api, raising=False)
    monkeypatch.setattr("parity.checking.witnesses", witnesses, raising=False)
    return fake
