"""A handler that loads a file and does with it what the tests ask for."""

from pathlib import Path
from typing import Any

import numpy as np

from parity.subject.loading import Loaded, load
from parity.subject.printed import Printed
from parity.subject.timing import TimeLimit, time_limit


class Toy:
    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self._loaded: Loaded | None = None

    def loaded(self) -> Loaded:
        if self._loaded is None:
            self._loaded = load(self.path, self.name)
        return self._loaded

    def names(self) -> list[str]:
        return [name for name in self.loaded().namespace if not name.startswith("__")]

    def notes(self) -> list[str]:
        return list(self.loaded().notes)

    def run(self, function: str, *, arguments: list[Any] | None = None) -> Any:
        return self.loaded().namespace[function](*(arguments or []))

    def printed(self, function: str) -> dict[str, Any]:
        with Printed() as printed:
            self.run(function)
        return {"text": printed.text, "lost": printed.lost}

    def patient(self, function: str, seconds: float) -> str:
        try:
            with time_limit(seconds):
                self.run(function)
        except TimeLimit:
            return "stopped"
        return "done"

    def echo(self, value: Any) -> Any:
        return value

    def huge(self, megabytes: int) -> Any:
        return np.zeros(megabytes * 2**17)
