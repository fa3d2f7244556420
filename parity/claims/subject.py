"""What a claim is about: a scenario, trained by the hand-written network."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from attrs import evolve

from parity.claims.trajectory import Trajectory
from parity.claims.variation import vary
from parity.results import Run
from parity.scenarios import Problem, Scenario, build
from parity.scenarios.problem import make_data, make_network, make_params
from scratch.datasets import Dataset
from scratch.tree import Tree, map_tree


class NotCheckedError(Exception):
    """A claim cannot be measured here and now; the message says why."""


class Subject:
    """A scenario in float64, from its own seed, and everything that was already measured of it.

    Attributes:
        scenario: as the article has it.
        runs: what the frameworks did; empty where they did not run.
    """

    def __init__(self, scenario: Scenario, runs: Sequence[Run] = ()) -> None:
        self.scenario = scenario
        self.runs = tuple(runs)
        self._ensembles: dict[str, Trajectory] = {}

    @cached_property
    def problem(self) -> Problem:
        """The arrays and the network of the scenario."""
        return build(self.scenario)

    @cached_property
    def trajectory(self) -> Trajectory:
        """The training of the scenario."""
        return Trajectory(self.problem)

    def end(self, step: int | None) -> int:
        """Return ``step``, or the last one of the scenario."""
        return self.problem.steps if step is None else step

    def changed(self, changes: Mapping[str, object]) -> "Subject":
        """Return the scenario with some of its settings changed (:func:`parity.claims.variation.vary`)."""
        return Subject(vary(self.scenario, **changes))  # type: ignore[arg-type]

    def seeds(self, seeds: int, changes: Mapping[str, object] | None = None) -> Trajectory:
        """Return the training from seeds 0 to ``seeds - 1``, all members of one ensemble.

        Args:
            seeds: number of members.
            changes: what is different from the scenario (:func:`parity.claims.variation.vary`).
        """
        key = repr((seeds, sorted((changes or {}).items())))
        if key not in self._ensembles:
            scenario = vary(self.scenario, **(changes or {}))  # type: ignore[arg-type]
            members = [_start(scenario, seed) for seed in range(seeds)]
            params = map_tree(lambda *arrays: np.stack(arrays), *(own for own, _ in members))
            x, y = (np.stack([getattr(data, part) for _, data in members]) for part in ("inputs", "targets"))
            self._ensembles[key] = Trajectory(build(scenario), params, x, y)
        return self._ensembles[key]

    def rates(self, rates: Sequence[float]) -> Trajectory:
        """Return the training from the scenario's own start with each of these learning rates."""
        key = repr(list(rates))
        if key not in self._ensembles:
            problem = self.problem.with_training(learning_rate=np.array(rates))
            self._ensembles[key] = Trajectory(
                problem, map_tree(lambda array: np.stack([array] * len(rates)), problem.params)
            )
        return self._ensembles[key]


def _start(scenario: Scenario, seed: int) -> tuple[Tree, Dataset]:
    """Return the initial parameters and the data for another seed."""
    dataset, rng = make_data(evolve(scenario.data, seed=seed))
    scenario = evolve(scenario, initial=evolve(scenario.initial, seed=seed))
    return make_params(scenario, make_network(scenario.layers), dataset.inputs.shape[1], rng), dataset
