"""What a training run comes to in exact mathematics, as far as that can be had for little.

Two oracles. *Balls* prove the first steps, with a fixed number of bits and within a fixed amount of work. From
there on, and where a ball straddles a kink, the hand-written network on the next wider *floats* takes over: longdouble
for float64, float64 for float32. Work is counted in operations and not in seconds: the same problem is proved equally
far on every machine.
"""

from collections.abc import Collection
from contextlib import suppress

import numpy as np
from attrs import evolve, field, frozen

from parity.frameworks.plan import values_per_step
from parity.frameworks.protocol import Chunk
from parity.frameworks.scratch import ScratchTwin
from parity.oracles.balls import accuracy, precision
from parity.oracles.exact_run import ExactRun
from parity.oracles.known import Known, of_balls, of_floats
from parity.oracles.series import Check
from parity.scenarios.problem import Problem
from scratch.tree import Array, cast, flatten

WIDER = {"float32": "float64", "float64": "longdouble"}
FAR_WIDER = 2.0**-10
"""How much finer a wider type has to be at least. (On some machines longdouble is float64.)"""

GUARD_BITS = 20
"""Bits beyond those of the number type that have to be certain: then the oracle errs by a millionth of an ulp."""

BITS = {"float64": 768, "float32": 256}
BALL_WORK = {"float64": 100_000, "float32": 50_000}
FIRST_STEP_WORK = {"float64": 2_000_000, "float32": 500_000}
CHECK_OPERATIONS = 200_000
FLOAT_WORK = 2_000_000
"""Work is counted in what took a microsecond when it was measured."""


@frozen(eq=False)
class Truth:
    """What the oracles know of a run.

    Attributes:
        losses: before the update of each step that was asked for, shape (); a step that no oracle knows is missing.
        gradients: of step 0, by parameter.
        prediction: after the last update, of all rows; None if no oracle knows it, or it was not asked for.
        proved: how many steps balls have proved, counted from the first.
        oracle: the type of floats that knows the rest; empty if balls know all, or nobody does.
        gaps: how far those floats are from the balls at the steps that both know.
        notes: what could not be proved or known, and why.
    """

    losses: dict[int, Known] = field(factory=dict)
    gradients: dict[str, Known] = field(factory=dict)
    prediction: Known | None = None
    proved: int = 0
    oracle: str = ""
    gaps: dict[int, float] = field(factory=dict)
    notes: list[str] = field(factory=list)


def find(problem: Problem, steps: Collection[int], predictions: bool = True) -> Truth:
    """Return the truth about a problem.

    Args:
        problem: in float32 or float64. Its weights, data, learning rate and momentum are taken for exactly the
            numbers that a run in that type holds: 0.1 in float32 is 0.100000001490116….
        steps: those whose loss is wanted; none for a problem without training.
        predictions: whether the final ones are wanted: without them, nothing has to run beyond the last step.
    """
    problem = as_held(problem)
    last = problem.steps if predictions else max(steps, default=-1) + 1
    proof = _Proof(problem, steps, last, predictions)
    if proof.mistake:
        return Truth(notes=[f"nothing is measured: {proof.mistake}"])
    if proof.complete:
        return proof.truth
    return _go_on(problem, steps, last, predictions, proof.truth)


def as_held(problem: Problem) -> Problem:
    """Return the problem with learning rate and momentum as its number type holds them."""
    training, held = problem.scenario.training, np.dtype(problem.dtype).type
    if training is None:
        return problem
    return problem.with_training(
        learning_rate=float(held(training.learning_rate)), momentum=float(held(training.momentum))
    )


def share(oracle: str, dtype: str) -> float:
    """Return how much finer an oracle's floats are: their rounding is this share of that of ``dtype``."""
    return float(np.finfo(oracle).eps / np.finfo(dtype).eps)


class _Enough(Exception):  # noqa: N818 - not an error
    """As much is proved as was wanted, or may be had for the price."""


