"""All checks of a test session: what was not compared, and the report of all of it.

Every process of the session appends to a file of its own, line by line; the one that the user started merges them. So
nothing is lost when a worker of pytest-xdist dies.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve

from parity.checking.findings import Check
from parity.checking.missing import missing

PARTS = "parts"


class Session:
    """What is remembered of a test session.

    Attributes:
        against: the frameworks that networks should be compared with.
        required: those whose absence is a failure.
        lacking: those that are not installed, and why.
        folder: of the report, or None.
        uncompared: how many checks were not compared with a framework, by the reason.
    """

    def __init__(
        self, against: Sequence[str], required: Sequence[str], folder: Path | None, worker: str
    ) -> None:
        self.against = tuple(against)
        self.required = tuple(required)
        self.lacking = missing(self.against)
        self.folder = folder
        self.uncompared: dict[str, int] = {}
        self._part = worker or "main"

    def begin(self) -> None:
        """Remove what an earlier session left."""
        for part in self._parts():
            part.unlink()

    def add(self, test: str, check: Check) -> None:
        """Keep a check for the report."""
        if self.folder is None:
            return
        from parity.results.converting import to_plain

        (self.folder / PARTS).mkdir(parents=True, exist_ok=True)
        line = json.dumps({"test": test, "check": to_plain(check)})
        with open(self.folder / PARTS / f"{self._part}.jsonl", "a", encoding="utf-8") as file:
            file.write(line + "\n")

    def not_compared(self, lacking: Mapping[str, str]) -> None:
        """Remember that a check was right as far as one could see, but not compared with some frameworks."""
        self.take_over(dict.fromkeys(lacking.values(), 1))

    def take_over(self, counts: Mapping[str, int]) -> None:
        """Add what another process remembers."""
        for why, count in counts.items():
            self.uncompared[why] = self.uncompared.get(why, 0) + count

    def write(self) -> None:
        """Write ``checks.json`` and ``index.html`` from what all processes have kept."""
        from parity.checking.html import page
        from parity.results.converting import structure

        assert self.folder is not None
        kept = [json.loads(line) for part in self._parts() for line in part.read_text("utf-8").splitlines()]
        kept.sort(key=lambda one: str(one["test"]))
        checks = [_named(one["test"], structure(one["check"], Check)) for one in kept]
        wrong = sum(not check for check in checks)
        title = f"{len(checks) - wrong} of {len(checks)} networks right"
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"checks": kept, "not compared": self.uncompared}, indent=2)
        _replace(self.folder / "checks.json", text)
        _replace(self.folder / "index.html", page(checks, title, tuple(self.summary(where=False))))
        self.begin()
        if (self.folder / PARTS).is_dir():
            (self.folder / PARTS).rmdir()

    def summary(self, where: bool = True) -> Iterator[str]:
        """Yield lines to be read at the end of the session."""
        for why, count in self.uncompared.items():
            yield f"{count} {'check was' if count == 1 else 'checks were'} {why}"
        if where and self.folder:
            yield f"report  {os.path.relpath(self.folder / 'index.html')}"

    def _parts(self) -> list[Path]:
        return sorted((self.folder / PARTS).glob("*.jsonl")) if self.folder else []


def _named(test: str, check: Check) -> Check:
    """Return a check that says which test made it: several may check the same file."""
    return evolve(check, subject=f"{test}  {check.subject}")


def _replace(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(text, encoding="utf-8", newline="\n")
    os.replace(aside, path)
