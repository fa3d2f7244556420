"""``check_gradient``: a gradient against its own loss, entry by entry where it is wrong."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from attrs import evolve

from parity.oracles.degenerate import blind_spots
from parity.oracles.findings import LIMIT, GradientCheck, TensorCheck
from parity.oracles.forward import Forward, NotAnalyticError, quietly
from parity.oracles.judging import LOST, drawn, explain, measure, not_finite, without_entries
from parity.oracles.parameters import Tensor, match
from parity.oracles.slopes import ComplexStep, Differences, Oracle, agree, moved
from parity.results import Verdict
from parity.results.verdicts import PRIORITY
from scratch.tree import Array

LEAN = 6.0
"""By how many standard deviations a direction leans towards the gradient."""

SILENT = 1e-6
"""Relative errors below this might be an imaginary part that was dropped in silence and was too small for the
comparison with real steps: differences are asked once more before the complex step is believed."""

FAINT = 1e3
"""A gradient of fewer roundings of the loss than this is not called wrong."""

AWAY = 1e-3
"""How far a point is moved to see whether the loss is analytic beside its kinks, relative to the parameters."""


def check_gradient(
    loss: Callable[[Any], Any], params: Any, grads: Any, *, jacobian: bool = False, seed: int = 0
) -> GradientCheck:
    """Check the gradient that your own backpropagation computes against the loss itself.

    Args:
        loss: called as ``loss(params)``, returns one number: any forward pass written in NumPy.
        params: an array, a list or tuple of arrays, or dicts of them, nested at will.
        grads: what your backward pass says about them, in the same structure.
        jacobian: also compute the true gradient entry by entry: one forward pass for each of them.
        seed: of the random directions.

    Returns:
        The verdict, and every wrong tensor with its wrong entries, worst first.

    Raises:
        ParityError: structure or shapes of ``params`` and ``grads`` differ, or ``loss`` raises, is random, or does
            not return one number.

    Example:
        >>> x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 0.0])
        >>> w = np.array([0.5, -0.3])
        >>> check = parity.check_gradient(lambda w: ((x @ w - y) ** 2).mean(), w, x.T @ (x @ w - y))
        >>> check.verdict
        <Verdict.HOLDS: 'holds'>
    """
    tensors = match(params, grads)
    with quietly() as printed:
        forward = Forward(loss, params, tensors)
        check = _Check(forward, tensors, seed)
        found = [check.judge(place, jacobian) for place in range(len(tensors))]
    notes = [*forward.warnings, *check.notes, *blind_spots(tensors)]
    if said := printed.getvalue().strip():
        notes.append(f"loss prints, which is not shown here: {said.splitlines()[0][:80]!r} …")
    found.sort(key=lambda t: (PRIORITY.index(t.verdict), -t.noise_units))
    return GradientCheck(tuple(found), tuple(notes), forward.value)


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
        if check.verdict is Verdict.BROKEN and self._is_faint(place, slope):
            return evolve(check, verdict=Verdict.UNCLEAR, reason=LOST)
        if check.verdict is Verdict.BROKEN and check.error < SILENT:
            check = self._second_opinion(place, slope) or check
        if jacobian or check.verdict is not Verdict.HOLDS:
            return explain(oracle, place, tensor, direction, evolve(found, check=check), self._rng, jacobian)
        return check

    def _is_faint(self, place: int, slope: float) -> bool:
        """Return whether a tensor's gradient is to the loss and the other gradients as a rounding to a number.

        So is that of a bias in front of a normalisation: the truth is 0, and a backward pass leaves the rounding of
        a sum in which everything cancels. The forward pass does not show how large its terms were.
        """
        loudness = [
            float(np.linalg.norm(tensor.gradient * v)) if np.isfinite(tensor.gradient).all() else 0.0
            for tensor, v in zip(self._tensors, self._directions, strict=True)
        ]
        faint = FAINT * self._tensors[place].eps * max(abs(self._forward.value), *loudness, 0.0)
        return max(abs(slope), loudness[place]) <= faint

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
        return agree(self._forward, base, directions, float(slopes.sum()), float(np.abs(slopes).sum()))

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
