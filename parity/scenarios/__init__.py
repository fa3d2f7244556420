"""What is compared: scenarios as plain data, and the problems they stand for."""

from parity.scenarios.loading import load, shipped
from parity.scenarios.model import Scenario
from parity.scenarios.problem import Problem, build

__all__ = ["Problem", "Scenario", "build", "load", "shipped"]
