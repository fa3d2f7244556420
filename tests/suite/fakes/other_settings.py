"""A framework that uses another momentum than it was told, for no reason that anybody knows."""

from attrs import evolve

from parity.frameworks.scratch import ScratchTwin
from parity.scenarios.problem import Problem

NAME = "keras"


def about() -> dict[str, str]:
    return {"keras": "0.0"}


def twin(problem: Problem) -> ScratchTwin:
    training = problem.scenario.training
    assert training is not None
    changed = evolve(problem.scenario, training=evolve(training, momentum=training.momentum - 1e-7))
    return ScratchTwin(evolve_problem(problem, changed))


def evolve_problem(problem: Problem, scenario: object) -> Problem:
    return Problem(
        scenario,
        problem.dtype,
        problem.network,
        problem.params,
        problem.dataset,
        problem.x,
        problem.y,  # type: ignore[arg-type]
    )
