"""All pictures of a report, drawn side by side where there are many."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from functools import partial

from parity.report.figures import clouds, distribution, gradients, landscape, loss
from parity.report.figures.style import Picture, settings
from parity.results import Results, ScenarioResult

KINDS = {"loss": loss.draw, "gradients": gradients.draw, "landscape": landscape.draw}


def draw_all(
    results: Results, names: Mapping[str, str], threshold: float, executor: Executor | None = None
) -> dict[str, Picture]:
    """Return all pictures by name: ``distribution``, ``calibration``, ``power``, ``xor-sigmoid-loss`` and so on.

    Args:
        results: any.
        names: for each scenario a name that can stand in a file's name.
        threshold: noise units above which a difference is no longer rounding.
        executor: draws scenarios side by side; without it they are drawn one by one.
    """
    draw = partial(_draw_scenario, threshold=threshold)
    prefixes = [names[scenario.name] for scenario in results.scenarios]
    with settings():
        whole = [
            distribution.draw(results, "distribution", threshold),
            distribution.draw_calibration(results, "calibration", threshold),
            clouds.draw(results.power, "power", threshold),
        ]
    each: Iterator[list[Picture]] = (executor.map if executor else map)(draw, results.scenarios, prefixes)
    pictures = [picture for pictures in each for picture in pictures]
    return {picture.name: picture for picture in [*whole, *pictures] if picture}


def _draw_scenario(scenario: ScenarioResult, prefix: str, threshold: float) -> list[Picture]:
    with settings():
        drawn = [draw(scenario, f"{prefix}-{kind}", threshold) for kind, draw in KINDS.items()]
    return [picture for picture in drawn if picture]
