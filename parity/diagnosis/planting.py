"""Put a rule in the place of another: the same problem, trained by a network with a mistake in it."""

import inspect
from collections.abc import Mapping
from copy import copy
from functools import cache, partial
from typing import Any

from attrs import field, frozen

from parity.diagnosis.bug import Bug, Rule
from parity.scenarios.problem import Problem
from scratch.losses import Loss
from scratch.network import Network
from scratch.optimizers import SGD
from scratch.training import TrainStep

Rules = Mapping[str, Rule]
"""Rules by the place that they take."""


@frozen(eq=False)
class Planted(Problem):
    """A problem whose network by hand follows other rules; what frameworks make of it is the same."""

    rules: tuple[Rules, ...] = field(factory=tuple)

    @property
    def loss(self) -> Loss | None:
        """The loss, with its rules replaced."""
        loss: Loss | None = _variant(super().loss, self.rules, "loss")
        return loss

    @property
    def optimizer(self) -> SGD | None:
        """The optimizer, with its rules replaced."""
        optimizer: SGD | None = _variant(super().optimizer, self.rules)
        return optimizer

    @property
    def train_step(self) -> TrainStep:
        """One step of training, replaced or not."""
        step = super().train_step
        for some in self.rules:
            if "train_step" in some:
                step = _bound(some["train_step"], step)
        return step


def plant(
    problem: Problem, bug: Bug | None, *, base: Rules | None = None, size: float | None = None
) -> Problem:
    """Return ``problem`` with a network by hand that has a bug.

    Args:
        problem: what to train.
        bug: the mistake; None for none.
        base: rules that take the place of scratch's own first.
        size: how strong the mistake is, where it has a size; left out, the first of ``bug.sizes``.
    """
    rules: tuple[Rules, ...] = (base or {},)
    if bug is not None:
        rules = (*rules, dict.fromkeys(bug.places, _settled(bug, problem, size)))
    network = Network(tuple(_variant(layer, rules) for layer in problem.network.layers))
    return Planted(
        problem.scenario,
        problem.dtype,
        _variant(network, rules),
        problem.params,
        problem.dataset,
        problem.x,
        problem.y,
        rules=rules,
    )


def concerns(bug: Bug, problem: Problem) -> bool:
    """Return whether ``problem`` uses a rule that the bug replaces."""
    if problem.scenario.training is None:
        return False
    used = [*problem.network.layers, problem.network, problem.loss, problem.optimizer]
    names = {type(one).__name__ for one in used} | {"loss", "train_step"}
    return any(place.split(".")[0] in names for place in bug.places)


def _settled(bug: Bug, problem: Problem, size: float | None) -> Rule:
    """Return the wrong rule with what it wants to know of the problem."""
    given: dict[str, Any] = {"problem": problem} if _asks(bug.rule, "problem") else {}
    if bug.sizes:
        given["size"] = bug.sizes[0] if size is None else size
    return partial(bug.rule, **given)


def _variant(original: Any, rules: tuple[Rules, ...], *other_names: str) -> Any:
    """Return an object like ``original`` whose methods are those of ``rules``, each set on top of the one before."""
    if original is None:
        return None
    name = type(original).__name__
    methods: dict[str, Any] = {}
    for some in rules:
        for place, rule in some.items():
            owner, _, method = place.partition(".")
            if method and owner in (name, *other_names):
                methods[method] = _bound(rule, methods.get(method) or getattr(type(original), method))
    if not methods:
        return original
    variant = copy(original)
    kind = type(
        name, (type(original),), {"__slots__": ()} | {k: _method(rule) for k, rule in methods.items()}
    )
    object.__setattr__(variant, "__class__", kind)
    return variant


def _bound(rule: Rule, honest: Rule) -> Rule:
    """Return ``rule``, knowing the one that it replaces if it asks for it."""
    return partial(rule, honest=honest) if _asks(rule, "honest") else rule


def _asks(rule: Rule, keyword: str) -> bool:
    """Return whether a rule wants to know something that the right one does not."""
    return keyword in _parameters(rule.func if isinstance(rule, partial) else rule)


@cache
def _parameters(rule: Rule) -> frozenset[str]:
    return frozenset(inspect.signature(rule).parameters)


def _method(rule: Rule) -> Any:
    def method(self: Any, *arguments: Any) -> Any:
        return rule(self, *arguments)

    return method
