"""Proven digits of exact training runs.

The hand-written network trains on balls, with more and more bits until all digits that are asked for are certain.
Initial weights, data, learning rate and momentum are the floats that they are, taken as exact. The gradients of the
first and the last step are proved a second time, without ``backward``.
"""

from collections.abc import Callable
from math import ceil, inf, isfinite
from time import monotonic

from parity.errors import ParityError
from parity.oracles import cache
from parity.oracles.balls import BITS_PER_DIGIT, precision, read
from parity.oracles.certificate import Certificate, Numbers
from parity.oracles.exact_run import GUARD, ExactRun, Kink, Quantity
from parity.oracles.series import Check, Claimed
from parity.results import Verdict
from parity.scenarios.problem import Problem

DIGITS = 20
TIME_LIMIT = 300.0
MOST_BITS = 1 << 16
KINK_TRIES = 3
MARGIN = 1.1

Watcher = Callable[[int, int, int], None]


def certify(
    problem: Problem,
    quantity: Quantity | None = None,
    *,
    epochs: int | None = None,
    digits: int = DIGITS,
    time_limit: float = TIME_LIMIT,
    most_bits: int = MOST_BITS,
    watch: Watcher = lambda bits, done, steps: None,
    use_cache: bool = True,
) -> Certificate:
    """Return proven digits of the exact training run.

    Args:
        problem: what to train; a problem in float32 starts from its float32 numbers.
        quantity: ``loss`` before the last update, ``gradient`` of the first and of the last, ``weights`` after it,
            ``predictions`` after it for all rows. Left out, the loss; the predictions if nothing is trained.
        epochs: passes over the data; left out, those of the scenario.
        digits: significant digits that have to be certain, of every number.
        time_limit: seconds; what is certain until then is returned.
        most_bits: precision to try at most.
        watch: called after every update with the precision, the number of updates, and how many there will be.
        use_cache: look for an earlier certificate, and keep this one.

    Raises:
        ParityError: the scenario has no such thing.
    """
    problem, quantity = _asked(problem, quantity, epochs)
    name = cache.key(problem, quantity, digits) if use_cache else ""
    if known := cache.find(name):
        return known
    certificate = _Search(problem, quantity, digits, time_limit, most_bits, watch).search()
    cache.keep(name, certificate)
    return certificate


def _asked(problem: Problem, quantity: Quantity | None, epochs: int | None) -> tuple[Problem, Quantity]:
    if problem.scenario.training is None:
        unknown = "--epochs" if epochs else f"--quantity {quantity}" if quantity else ""
        if unknown and (epochs or quantity != "predictions"):
            message = f"{unknown} has no meaning for {problem.scenario.name}: nothing is trained there"
            raise ParityError(message, hint="--quantity predictions")
        return problem, "predictions"
    return problem.with_training(epochs=epochs) if epochs else problem, quantity or "loss"


class _Late(Exception):  # noqa: N818 - not an error
    """The time is over."""


