"""What a bug of the catalogue is: a wrong rule in the place of a right one, and what to say about it."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from textwrap import dedent
from typing import Any

from attrs import frozen

Rule = Callable[..., Any]

_ACTIVATION = "(layer, params, cache, dy) -> dx, grads"
_LOSS = ("(loss, prediction, target) -> value, cache", "(loss, cache) -> dy")
_KINDS = (
    "loss",
    "MeanSquaredError",
    "HalfSquaredError",
    "BinaryCrossEntropy",
    "BinaryCrossEntropyFromLogits",
    "CategoricalCrossEntropy",
    "CategoricalCrossEntropyFromLogits",
)

PLACES = {
    "Dense.backward": "(layer, params, x, dy) -> dx, grads",
    "Dense.gradients": "(layer, params, x, dy) -> grads",
    "ReLU.forward": "(layer, params, x) -> y, cache",
    **{f"{kind}.backward": _ACTIVATION for kind in ("Sigmoid", "Tanh", "ReLU", "Softmax")},
    **{f"{kind}.forward": _LOSS[0] for kind in _KINDS},
    **{f"{kind}.backward": _LOSS[1] for kind in _KINDS},
    "Network.backward": "(network, params, caches, dy, tap) -> grads",
    "SGD.step": "(optimizer, params, grads, velocity, tap) -> params, velocity",
    "train_step": "(network, loss, optimizer, state, x, y, tap) -> state, value",
}
"""The rules of :mod:`scratch` that a wrong one may replace. ``loss`` stands for each of the losses."""


@frozen(eq=False)
class Bug:
    """A mistake that people make in hand-written backprop.

    Attributes:
        code: stable, ``G101``; bugs of one kind have the same first digit.
        name: a few words, as one would say it to a colleague.
        places: which rules it replaces, of :data:`PLACES`.
        rule: the wrong rule. Besides what the right one takes, it may ask by keyword for ``honest`` (the rule it
            replaces), ``problem`` (what is trained) and ``size`` (how strong it is, a number with a default).
        looks: how it shows in the gradients.
        fix: what to do.
        hidden: where it changes nothing.
        seen: where it was seen in public.
        sizes: numbers that people use, where it has a ``size``; the first is the one that is planted.
    """

    code: str
    name: str
    places: tuple[str, ...]
    rule: Rule
    looks: str
    fix: str
    hidden: str
    seen: tuple[str, ...]
    sizes: tuple[float, ...]

    @property
    def source(self) -> str:
        """The wrong rule as text, without its decorator."""
        lines = dedent(inspect.getsource(self.rule)).splitlines()
        return "\n".join(lines[next(i for i, line in enumerate(lines) if line.startswith("def ")) :])


class Group:
    """A part of the catalogue: bugs of one kind, in the order of their codes."""

    def __init__(self, title: str, about: str) -> None:
        self.title = title
        self.about = about
        self._bugs: list[Bug] = []

    def __iter__(self) -> Iterator[Bug]:
        """Yield the bugs."""
        return iter(self._bugs)

    def bug(
        self,
        code: str,
        name: str,
        *places: str,
        looks: str,
        fix: str,
        hidden: str = "",
        seen: Sequence[str] = (),
        sizes: Sequence[float] = (),
    ) -> Callable[[Rule], Rule]:
        """Return a decorator that enters a wrong rule; the arguments are those of :class:`Bug`."""

        def enter(rule: Rule) -> Rule:
            self._bugs.append(
                Bug(code, name, places, rule, looks, fix, hidden, tuple(seen), tuple(map(float, sizes)))
            )
            return rule

        return enter
