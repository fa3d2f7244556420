"""How loud is honest? The noise units of every scenario over many seeds, measured once and kept.

The threshold is chosen from this, not from taste: no honest comparison may come near it. Run by
``python -m parity.suite.calibrate``; what it measures is stored beside it and shown in every report.
"""

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import numpy as np

from parity.errors import ParityError
from parity.results import Results, Verdict
from parity.scenarios import load, shipped
from parity.suite.calibration import STORED
from parity.suite.run import Settings, run_scenarios

EDGES = [round(-3 + 0.1 * i, 1) for i in range(51)]
"""Bins of the histogram, in powers of ten: 0.001 to 100 noise units."""


def measure(results: Iterable[Results], seeds: Sequence[int]) -> dict[str, object]:
    """Return the summary of honest runs, and the worst noise units of each scenario, number type and framework.

    Raises:
        ParityError: a run was not honest: something broke where it should hold, or could not run.
    """
    units: list[float] = []
    cells: dict[str, list[float]] = {}
    where, versions = "", {}
    for one in results:
        versions = {
            k: v for k, v in one.environment.items() if k in ("numpy", "torch", "keras", "keras backend")
        }
        for scenario in one.scenarios:
            if not scenario.as_expected and scenario.verdict is not Verdict.UNCLEAR:
                raise ParityError(f"{scenario.name} is {scenario.verdict}, but should be {scenario.expected}")
            if scenario.expected != "holds":
                continue
            for run in scenario.runs:
                for implementation in run.implementations:
                    worst = implementation.worst or 0.0
                    cell = f"{scenario.name} {run.dtype} {implementation.framework}"
                    if not units or worst > max(units):
                        where = f"{cell}, seed {seeds[len(cells.get(cell, []))]}"
                    units.append(worst)
                    cells.setdefault(cell, []).append(float(f"{worst:.3g}"))
    logs = [math.log10(max(u, 10 ** EDGES[0])) for u in units]
    counts, _ = np.histogram(logs, EDGES)
    summary = {
        "seeds": len(seeds),
        "runs": len(units),
        "worst": float(f"{max(units):.3g}"),
        "where": where,
        "edges": EDGES,
        "counts": counts.tolist(),
        "versions": versions,
    }
    return {"summary": summary, "cells": cells}


@click.command()
@click.option("--seeds", default=20, show_default=True, help="Number of seeds: 0, 1, 2, …")
@click.option(
    "--out", type=click.Path(path_type=Path), default=STORED, help="Where to store what is measured."
)
def main(seeds: int, out: Path) -> None:
    """Measure the noise units of every shipped scenario with many seeds."""
    scenarios = [load(name) for name in shipped()]
    found = []
    for seed in range(seeds):
        results = run_scenarios(scenarios, Settings(seed=seed, truth=False))
        honest = [
            i.worst or 0.0
            for s in results.scenarios
            if s.expected == "holds"
            for r in s.runs
            for i in r.implementations
        ]
        click.echo(f"seed {seed}: {results.verdict}, worst {max(honest):.3g} noise units", err=True)
        found.append(results)
    measured = measure(found, range(seeds))
    out.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps(measured["summary"], indent=1))


if __name__ == "__main__":
    main()
