"""How a layer that is an object is called: forward with samples, backward with an upstream gradient alone."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import frozen

from parity.understanding.calling import parameters, required
from parity.understanding.roles import Role, likeness, roles_of
from parity.understanding.target import Refused, methods

OUTPUTS = ("output", "outputs", "out", "y", "a", "activation", "activations", "z", "result")
UPSTREAMS = (
    *("dinputs", "dinput", "d_inputs", "d_input", "dx", "dX"),
    *("grad_input", "input_grad", "input_gradient", "grad_inputs", "delta"),
)
"""What people call what a method leaves behind instead of returning it."""


@frozen
class Call:
    """The methods of a layer.

    Attributes:
        forward: from samples to outputs.
        backward: from the upstream gradient to that of the inputs.
        rated: whether the backward wants a learning rate too, to update in place.
        update: what changes the parameters afterwards, given a learning rate; empty where nothing does.
    """

    forward: str
    backward: str
    rated: bool = False
    update: str = ""

    def onward(self, layer: Any, x: Any) -> Any:
        """Return what the layer makes of ``x``: what it returns, or else what it keeps."""
        method = getattr(layer, self.forward)
        result = method(x, **_others(method, 1))
        return _kept(layer, OUTPUTS, None) if result is None else result

    def back(self, layer: Any, upstream: Any, rate: float, *, needed: bool = True) -> Any:
        """Return the gradient of the layer's inputs, None where it is not needed; it may have updated itself."""
        method = getattr(layer, self.backward)
        given = (upstream, rate) if self.rated else (upstream,)
        result = method(*given, **_others(method, len(given)))
        return _kept(layer, UPSTREAMS, "d") if result is None and needed else result

    def improve(self, layer: Any, rate: float) -> None:
        """Have the layer update its parameters, where that is a method of its own."""
        if self.update:
            method = getattr(layer, self.update)
            method(rate, **_others(method, 1))


NEUTRAL: dict[Role, Any] = {
    Role.MOMENTUM: 0.0,
    Role.PENALTY: 0.0,
    Role.SWITCH: True,
    Role.EPOCHS: 1,
    Role.STEP: 1,
}


def _others(method: Any, given: int) -> dict[str, Any]:
    """Return what else a method needs, where that is something that can be switched off.

    Raises:
        Refused: it needs something that nobody knows.
    """
    found = {}
    for name in required(method)[given:]:
        role = next((r for r in roles_of(name) if r in NEUTRAL), None)
        if role is None:
            raise Refused(f"{method.__name__}() needs {name}")
        found[name] = NEUTRAL[role]
    return found


def _kept(layer: Any, names: Sequence[str], initial: str | None) -> Any:
    """Return an array that a method left behind instead of returning it."""
    arrays = {n: v for n, v in vars(layer).items() if isinstance(v, np.ndarray)}
    for name in names:
        if name in arrays:
            return arrays[name]
    some = [n for n in arrays if initial and n.startswith(initial) and ("in" in n or "x" in n.lower())]
    if some:
        return arrays[some[0]]
    raise Refused(f"{type(layer).__name__} returns nothing")


def call_of(kind: type) -> Call | None:
    """Return how a class is called, if it goes forward with samples, and backward with an upstream gradient alone."""
    names = sorted(methods(kind), key=lambda n: (n == "__call__", not re.match("forward|backward", n)))
    forward = next((n for n in names if likeness(n, "forward") == 0 and _takes(kind, n, 1)), None)
    backward = next(
        (n for n in names if likeness(n, "backward") == 0 and n != forward and _takes(kind, n, 2)), None
    )
    if forward is None or backward is None or _wants_targets(kind, backward):
        return None
    second = next(iter(_own(kind, backward)[1:]), "")
    rated = bool(second) and (Role.RATE in roles_of(second) or not roles_of(second))
    if second in required(getattr(kind, backward)) and not rated and not _neutral(second):
        return None
    update = next((n for n in names if likeness(n, "update") < 2 and _is_update(kind, n)), "")
    update = "" if rated else update
    return Call(forward, backward, rated, update)


def _own(kind: type, name: str) -> list[str]:
    """Return the parameters of a method without ``self``."""
    return [p.name for p in parameters(getattr(kind, name))][1:]


def _takes(kind: type, name: str, most: int) -> bool:
    needed = [n for n in required(getattr(kind, name))[1:] if not _neutral(n)]
    return bool(_own(kind, name)) and len(needed) <= most


def _neutral(name: str) -> bool:
    return any(r in NEUTRAL for r in roles_of(name)) and Role.INPUTS not in roles_of(name)


def _wants_targets(kind: type, backward: str) -> bool:
    """Return whether a backward asks for targets; ``d`` alone is the derivative that comes from above."""
    own = [n for n in _own(kind, backward) if n in required(getattr(kind, backward))]
    return any(
        Role.TARGETS in roles_of(n) and Role.ERROR not in roles_of(n) and n not in ("d", "D") for n in own
    )


def _is_update(kind: type, name: str) -> bool:
    needed = required(getattr(kind, name))[1:]
    return bool(needed) and Role.RATE in roles_of(needed[0]) and all(_neutral(n) for n in needed[1:])
