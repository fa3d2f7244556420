"""Classes that hold layers: made of a list of them, of any number of them, or filled one by one."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from parity.understanding.calling import parameters, required
from parity.understanding.calls import Call, call_of
from parity.understanding.roles import Role, roles_of
from parity.understanding.target import methods

ADDERS = ("add", "add_layer", "append", "addLayer", "push")


@frozen(eq=False)
class Container:
    """A class that holds layers and goes through them.

    Attributes:
        kind: the class.
        call: how it goes through them.
        way: ``list``, ``each`` (an argument a layer), or the name of a method that adds one.
    """

    kind: type
    call: Call
    way: str

    def make(self, layers: Sequence[Any]) -> Any:
        """Return one that holds some layers."""
        if self.way == "list":
            return self.kind(list(layers))
        if self.way == "each":
            return self.kind(*layers)
        one = self.kind()
        for layer in layers:
            getattr(one, self.way)(layer)
        return one


def containers(kinds: Mapping[str, type]) -> list[Container]:
    """Return the classes that may hold layers: those that go forward and backward, and are given something to hold."""
    found = []
    for kind in kinds.values():
        call = call_of(kind)
        way = _way(kind)
        if call is not None and way:
            found.append(Container(kind, call, way))
    return found


def _way(kind: type) -> str:
    some = parameters(kind)
    if any(p.kind is p.VAR_POSITIONAL for p in some):
        return "each"
    if adder := next((n for n in methods(kind) if n in ADDERS), ""):
        return "" if required(kind) else adder
    # A class that holds layers is told so: one that asks for sizes, or a function, is another thing.
    names = [p.name for p in some]
    if (
        len(required(kind)) <= 1
        and names
        and (Role.SIZES in roles_of(names[0]) or "module" in names[0].lower())
    ):
        return "list"
    return ""
