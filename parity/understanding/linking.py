"""Layers one after the other, as one object that goes forward and backward, and updates itself where that is asked."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from parity.understanding.calling import parameters, required
from parity.understanding.calls import Call
from parity.understanding.heads import Head
from parity.understanding.roles import Role, likeness, roles_of
from parity.understanding.target import methods

Improve = Callable[[Any, float], None]
"""Has a layer, or a container of layers, take a step at a learning rate."""


class Chain:
    """Layers one after the other; what they hold is found under ``layers``.

    What is called is kept out of sight of whoever looks for numbers.
    """

    def __init__(self, layers: Sequence[Any], calls: Sequence[Call], improve: Improve | None = None) -> None:
        self.layers = list(layers)
        self._calls, self._improve = tuple(calls), improve

    def forward(self, x: Any) -> Any:
        """Return what the layers make of samples."""
        for layer, call in zip(self.layers, self._calls, strict=True):
            x = call.onward(layer, x)
        return x

    def backward(self, error: Any) -> None:
        """Go back through the layers; they keep their gradients."""
        self.back(error, 0.0)

    def back(self, error: Any, rate: float) -> None:
        """Go back through the layers, and have them take a step where they can."""
        pairs = list(zip(self.layers, self._calls, strict=True))
        for place, (layer, call) in reversed(list(enumerate(pairs))):
            # Nobody needs the gradient of the samples: a first layer that does not return it is fine.
            error = call.back(layer, error, rate, needed=place > 0)
        for layer, call in pairs if rate else ():
            call.improve(layer, rate)
            if self._improve is not None:
                self._improve(layer, rate)


class Stepping(Chain):
    """Layers that change when they go back, or afterwards."""

    def backward(self, error: Any, lr: float) -> None:  # type: ignore[override]
        """Go back through the layers; their parameters change."""
        self.back(error, lr)


class Judged(Chain):
    """Layers with a loss of the file's own at their end."""

    loss: tuple[Head, int]

    def backward(self, y_pred: Any, y_true: Any) -> Any:  # type: ignore[override]
        """Return the loss; go back from its derivative."""
        return self.judge(y_pred, y_true, 0.0)

    def judge(self, y_pred: Any, y_true: Any, rate: float) -> Any:
        """Return the loss after a step."""
        head, order = self.loss
        value, error = head.of(y_pred, y_true, order)
        self.back(error, rate)
        return value


class JudgedStepping(Judged):
    """Layers with a loss of the file's own at their end, that change."""

    def backward(self, y_pred: Any, y_true: Any, lr: float) -> Any:  # type: ignore[override]
        """Return the loss; go back from its derivative; parameters change."""
        return self.judge(y_pred, y_true, lr)


def kind_of(steps: bool, head: Head | None, order: int) -> type[Chain]:
    """Return the class of a chain: with a loss or without, that steps or only leaves gradients."""
    if head is None:
        return Stepping if steps else Chain
    base = JudgedStepping if steps else Judged
    return type(base.__name__, (base,), {"loss": (head, order)})


@frozen(eq=False)
class Optimizer:
    """A class of the file that takes plain steps of gradient descent with what it is handed.

    Attributes:
        kind: the class.
        rate: what its learning rate is called.
        method: what makes a step.
        settings: that switch momentum and the like off.
    """

    kind: type
    rate: str
    method: str
    settings: Mapping[str, Any]

    def improve(self, item: Any, rate: float) -> None:
        """Take a step; what has no parameters cannot."""
        one = self.kind(**{self.rate: rate}, **self.settings)
        try:
            getattr(one, self.method)(item)
        except AttributeError:
            if any(True for name in vars(item) if name.lower().startswith("w")):
                raise


def optimizers(kinds: Mapping[str, type]) -> list[Optimizer]:
    """Return the classes that are gradient descent by their name, made of a learning rate and handed what to update."""
    found = []
    for name, kind in kinds.items():
        if not any(word in name.lower().replace("_", "") for word in ("sgd", "gradientdescent", "gd")):
            continue
        rate = next((p.name for p in parameters(kind) if Role.RATE in roles_of(p.name)), "")
        method = next(
            (n for n in methods(kind) if likeness(n, "update") == 0 and len(required(getattr(kind, n))) == 2),
            "",
        )
        if rate and method and set(required(kind)) <= {rate}:
            off = {
                p.name: 0.0 for p in parameters(kind) if Role.MOMENTUM in roles_of(p.name) and p.name != rate
            }
            found.append(Optimizer(kind, rate, method, off))
    return found
