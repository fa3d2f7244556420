"""A framework that is scratch itself."""

from parity.frameworks.scratch import ScratchTwin
from parity.scenarios.problem import Problem

NAME = "honest"


def about() -> dict[str, str]:
    return {"honest": "1.0"}


def twin(problem: Problem) -> ScratchTwin:
    return ScratchTwin(problem)
