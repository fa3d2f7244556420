"""What a framework computed once, handed out again and again: one training run of it judges a hundred mistakes."""

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from parity.judge import THRESHOLD
from parity.oracles.noise import MEMBERS
from parity.results import Implementation
from parity.scenarios.problem import Problem
from parity.suite.contender import Contender
from parity.suite.feeder import Feeder
from parity.suite.trial import Bench
from parity.suite.watching import Silent, Stopwatch


@frozen
class Recording:
    """All messages of one framework about one problem."""

    framework: str
    messages: list[Any]


class Replay:
    """Hands out a recording as a :class:`Feeder` hands out what its framework computes."""

    def __init__(self, recording: Recording) -> None:
        self.framework = recording.framework
        self._messages = iter(recording.messages)

    def take(self, problem: Problem) -> Any:
        """Return the next message."""
        return next(self._messages)


def record(problems: list[Problem], frameworks: Sequence[str]) -> list[list[Recording]]:
    """Train each problem in each framework, and return the recordings of each problem.

    Raises:
        FrameworkFailure: a framework is missing or crashed: what was not seen, nobody may call caught.
    """
    feeders = [Feeder(name, problems) for name in frameworks]
    try:
        for feeder in feeders:
            feeder.start()
        return [[Recording(f.framework, list(f.messages(p))) for f in feeders] for p in problems]
    finally:
        for feeder in feeders:
            feeder.stop()


def judge(problem: Problem, recordings: list[Recording], seed: int = 0) -> list[Implementation]:
    """Judge a network by hand, with a mistake or without, exactly as ``parity run`` does."""
    contenders = [Contender(problem, Replay(one), THRESHOLD) for one in recordings]
    bench = Bench(problem, contenders, MEMBERS, seed, Silent(), Stopwatch(), truth=False)
    return bench.run().run.implementations
