"""What is searched, what the user says of it, and what is found."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

from attrs import field, frozen

from parity.understanding.passing import Forward
from parity.understanding.stepping import Training


@frozen
class Wish:
    """What the user says of the network.

    Attributes:
        name: of the class or object; empty for whatever is found.
        layers: sizes, I … O.
        activations: one a layer.
        rows: ``samples`` or ``features``.
    """

    name: str = ""
    layers: tuple[int, ...] = ()
    activations: tuple[str, ...] = ()
    rows: str = ""


@frozen(eq=False)
class Candidate:
    """A network that may be what is meant.

    Attributes:
        name: in words.
        forward: its forward pass.
        training: how it is trained; None where nothing was found that trains.
        count: the number of samples that it can do with; None for any.
        chosen: whether the sizes of its layers are ours.
        variants: the same network with another choice of what it offers, and the choice in words.
    """

    name: str
    forward: Forward
    training: Training | None
    count: int | None = None
    chosen: bool = False
    variants: Callable[[], Iterator[tuple[str, "Candidate"]]] = lambda: iter(())


@frozen(eq=False)
class Material:
    """What was loaded.

    Attributes:
        namespace: the module, definitions executed.
        tree: its source.
        file: what its code says it comes from.
        item: a live object, where one is checked rather than a file.
    """

    namespace: dict[str, Any]
    tree: ast.Module
    file: str
    item: Any = None
    tried: list[str] = field(factory=list)
    remarks: list[str] = field(factory=list)

    @property
    def origin(self) -> str:
        """The name of the module."""
        return str(self.namespace.get("__name__", ""))
