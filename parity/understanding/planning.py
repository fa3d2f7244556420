"""Which networks are made of the layers of a file: in which order, with which loss at the end, held by what."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Any

from attrs import frozen

from parity.understanding import derivatives
from parity.understanding.calling import Board
from parity.understanding.calls import Call
from parity.understanding.containers import Container
from parity.understanding.heads import Head
from parity.understanding.layers import Layer
from parity.understanding.linking import Improve, kind_of


@frozen(eq=False)
class Whole:
    """A class that is a network already, but goes back from an error rather than from targets.

    Attributes:
        name: of the class.
        call: how it is called.
        make: makes one.
        sizes: of its layers, where we have chosen them.
    """

    name: str
    call: Call
    make: Callable[[Board], Any]
    sizes: tuple[int, ...] | None


@frozen(eq=False)
class Plan:
    """A network to be made.

    Attributes:
        links: its layers.
        head: the loss at its end; None for an error of ours.
        container: what holds the layers; None for a chain of ours.
        improve: what takes a step after a backward that only leaves gradients; None where nothing does.
        whole: what stands in the place of the layers; None for layers.
    """

    links: tuple[Layer, ...]
    head: Head | None = None
    container: Container | None = None
    improve: Improve | None = None
    whole: Whole | None = None

    @property
    def name(self) -> str:
        """What it is, in words."""
        layers = ", ".join(layer.name for layer in self.links)
        held = f" in a {self.container.kind.__name__}" if self.container else ""
        what = f"class {self.whole.name}" if self.whole else f"a chain of the file's layers: {layers}{held}"
        return f"{what}, with {self.head.value} at the end" if self.head else what

    @property
    def calls(self) -> list[Call]:
        """How its parts are called."""
        one = self.whole or self.container
        return [one.call] if one else [layer.call for layer in self.links]

    @property
    def steps(self) -> bool:
        """Whether its parameters change."""
        return self.improve is not None or any(call.rated or call.update for call in self.calls)

    def maker(self, sizes: Sequence[int]) -> Callable[[Board], Any]:
        """Return a function that makes the network anew."""
        kind = kind_of(self.steps, self.head, derivatives.order(self.head) if self.head else 0)

        def make(board: Board) -> Any:
            if self.whole is not None:
                return kind([self.whole.make(board)], self.calls, self.improve)
            pairs = iter(pairwise(sizes))
            layers = [
                layer.make(*next(pairs)) if layer is self.links[0] else layer.make() for layer in self.links
            ]
            return kind([self.container.make(layers)] if self.container else layers, self.calls, self.improve)

        return make


def suspects(
    dense: Sequence[Layer], between: Sequence[Layer], suspect: Sequence[Layer], wrong: Sequence[Head]
) -> Iterator[Plan]:
    """Yield networks with those activations and losses whose derivatives are not theirs."""
    for layer in suspect:
        # An end of softmax leaves no layer right by which others could be told: what is before it is as usual.
        usual = [one for one in between if not one.mixes and one not in suspect]
        yield from (
            Plan(links)
            for links in _links(dense[0], [layer, *(usual[:1] if layer.mixes else [])])
            if layer in links
        )
    for head in wrong:
        yield from with_head(dense[0], between, head)


def plans(dense: Sequence[Layer], between: Sequence[Layer], ends: Sequence[Head]) -> Iterator[Plan]:
    """Yield networks of the file's layers, first with its own losses, then with an error of ours."""
    for layer in dense:
        for head in ends:
            yield from islice(with_head(layer, between, head), 2)
        yield from (Plan(links) for links in _links(layer, between))


def with_head(dense: Layer, between: Sequence[Layer], head: Head) -> Iterator[Plan]:
    """Yield networks that end as a loss wants it: with any number, or with numbers between 0 and 1."""
    hidden = [layer for layer in between if not layer.mixes][:1]
    if not head.is_probable(derivatives.order(head)):
        yield Plan((dense, *hidden, dense), head)
        return
    ends = sorted(
        (layer for layer in between if derivatives.is_probable(layer)), key=lambda layer: not layer.mixes
    )
    for last in ends:
        yield Plan((dense, *hidden, dense, last), head)


def _links(dense: Layer, between: Sequence[Layer]) -> Iterator[tuple[Layer, ...]]:
    """Yield the layers of a network; softmax can only be at its end.

    No other activation is at the end: so the last dense layer is right whatever an activation does.
    """
    hidden = [layer for layer in between if not layer.mixes]
    last = [layer for layer in between if layer.mixes]
    for one in hidden:
        yield dense, one, dense
    for one in last:
        yield (dense, *hidden[:1], dense, one)
    if not hidden and not last:
        yield dense, dense