class _Proof:
    """What balls know, as far as the work allows.

    Attributes:
        truth: that.
        complete: whether it is everything that was asked for.
        mistake: a derivative that ``backward`` has wrong; nothing that it takes part in is true then.
    """

    def __init__(self, problem: Problem, steps: Collection[int], last: int, predictions: bool) -> None:
        self.mistake = ""
        self._problem, self._steps = problem, steps
        cost = _ball_cost(problem)
        affordable = cost <= FIRST_STEP_WORK[problem.dtype]
        self._most = min(last, max(int(BALL_WORK[problem.dtype] / cost), 1)) if affordable else 0
        self._bits = BITS["float32"] if self._most == 1 else BITS[problem.dtype]
        self._need = np.finfo(problem.dtype).nmant + 1 + GUARD_BITS
        self._run = ExactRun(problem, "predictions", self._bits)
        self._losses: dict[int, Known] = {}
        self._proved = 0
        notes = [] if affordable else ["the network is too large for balls in the time that is allowed"]
        if self._most:
            with suppress(_Enough):
                self._run.train(self._need, self._keep)
        gradients, unchecked = self._gradients()
        notes += unchecked
        wanted = affordable and predictions and not self._run.kink and self._proved == last
        prediction = self._prediction() if wanted else None
        if self._run.kink:
            notes.append(f"undecided: {self._run.kink} may be on either side of 0")
        self.truth = Truth(self._losses, gradients, prediction, self._proved, "", {}, notes)
        self.complete = self._proved >= last and (prediction is not None or not predictions)

    def _keep(self, done: int) -> None:
        """Note what is known after an update; raise where that is enough."""
        loss = self._run.last.loss
        if loss is None or accuracy(loss) < self._need:
            raise _Enough
        if done - 1 in self._steps:
            self._losses[done - 1] = of_balls(loss)
        self._proved = done
        if done >= self._most:
            raise _Enough

    def _gradients(self) -> tuple[dict[str, Known], list[str]]:
        """Return those of step 0, and what to say of them; they are checked from the forward pass alone."""
        claimed = self._run.first.claimed
        if claimed is None:
            return {}, []
        known = {path: of_balls(array) for path, array in flatten(claimed.gradients).items()}
        if sum(k.high.size for k in known.values()) * len(claimed.x) > CHECK_OPERATIONS:
            return known, [
                "the network is too large for its first gradient to be proved again without backward"
            ]
        with precision(self._bits):
            mistakes = Check(self._problem, claimed, operations=CHECK_OPERATIONS).mistakes()
        self.mistake = str(mistakes[0]) if mistakes else ""
        return known, []

    def _prediction(self) -> Known | None:
        found = self._run.numbers().get("prediction")
        return of_balls(found) if found is not None and accuracy(found) >= self._need else None


def _go_on(problem: Problem, steps: Collection[int], last: int, predictions: bool, proof: Truth) -> Truth:
    """Return the proof, and what wider floats know beyond it."""
    oracle, notes = WIDER[problem.dtype], list(proof.notes)
    if share(oracle, problem.dtype) > FAR_WIDER:
        note = f"{oracle} is no wider than {problem.dtype} on this machine: no cheap oracle knows the rest"
        return evolve(proof, notes=[*notes, note])
    stop = min(last, int(FLOAT_WORK / _float_cost(problem)))
    if stop < last:
        notes.append(f"from step {stop:,} on even {oracle} would take too long")
    losses, gradients, prediction = _train_wide(problem, oracle, stop, predictions and stop == last)
    wanted = {step: of_floats(losses[step], oracle) for step in steps if step < stop}
    everything = [*wanted.values(), *gradients.values(), *([prediction] if prediction else [])]
    if not all(known.finite for known in everything):
        notes.append(f"{oracle} overflows: what it does not know is left out")
    return Truth(
        {step: known for step, known in wanted.items() if known.finite} | proof.losses,
        {path: known for path, known in gradients.items() if known.finite} | proof.gradients,
        prediction if prediction and prediction.finite else None,
        proof.proved,
        oracle,
        {step: known.apart(wanted[step]) for step, known in proof.losses.items() if step in wanted},
        notes,
    )


def _train_wide(
    problem: Problem, oracle: str, stop: int, predictions: bool
) -> tuple[Array, dict[str, Known], Known | None]:
    """Train the hand-written network on another type of floats, from exactly the same numbers.

    Returns:
        The loss before each update (S,), the gradients of step 0, and the predictions if they are wanted.
    """
    wide = evolve(
        problem,
        dtype=oracle,
        params=cast(problem.params, oracle),
        x=problem.x.astype(oracle),
        y=problem.y.astype(oracle),
    )
    twin = ScratchTwin(wide)
    with np.errstate(all="ignore"):
        chunk = twin.advance(0, stop, [0]) if stop else Chunk(0, np.zeros(0), np.zeros(0, dtype=int), {})
        prediction = of_floats(twin.predict(wide.x), oracle) if predictions else None
    gradients = {
        path.removeprefix("gradient/"): of_floats(array[0], oracle)
        for path, array in chunk.arrays.items()
        if path.startswith("gradient/")
    }
    return chunk.losses, gradients, prediction


def _operations(problem: Problem) -> int:
    """Return the products of a step: forward, and twice as many backward."""
    weights = sum(array.size for array in flatten(problem.params).values())
    return (3 if problem.steps else 1) * problem.batch_size * weights


def _ball_cost(problem: Problem) -> float:
    """Return the work of a step on balls of 256 bits; measured from 3 to 10,000 weights, 4 to 240 rows."""
    return 70 + 0.14 * (_operations(problem) + values_per_step(problem))


def _float_cost(problem: Problem) -> float:
    """Return the work of a step on longdouble: up to some thousand products it is all NumPy's calls."""
    return 36 + 0.005 * _operations(problem)
