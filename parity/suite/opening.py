"""The first steps of a framework's training, kept to find the cause of a gap."""

from parity import diagnosis
from parity.diagnosis.blind import steps_to_see
from parity.frameworks.plan import values_per_step
from parity.frameworks.protocol import Chunk
from parity.results import Cause
from parity.scenarios.problem import Problem

ROOM = 2_000_000
FEWEST = 2


class Opening:
    """Keeps the first steps, as long as none is missing, and compares them with known mistakes.

    Most mistakes show by the second step; those of the last, smaller batch at the end of the first epoch.
    """

    def __init__(self, problem: Problem) -> None:
        wanted = steps_to_see(problem) if problem.steps else 0
        self._most = min(wanted, max(FEWEST, ROOM // values_per_step(problem)))
        self._steps: list[diagnosis.Step] = []

    def add(self, chunk: Chunk) -> None:
        """Keep what is new of a stretch of training."""
        for row, step in enumerate(chunk.steps.tolist()):
            if step == len(self._steps) < self._most:
                loss = chunk.losses[step - chunk.first : step - chunk.first + 1]
                arrays = {path: array[row : row + 1] for path, array in chunk.arrays.items()}
                self._steps.append({"loss": loss} | arrays)

    def causes(self, problem: Problem, framework: str) -> list[Cause]:
        """Return the mistakes that explain the gap between the network by hand and the framework.

        Looked for first in the network by hand; if it is right, in what the framework computes.
        """
        mine = list(diagnosis.opening(problem, len(self._steps)))
        for whose, found, right in (("scratch", mine, self._steps), (framework, self._steps, mine)):
            known = diagnosis.causes(problem, found, right)
            if known:
                return [Cause(c.bug.code, c.bug.name, c.bug.fix, whose, c.size) for c in known]
        return []
