"""Losses of a file with the derivatives that stand beside them: functions with their primes, and classes with both."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from parity.understanding.calling import parameters, required
from parity.understanding.layers import pairs_of
from parity.understanding.roles import Role, likeness, roles_of
from parity.understanding.target import Refused, guarded, methods, user_classes
from scratch.tree import Array

VALUES = ("loss", "__call__", "forward", "calculate", "compute", "fn", "cost", "calc_loss", "compute_loss")
SLOPES = (
    "grad",
    "gradient",
    "backward",
    "derivative",
    "prime",
    "delta",
    "dloss",
    "loss_prime",
    "calc_gradient",
    "backward_pass",
)
BOTH = 2
"""A loss takes the output and the target."""

Made = tuple[Callable[..., Any], Callable[..., Any]]
"""A loss and its derivative, ready to be called one after the other."""


@frozen(eq=False)
class Head:
    """A loss and its derivative.

    Attributes:
        value: what the loss is called.
        slope: what its derivative is called.
        make: returns both, with whatever they remember anew.
        first: whether the prediction may be the first argument; both may be True where the names say nothing.
        second: whether it may be the second.
    """

    value: str
    slope: str
    make: Callable[[], Made]
    first: bool
    second: bool

    def of(self, y_pred: Any, y_true: Any, order: int) -> tuple[Any, Any]:
        """Return the loss and its derivative; ``order`` is the number of the argument that is the prediction."""
        value, slope = self.make()
        both = (y_pred, y_true) if order == 0 else (y_true, y_pred)
        return value(*both), slope(*both)

    def is_probable(self, order: int) -> bool:
        """Return whether the loss is only defined for outputs between 0 and 1."""
        y_pred, y_true = np.array([[1.7, -0.4, 0.3, -1.2]]), np.array([[0.0, 0.0, 1.0, 0.0]])
        try:
            with guarded():
                value, _ = self.of(y_pred, y_true, order)
                return not bool(np.isfinite(value).all())
        except (Refused, TypeError, ValueError):
            return False


def heads(namespace: Mapping[str, Any], origin: str) -> list[Head]:
    """Return the losses of a module that have a derivative."""
    found = []
    for function, derivative in pairs_of(namespace, origin):
        if (
            len(required(function)) == BOTH == len(required(derivative))
            and likeness(function.__name__, "loss") < 2
        ):
            found.append(
                Head(
                    function.__name__, derivative.__name__, _always(function, derivative), *_orders(function)
                )
            )
    found += [h for n, k in user_classes(namespace, origin).items() if (h := _of_class(n, k)) is not None]
    return found


def _always(function: Callable[..., Any], derivative: Callable[..., Any]) -> Callable[[], Made]:
    return lambda: (function, derivative)


def _orders(loss: Callable[..., Any]) -> tuple[bool, bool]:
    """Return which arguments of a loss may be the prediction: both where the names do not tell them apart."""
    roles = [roles_of(p.name) for p in parameters(loss) if p.name != "self"][:BOTH]
    sure = {n for n in (0, 1) if Role.OUTPUT in roles[n] and Role.TARGETS not in roles[n]}
    sure |= {1 - n for n in (0, 1) if Role.TARGETS in roles[n] and Role.OUTPUT not in roles[n]}
    return (0 in sure, 1 in sure) if len(sure) == 1 else (True, True)


def _of_class(name: str, kind: type) -> Head | None:
    """Return a class with a loss of two arguments and a gradient of the same two, or of none."""
    names = methods(kind)
    value, slope = (next((n for n in some if n in names), "") for some in (VALUES, SLOPES))
    if not value or not slope or required(kind):
        return None
    if len(_needed(kind, value)) != BOTH or len(_needed(kind, slope)) not in (0, BOTH):
        return None

    def make() -> Made:
        one = kind()

        def derivative(a: Array, b: Array) -> Any:
            method = getattr(one, slope)
            if not required(method):
                kept = method()
            else:
                # Where a forward leaves an output of its own, as softmax does, that is what the backward asks for.
                own = getattr(one, "output", None)
                kept = method(own if isinstance(own, np.ndarray) and own.shape == np.shape(a) else a, b)
            return one.dinputs if kept is None else kept

        return getattr(one, value), derivative

    first, second = _orders(getattr(kind, value))
    return Head(f"{name}.{value}", f"{name}.{slope}", make, first, second)


def _needed(kind: type, name: str) -> list[str]:
    """Return the parameters that a method must be given, without ``self``, be it static or not."""
    static = isinstance(inspect.getattr_static(kind, name), staticmethod | classmethod)
    return required(getattr(kind, name))[0 if static else 1 :]


def orders(head: Head) -> Sequence[int]:
    """Return the numbers of the arguments that may be the prediction, the likeliest first."""
    return [n for n, may in ((1, head.second), (0, head.first)) if may]
