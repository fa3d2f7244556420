"""A traced training step of somebody's network: what comes before what, on the way back."""

from collections.abc import Collection, Sequence
from typing import Any

from attrs import field, frozen

Event = dict[str, Any]
"""What :func:`parity.understanding.flowing.flow` says of a statement."""


@frozen(eq=False)
class Trail:
    """A traced step.

    Attributes:
        events: its statements, in order.
        sizes: how many numbers each parameter has, by path.
        wrong: paths of the parameters whose gradient or update is wrong.
    """

    events: Sequence[Event]
    sizes: dict[str, int]
    wrong: Collection[str]
    _late: set[tuple[str, int]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Find the statements whose values depend on targets: what does not is the forward pass."""
        late = {statement_of(e) for e in self.events if e["targets"] and e["weights"]}
        object.__setattr__(self, "_late", late)

    @property
    def depth(self) -> int:
        """The number of layers."""
        return max((layer_of(path) for path in self.sizes), default=0)

    def is_late(self, number: int) -> bool:
        """Whether a statement belongs to the backward pass."""
        return statement_of(self.events[number]) in self._late

    def changes(self, path: str) -> list[int]:
        """Return the numbers of the events that change a parameter."""
        return [n for n, event in enumerate(self.events) if path in event["changed"]]

    def behind(self, path: str) -> set[int]:
        """Return the numbers of the events of the backward pass that a parameter's change comes from."""
        found: set[int] = set()
        queue = self.changes(path)
        while queue:
            number = queue.pop()
            if number not in found:
                found.add(number)
                queue += [n for n in self.events[number]["from"] if self.is_late(n)]
        return found

    def own(self, layer: int) -> list[int]:
        """Return the events of one layer: those behind its kernel, but not behind the next one's."""
        paths = [f"dense_{layer}/{kind}" for kind in ("kernel", "bias")]
        later = {n for k in range(layer + 1, self.depth + 1) for n in self.behind(f"dense_{k}/kernel")}
        later -= {n for path in paths for n in self.changes(path)}
        return sorted({n for path in paths for n in self.behind(path)} - later)

    def before(self, number: int) -> list[int]:
        """Return the events of the backward pass whose values a statement reads."""
        return [n for n in self.events[number]["from"] if self.is_late(n) and self.events[n]["new"]]

    def others(self, number: int) -> int:
        """Return how many values of the forward pass a statement reads, results of functions included."""
        return sum(not self.is_late(n) and self.events[n]["new"] for n in self.events[number]["from"])

    def worst(self, kind: str = "") -> int:
        """Return the layer nearest to the output that is wrong; the last where none is known to be."""
        return max((layer_of(path) for path in self.wrong if path.endswith(kind)), default=self.depth)


def statement_of(event: Event) -> tuple[str, int]:
    """Return file and line of an event."""
    return event["file"], event["line"]


def layer_of(path: str) -> int:
    """Return the number of the layer of a parameter."""
    return int(path.partition("/")[0].removeprefix("dense_"))
