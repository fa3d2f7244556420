"""Where a comparison cannot see: the mistakes that would change nothing on these numbers."""

import numpy as np

from parity.diagnosis.bug import Bug
from parity.diagnosis.catalogue import CATALOGUE
from parity.diagnosis.honest import HONEST
from parity.diagnosis.naming import STEPS, Step, opening
from parity.diagnosis.planting import concerns, plant
from parity.scenarios.problem import Problem
from scratch.tree import cast

NO_NUMBER = 1e-16
"""Largest relative difference, in longdouble, that is still no difference: it has nineteen digits."""

MOST_STEPS = 40


def steps_to_see(problem: Problem) -> int:
    """Return how many steps show every mistake that can be seen: a few, or one epoch and a step."""
    return min(problem.steps, max(STEPS, min(problem.steps_per_epoch + 1, MOST_STEPS)))


def visible(problem: Problem) -> list[Bug]:
    """Return the mistakes that change a number of this problem.

    In longdouble, without any judge: what is visible is a question of mathematics, not of rounding.
    """
    precise = _in_longdouble(problem)
    honest = list(opening(precise, steps_to_see(problem)))
    return [bug for bug in CATALOGUE.values() if concerns(bug, problem) and _changes(bug, precise, honest)]


def shows(problem: Problem, bug: Bug) -> bool:
    """Return whether one mistake changes a number of this problem."""
    if not concerns(bug, problem):
        return False
    precise = _in_longdouble(problem)
    return _changes(bug, precise, list(opening(precise, steps_to_see(problem))))


def blind(problem: Problem) -> list[Bug]:
    """Return the mistakes that this network could have, and that would change nothing here."""
    seen = visible(problem)
    return [bug for bug in CATALOGUE.values() if concerns(bug, problem) and bug not in seen]


def _in_longdouble(problem: Problem) -> Problem:
    """Return the problem with nineteen digits, trained by the right rules: scratch itself may be what is broken."""
    precise = Problem(
        problem.scenario,
        "longdouble",
        problem.network,
        cast(problem.params, np.longdouble),
        problem.dataset,
        problem.x.astype(np.longdouble),
        problem.y.astype(np.longdouble),
    )
    return plant(precise, None, base=HONEST)


def _changes(bug: Bug, precise: Problem, honest: list[Step]) -> bool:
    for mine, there in zip(opening(plant(precise, bug, base=HONEST), len(honest)), honest, strict=True):
        for path, array in there.items():
            gap = np.abs(mine[path] - array).max(initial=0)
            if not gap <= NO_NUMBER * np.abs(array).max(initial=0):
                return True
    return False
