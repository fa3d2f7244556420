"""``check_gradient``: a gradient against its own loss, entry by entry where it is wrong."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import evolve

from parity.errors import ParityError
from parity.oracles.beside import beside, both
from parity.oracles.degenerate import blind_spots
from parity.oracles.findings import LIMIT, GradientCheck, TensorCheck
from parity.oracles.forward import Forward, NotAnalyticError, quietly
from parity.oracles.glance import LEAN, glance
from parity.oracles.judging import (
    LOST,
    OVERSHADOWED,
    OVERSHADOWING,
    SILENT,
    drawn,
    explain,
    is_faint,
    measure,
    not_finite,
    without_entries,
)
from parity.oracles.parameters import Parameters, Tensor, leaves, match, rebuild
from parity.oracles.slopes import EPS, ComplexStep, Differences, Oracle, agree, moved, roughness
from parity.results import Verdict
from parity.results.verdicts import PRIORITY
from scratch.tree import Array

ROUGH = 1e-3
"""Errors beyond this share of the largest gradient are not due to digits that the loss loses."""

CALM = 1e-13
"""Noise of the loss, relative to its slopes, beyond which real steps show too little to believe in the complex one."""

AWAY = 1e-3
"""How far a point is moved to see whether the loss is analytic beside its kinks, relative to the parameters."""


def check_gradient(
    loss: Callable[[Any], Any], params: Any, grads: Any, *, jacobian: bool = False, seed: int = 0
) -> GradientCheck:
    """Check the gradient that your own backpropagation computes against the loss itself.

    Args:
        loss: called as ``loss(params)``, returns one number: any forward pass written in NumPy.
        params: an array, a list or tuple of arrays, or dicts of them, nested at will.
        grads: what your backward pass says about them, in the same structure; or your backward pass itself,
            called as ``grads(params)``, which is then also checked at a point beside the parameters, where
            nothing is zero, alike or on a kink.
        jacobian: also compute the true gradient entry by entry: one forward pass for each of them.
        seed: of the random directions.

    Returns:
        The verdict, and every wrong tensor with its wrong entries, worst first.

    Raises:
        ParityError: structure or shapes of ``params`` and ``grads`` differ, or ``loss`` raises, is random, or does
            not return one number; or ``grads`` raises.

    Example:
        >>> x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 0.0])
        >>> w = np.array([0.5, -0.3])
        >>> check = parity.check_gradient(lambda w: ((x @ w - y) ** 2).mean(), w, x.T @ (x @ w - y))
        >>> check.verdict
        <Verdict.HOLDS: 'holds'>
    """
    if not callable(grads):
        return _at(loss, params, grads, jacobian, seed)[0]
    here, spots = _at(loss, params, _gradient(grads, params), jacobian, seed)
    aside = beside(params, seed)
    try:
        there, more = _at(loss, aside, _gradient(grads, aside), False, seed)
    except ParityError as error:
        note = f"could not be checked beside the parameters: {error.problems[0]}"
        return evolve(here, warnings=(*here.warnings, note))
    return both(here, spots, there, more)


def _gradient(grads: Callable[[Any], Any], params: Any) -> Any:
    """Return what a backward pass says, which gets copies of the parameters."""
    copies = rebuild(params, iter([np.array(leaf) for leaf in leaves(params).values()]))
    try:
        return grads(copies)
    except Exception as error:
        problem = f"grads raises {type(error).__name__}: {error}"
        raise ParityError(problem, "It is called as grads(params), and returns their gradients.") from error


def _at(
    loss: Callable[[Any], Any], params: Any, grads: Any, jacobian: bool, seed: int
) -> tuple[GradientCheck, list[str]]:
    """Return the check at one point, and what cannot be seen there."""
    parameters = match(params, grads)
    workspace = parameters.workspace
    found = _checked(loss, params, parameters, jacobian, seed)
    del parameters
    workspace.give_back()
    return found


def _checked(
    loss: Callable[[Any], Any], params: Any, parameters: Parameters, jacobian: bool, seed: int
) -> tuple[GradientCheck, list[str]]:
    tensors = parameters.tensors
    notes: list[str] = []
    with quietly() as printed:
        forward = Forward(loss, params, tensors)
        glimpse = None if jacobian else glance(forward, parameters, seed)
        if glimpse is not None:
            found, value = glimpse.tensors, glimpse.loss
        else:
            check = _Check(forward, tensors, seed)
            found = [check.judge(place, jacobian) for place in range(len(tensors))]
            value, notes = forward.value, [*forward.warnings, *check.notes]
    spots = list(blind_spots(tensors))
    if said := printed.getvalue().strip():
        notes.append(f"loss prints, which is not shown here: {said.splitlines()[0][:80]!r} …")
    if len(found) > 1:
        found.sort(key=lambda t: (PRIORITY.index(t.verdict), -t.noise_units))
    return GradientCheck(tuple(found), (*notes, *spots), value), spots


class _Check:
    """One run: directions are drawn, an oracle is chosen, then each tensor is judged by itself."""

    def __init__(self, forward: Forward, tensors: Sequence[Tensor], seed: int) -> None:
        self._forward = forward
        self._tensors = tensors
        self._rng = np.random.default_rng(seed)
        self._scales = [tensor.scale for tensor in tensors]
        self._kinked = False
        self._directions = drawn(tensors, self._rng, LEAN)
        self.notes: list[str] = []
        self._oracle: Oracle | None = None
        self._slopes = np.full(len(tensors), np.nan)
        if np.isfinite(forward.value):
            self._oracle = self._by_complex_step() or self._by_differences()

    def judge(self, place: int, jacobian: bool) -> TensorCheck:
        """Return what can be said of one tensor."""
        tensor, direction = self._tensors[place], self._directions[place]
        oracle, slope = self._oracle, float(self._slopes[place])
        if tensor.value.size == 0:
            return without_entries(tensor)
        if not np.isfinite(tensor.gradient).all():
            return not_finite(tensor, oracle, place)
        if oracle is None or not np.isfinite(slope):
            reason = (
                f"the loss is {self._forward.value:g} and has no finite derivative here; try other values"
            )
            return TensorCheck(tensor.path, Verdict.UNCLEAR, reason)
        found = measure(oracle, place, tensor, direction, slope, self._kinked)
        check = found.check
        if slope == 0 and not tensor.gradient.any():
            note = (
                f"the gradient of {tensor.path} is exactly zero here: nothing can be seen; try other values"
            )
            self.notes.append(note)
            return evolve(check, verdict=Verdict.UNCLEAR, reason="gradient and derivative are exactly zero")
        if check.verdict is Verdict.BROKEN and (reason := self._excuse(place, slope, found.residual)):
            return evolve(check, verdict=Verdict.UNCLEAR, reason=reason)
        if check.verdict is Verdict.BROKEN and check.error < SILENT:
            check = self._second_opinion(place, slope) or check
        if jacobian or check.verdict is not Verdict.HOLDS:
            return explain(oracle, place, tensor, direction, evolve(found, check=check), self._rng, jacobian)
        return check

    def _excuse(self, place: int, slope: float, residual: float) -> str:
        """Return why a gradient that is off may yet be right, or nothing."""
        loudness = [
            float(np.linalg.norm(tensor.gradient * v)) if np.isfinite(tensor.gradient).all() else 0.0
            for tensor, v in zip(self._tensors, self._directions, strict=True)
        ]
        eps, loudest = self._tensors[place].eps, max(abs(self._forward.value), *loudness)
        if is_faint(eps, max(abs(slope), loudness[place]), loudest):
            return LOST
        # Where a loss subtracts numbers that are nearly the same, so does its gradient.
        lost = (
            self._noise / (EPS * abs(self._forward.value) or 1.0) if abs(residual) < ROUGH * loudest else 1.0
        )
        return OVERSHADOWED if abs(residual) <= OVERSHADOWING * eps * max(lost, 1.0) * loudest else ""

    def _by_complex_step(self) -> Oracle | None:
        """Return the complex step if the loss is analytic, after computing all slopes with it."""
        oracle = ComplexStep(self._forward, self._scales, self._rng)
        base, directions = self._forward.base, [{place: v} for place, v in enumerate(self._directions)]
        everywhere = dict(enumerate(self._directions))
        try:
            self._slopes = oracle.slopes(directions)
            if self._agrees(base, self._slopes):
                return oracle
            self._forward.insist()  # a function that is random has no slope that two computations agree on
            if oracle.stacking:  # perhaps the function takes a stack for something else
                oracle.stacking = False
                self._slopes = oracle.slopes(directions)
                if self._agrees(base, self._slopes):
                    return oracle
            away = drawn(self._tensors, self._rng, 0.0)
            beside = moved(base, dict(enumerate(away)), AWAY)
            if self._agrees(beside, oracle.slopes([everywhere], beside)):
                self._kinked = True
                self.notes.append(
                    "the loss has a kink at these parameters, such as a ReLU that sees exactly 0"
                )
                return oracle
        except NotAnalyticError as error:
            self.notes.append(f"loss does not take complex numbers ({error}): checked by differences instead")
        else:
            self.notes.append(
                "loss drops imaginary parts (abs, norm, var and conj do): checked by differences instead"
            )
        return None

    def _agrees(self, base: Sequence[Array], slopes: Array) -> bool:
        """Return whether real steps along all directions at once see the sum of the slopes."""
        directions = dict(enumerate(self._directions))
        total, scale = float(slopes.sum()), float(np.abs(slopes).sum())
        along = lambda step: self._forward.real(moved(base, directions, step))  # noqa: E731
        return agree(along, total, scale) or agree(along, total, scale, min(self._noise, CALM * scale))

    @cached_property
    def _noise(self) -> float:
        """By how much rounding moves the loss: not its last digit alone where larger numbers were subtracted."""
        return roughness(self._forward, self._scales, self._rng)

    def _by_differences(self) -> Oracle:
        """Return central differences, after computing all slopes with them."""
        self._forward.insist()
        oracle = Differences(self._forward, self._scales, self._rng)
        self._slopes = oracle.slopes([{place: v} for place, v in enumerate(self._directions)])
        return oracle

    def _second_opinion(self, place: int, slope: float) -> TensorCheck | None:
        """Return the check by differences if they agree with the gradient and refute the complex step."""
        if not isinstance(self._oracle, ComplexStep):
            return None
        oracle = Differences(self._forward, self._scales, self._rng)
        direction = self._directions[place]
        other = float(oracle.slopes([{place: direction}])[0])
        found = measure(oracle, place, self._tensors[place], direction, other)
        refuted = abs(slope - other) > LIMIT * found.uncertainty.noise
        return found.check if refuted and found.check.verdict is Verdict.HOLDS else None
