"""``python -m benchmarks [TOPIC ...] [--rounds N] [--out FILE]``."""

import argparse
import json
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import check, ensemble, gradient_check, memory, start, steps, suite
from benchmarks.harness import Result

TOPICS: dict[str, Callable[[int], Iterator[Result]]] = {
    "steps": steps.measure,
    "ensemble": ensemble.measure,
    "gradient": gradient_check.measure,
    "start": start.measure,
    "check": check.measure,
    "memory": memory.measure,
    "suite": suite.measure,
}
STYLES = {"met": "green", "not met": "yellow", "could not run": "red", "": ""}


def main() -> None:
    """Measure, print a table, and write the numbers down."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed and memory.")
    parser.add_argument(
        "topics", nargs="*", metavar="TOPIC", help=f"some of: {', '.join(TOPICS)}; default: all"
    )
    parser.add_argument("--rounds", type=int, default=15, help="repetitions of which the median is taken")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write everything to a JSON file")
    options = parser.parse_args()
    if unknown := set(options.topics) - set(TOPICS):
        parser.error(f"unknown topic {', '.join(sorted(unknown))}; there are {', '.join(TOPICS)}")

    progress = Console(stderr=True)
    results = []
    for topic in options.topics or TOPICS:
        with progress.status(f"measuring {topic}"):
            results += TOPICS[topic](options.rounds)
    Console().print(table(results))
    if options.out:
        record = {"environment": environment(), "results": [asdict(r) | {"mark": r.mark} for r in results]}
        options.out.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def table(results: list[Result]) -> Table:
    """Return the results as a table, one line each."""
    busy = f"a busy machine: {load():.1f} programs a core wanted their turn" if load() > 1.5 else None
    table = Table(title="Benchmarks: smaller is better", caption=busy)
    for heading in ("topic", "what", "measured", "goal", "", "how"):
        table.add_column(heading, justify="right" if heading in ("measured", "goal") else "left")
    for r in results:
        mark = f"[{STYLES[r.mark]}]{r.mark}[/]" if r.mark else ""
        table.add_row(r.topic, r.name, shown(r.value, r.unit), shown(r.goal, r.unit, "≤ "), mark, r.note)
    return table


def shown(value: float | None, unit: str, before: str = "") -> str:
    """Return a number with its unit; a ratio has none, and None is a dash."""
    if value is None:
        return "–"
    return f"{before}{value:.3g}{'' if unit == 'ratio' else ' ' + unit}"


def load() -> float:
    """Return how many programs a core are at work; 0 where the system does not say (Windows)."""
    return os.getloadavg()[0] / (os.cpu_count() or 1) if hasattr(os, "getloadavg") else 0.0


def environment() -> dict[str, str]:
    """Return what the numbers depend on."""
    versions = {}
    for package in ("numpy", "torch"):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = "not installed"
    machine = {
        "platform": platform.platform(),
        "cores": str(os.cpu_count()),
        "load": f"{load():.1f}",
        "python": platform.python_version(),
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "not set"),
    }
    return machine | versions


if __name__ == "__main__":
    main()
