"""Measure what the checks are worth, and keep it: ``python -m parity.power``."""

import math
import sys
from pathlib import Path

import click
import numpy as np

from parity.power import planted, random_networks, sensitivity
from parity.results import Clouds, Power
from parity.results.converting import to_plain
from parity.results.layout import lay_out
from parity.suite.environment import describe_environment
from parity.suite.run import FRAMEWORKS
from parity.suite.stored_power import STORED

EDGES = [round(-3 + 0.5 * i, 1) for i in range(49)]
"""Bins in powers of ten: 0.001 to 1e21 noise units."""


@click.command()
@click.option("--networks", default=500, show_default=True, help="Number of random networks.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=STORED, help="Where to keep what is measured."
)
def main(networks: int, out: Path) -> None:
    """Plant every mistake, judge right networks drawn at random, and find the smallest error that is caught."""
    found = planted.measure(planted.scenarios(), list(FRAMEWORKS), _progress)
    honest = random_networks.measure(networks, list(FRAMEWORKS), _progress)
    power = Power(
        found.rows(),
        sensitivity.measure(),
        random_networks.rows(honest),
        clouds([planted.units(j.implementation) for j in honest], [p.units for p in found.plantings]),
        {
            name: version
            for name, version in describe_environment({}).items()
            if name in ("parity", "python", "numpy")
        },
    )
    out.write_text(lay_out(to_plain(power)) + "\n", encoding="utf-8")
    for row in power.planted:
        if row.caught < row.planted or not row.planted:
            click.echo(f"{row.code} {row.name}: caught {row.caught} of {row.planted}")
    caught, all_of_them = sum(r.caught for r in power.planted), sum(r.planted for r in power.planted)
    click.echo(f"{caught:,} of {all_of_them:,} planted mistakes caught")
    compared, alarms = sum(r.comparisons for r in power.honest), sum(r.alarms for r in power.honest)
    click.echo(f"{alarms} false alarms in {compared:,} comparisons of right networks")
    sys.exit(0 if flawless(power) else 1)


def flawless(power: Power) -> bool:
    """Return whether every mistake was planted and caught, and right networks were judged without an alarm."""
    caught = all(row.planted and row.caught == row.planted for row in power.planted)
    quiet = all(row.comparisons and not row.alarms for row in power.honest)
    return bool(power.planted and power.honest) and caught and quiet


def clouds(honest: list[float], bugs: list[float]) -> Clouds:
    """Return both distributions of noise units; what lies outside the bins counts in the first or last one."""

    def counts(units: list[float]) -> list[int]:
        logs = [math.log10(max(u, 10 ** EDGES[0])) for u in units if math.isfinite(u)]
        return np.histogram(np.clip(logs, EDGES[0], EDGES[-1]), EDGES)[0].tolist()  # type: ignore[no-any-return]

    return Clouds(EDGES, counts(honest), counts(bugs), sum(not math.isfinite(u) for u in bugs))


def _progress(what: str, done: int, of: int) -> None:
    click.echo(f"{done:>4} of {of}  {what}", err=True)


if __name__ == "__main__":
    main()
