"""A thousand networks trained in one call, against one network in PyTorch."""

from collections.abc import Iterator

from benchmarks.harness import Result, interleaved
from benchmarks.steps import XOR, by_hand, in_pytorch, versus

MEMBERS = 1000


def measure(rounds: int) -> Iterator[Result]:
    """Yield the time of one member's step over that of a PyTorch step."""
    together, theirs = interleaved([by_hand(XOR, MEMBERS), in_pytorch(XOR)], rounds)
    ours = together / MEMBERS
    name = f"one of {MEMBERS:,} XOR networks"
    yield Result("ensemble", name, ours / theirs, "ratio", 1 / 100, versus(ours, theirs))