class _Search:
    """Raises the precision until everything is certain, or until it is time to stop."""

    def __init__(
        self,
        problem: Problem,
        quantity: Quantity,
        digits: int,
        time_limit: float,
        most_bits: int,
        watch: Watcher,
    ) -> None:
        self._problem, self._quantity, self._digits = problem, quantity, digits
        self._time_limit, self._most_bits, self._watch = time_limit, most_bits, watch
        self._need = ceil(digits * BITS_PER_DIGIT) + 2
        self._began = monotonic()
        self._checked: dict[int, str] = {}
        self._kinks: list[Kink | None] = []

    def search(self) -> Certificate:
        """Return the certificate, of as much as could be certified."""
        bits, best = min(2 * self._need + 2 * GUARD, self._most_bits), None
        while True:
            run = ExactRun(self._problem, self._quantity, bits)
            reason = self._train(run)
            if run.first.claimed and (mistakes := self._compare(run.first.claimed, bits)[1]):
                return self._certificate(run, Verdict.BROKEN, mistakes[0], mistakes)
            if not reason:
                lacking, mistakes = self._lacking(run)
                if mistakes:
                    return self._certificate(run, Verdict.BROKEN, mistakes[0], mistakes)
                if lacking <= 0:
                    return self._certificate(run, Verdict.HOLDS)
                reason = self._undecided(run) or f"{bits:,} bits are not enough"
            else:
                lacking = 0.0
            best = run if best is None or run.last.updates >= best.last.updates else best
            if self._is_over(run):
                return self._certificate(best, Verdict.UNCLEAR, reason)
            bits = self._more(run, lacking)

    def _train(self, run: ExactRun) -> str:
        """Train with one precision; return why it ended early, or nothing."""
        try:
            reached = run.train(self._need, lambda done: self._tick(run.bits, done))
        except _Late:
            return f"the time limit of {self._time_limit:g} s was reached"
        return "" if reached else self._undecided(run) or f"{run.bits:,} bits are not enough"

    def _tick(self, bits: int, done: int) -> None:
        self._watch(bits, done, self._problem.steps)
        if self._late:
            raise _Late

    @property
    def _late(self) -> bool:
        return monotonic() - self._began > self._time_limit

    def _undecided(self, run: ExactRun) -> str:
        return f"undecided at {run.bits:,} bits: {run.kink} may be on either side of 0" if run.kink else ""

    def _lacking(self, run: ExactRun) -> tuple[float, list[str]]:
        """Return how many bits more are needed at least, after a run that reached the end, and what is wrong."""
        certain = min((n.digits for a in self._read(run).values() for n in a.entries), default=0)
        lacking = (self._digits - certain) * BITS_PER_DIGIT
        for claimed in run.claims() if lacking <= 0 else []:
            agreement, mistakes = self._compare(claimed, run.bits)
            if mistakes:
                return lacking, mistakes
            lacking = max(lacking, self._need / 2 - agreement)
        return lacking, []

    def _compare(self, claimed: Claimed, bits: int) -> tuple[float, list[str]]:
        """Return to how many bits ``backward`` agrees with the forward pass, and the mistakes found."""
        if claimed.step == 0 and 0 in self._checked:
            return inf, []
        check = Check(self._problem, claimed)
        with precision(bits):
            mistakes = [str(mistake) for mistake in check.mistakes()]
        if mistakes or check.agreement >= self._need / 2:
            self._checked[claimed.step] = check.parts()[1]
        return check.agreement, mistakes

    def _is_over(self, run: ExactRun) -> bool:
        self._kinks.append(run.kink)
        stuck = run.kink is not None and self._kinks[-KINK_TRIES:] == [run.kink] * KINK_TRIES
        return stuck or run.bits >= self._most_bits or self._late

    def _more(self, run: ExactRun, lacking: float) -> int:
        """Return the next precision: what the bits lost so far let one expect, within bounds.

        Training loses bits at no steady rate: more than four times as many are not tried at once, nor less than
        half as many more.
        """
        if lacking:
            expected = run.bits + MARGIN * lacking + GUARD if isfinite(lacking) else 2 * run.bits
        elif run.steps and isfinite(run.accuracy):
            lost = (run.bits - run.accuracy) / run.steps
            expected = self._need + MARGIN * lost * self._problem.steps + GUARD
        else:
            expected = 2 * run.bits
        return min(ceil(min(max(expected, 1.5 * run.bits), 4 * run.bits)), self._most_bits)

    def _read(self, run: ExactRun) -> dict[str, Numbers]:
        return {
            path: Numbers(list(array.shape), [read(ball, self._digits) for ball in array.flat])
            for path, array in run.numbers().items()
        }

    def _certificate(
        self, run: ExactRun, verdict: Verdict, reason: str = "", mistakes: list[str] | None = None
    ) -> Certificate:
        training = self._problem.scenario.training
        return Certificate(
            scenario=self._problem.scenario.name,
            quantity=self._quantity,
            epochs=training.epochs if training else 0,
            digits=self._digits,
            verdict=verdict,
            updates=run.last.updates,
            updates_wanted=self._problem.steps,
            numbers=self._read(run),
            precision=run.bits,
            method=self._method(),
            seconds=round(monotonic() - self._began, 3),
            reason=reason,
            mistakes=mistakes or [],
        )

    def _method(self) -> str:
        run = "the hand-written network on balls (python-flint arb)"
        if not self._checked:
            return run
        steps = " and ".join(f"{step:,}" for step in self._checked)
        plural = "s" if len(self._checked) > 1 else ""
        parts = next(iter(self._checked.values()))
        return (
            f"{run}; gradient of step{plural} {steps} again from the forward pass alone (arb_series, {parts})"
        )
