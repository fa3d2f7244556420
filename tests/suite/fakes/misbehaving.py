"""A framework that misbehaves in the middle of training: the scenario's ``about`` says how."""

import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from attrs import evolve

from parity.frameworks.protocol import Chunk
from parity.frameworks.scratch import ScratchTwin
from parity.scenarios.problem import Problem

NAME = "misbehaving"
WHEN = 5
MEGABYTES = 20


def about() -> dict[str, str]:
    return {"misbehaving": "1.0"}


def twin(problem: Problem) -> "Misbehaving":
    return Misbehaving(problem)


class Misbehaving(ScratchTwin):
    def advance(self, first: int, stop: int, recorded: Collection[int]) -> Chunk:
        chunk = super().advance(first, stop, recorded)
        misdeed = MISDEEDS.get(self._problem.scenario.about)
        return misdeed(chunk) if misdeed and first <= WHEN < stop else chunk


def raise_error(chunk: Chunk) -> Any:
    raise ValueError("planted: shapes do not fit\nand a second line")


class UnpicklableError(Exception):
    """Has an ``__init__`` that unpickling cannot call, as errors of TensorFlow have."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"planted {one + two}")


def raise_unpicklable(chunk: Chunk) -> Any:
    raise UnpicklableError(1, 2)


def exit_politely(chunk: Chunk) -> Any:
    sys.exit(3)


def exit_at_once(chunk: Chunk) -> Any:
    print("famous last words", flush=True)
    os._exit(7)


def raise_interrupt(chunk: Chunk) -> Any:
    raise KeyboardInterrupt


def be_killed(chunk: Chunk) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


def hang(chunk: Chunk) -> Any:
    time.sleep(60)


def want_too_much(chunk: Chunk) -> Any:
    return np.empty(1 << 62, dtype=np.int8)


def hit_limit(chunk: Chunk) -> Any:
    """Allocate until the operating system says no."""
    limit = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (1 << 20, limit[1]))
    try:
        return [bytearray(1 << 24) for _ in range(100)]
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limit)


def chatter(chunk: Chunk) -> Chunk:
    for descriptor in (1, 2):
        os.write(descriptor, b"chatter " * (MEGABYTES << 17))
    return chunk


def chatter_and_die(chunk: Chunk) -> Any:
    chatter(chunk)
    os._exit(7)


def answer_nonsense(chunk: Chunk) -> Any:
    return threading.Lock()


def lose_gradient(chunk: Chunk) -> Chunk:
    return evolve(chunk, arrays={p: a for p, a in chunk.arrays.items() if not p.startswith("gradient")})


def lose_losses(chunk: Chunk) -> Chunk:
    return evolve(chunk, losses=chunk.losses[:0])


def go_wrong(chunk: Chunk) -> Chunk:
    return evolve(chunk, losses=chunk.losses * (1 + 1e-9))


MISDEEDS: dict[str, Callable[[Chunk], Any]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        raise_error,
        raise_unpicklable,
        exit_politely,
        exit_at_once,
        raise_interrupt,
        be_killed,
        hang,
        want_too_much,
        hit_limit,
        chatter,
        chatter_and_die,
        answer_nonsense,
        lose_gradient,
        lose_losses,
        go_wrong,
    )
}
