"""Is the gradient right? Of which loss is it, up to which constant, in which order are samples taken?"""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from itertools import product

import numpy as np
from attrs import define, evolve, field

from parity.checking.entering import STILL, is_mixed
from parity.checking.experiments import Experiment, experiment, outcome
from parity.checking.losses import ALIKE, Constant, Fit, Kind, fit, kinds, named
from parity.checking.network import Network, Weights
from parity.subject.failure import SubjectFailure

MANY = 6
FEW = 2
STREAMS = 6
OTHERS = (11, 12, 13, 14)
"""Seeds of single samples that a kind of loss has to fit as well."""

NARROW = 2e-4
"""What :data:`ALIKE` is for networks that compute in float32."""


@define(eq=False, slots=False)
class Examination:
    """What was found out about one candidate.

    Attributes:
        network: which.
        one: a step on one sample; None where the network does not do that.
        many: a step on several; None where it does not do that.
        kind: of the loss whose gradient it is; None where it is that of none.
        factors: the user's gradient divided by that of the plain sum, by number of samples.
        in_turn: whether one sample is taken after the other.
        source: ``change`` or ``gradients``: where the gradient was read.
        closest: for each kind the fit on one sample, for what is wrong.
        only_one: kinds of loss whose gradient it is with one sample, and not with several at once.
        mixed: whether samples are trained with the targets of others when there are several.
        borrowed: whether kind and factors were found by other calls: what these do with the gradients is not known.
        update_wrong: whether gradients that were seen are right, but the change of the weights is not theirs.
    """

    network: Network
    one: Experiment | None
    many: Experiment | None
    kind: Kind | None = None
    factors: Mapping[int, float] = field(factory=dict)
    in_turn: bool = False
    source: str = "change"
    closest: Mapping[str, Fit] = field(factory=dict)
    mixed: bool = False
    borrowed: bool = False
    update_wrong: bool = False
    only_one: tuple[Kind, ...] = ()

    @property
    def right(self) -> bool:
        """Whether the gradient is that of a loss."""
        return self.kind is not None

    @property
    def constant(self) -> Constant | None:
        """The factor by which the user's gradient is that of the plain sum, in words."""
        return named(self.factors, self.network.sizes[-1]) if self.factors else None

    @property
    def partly_right(self) -> bool:
        """Whether some parameters, though not all, have the gradient of a loss: the network is understood."""
        return any(f.right for f in self.closest.values())

    @property
    def natural(self) -> bool:
        """Whether targets are handed over as the network's own outputs are laid, and any number of samples does."""
        pairing = str(self.network.training and self.network.training["pairing"])
        return "class numbers" not in pairing and self.one is not None and self.many is not None

    @property
    def shows(self) -> tuple[bool, bool]:
        """What can be seen: mistakes that need three outputs, and those that need several samples at once."""
        several = self.many is not None and self.many.samples > 1 and not self.network.single
        return self.network.sizes[-1] > 2, several

    @cached_property
    def has_a_name(self) -> bool:
        """Whether a mistake of the catalogue gives these numbers."""
        from parity.checking.naming import singly

        return singly(self.experiments, kinds(self.network), self.source, self.in_turn or self.network.single)

    @property
    def experiments(self) -> list[Experiment]:
        """Those that were made."""
        return [e for e in (self.one, self.many) if e is not None]


def examine(network: Network, seed: int = 0) -> Examination:
    """Return what the gradient of a candidate is.

    Raises:
        SubjectFailure: its code raises, at one sample and at several.
    """
    single = network.single
    one = _tried(lambda: experiment(network, seed + 1, 1))
    counts = [MANY] if single else [MANY, network.told["count"]]
    some = (_tried(partial(experiment, network, seed + 2, count)) for count in counts if count)
    many = next(filter(None, some), None)
    if one is None and many is None:
        raise SubjectFailure("raised", "its training step raises with every batch that was tried")
    if single and many is not None and not many.moved:
        # What is left is the gradient of the last sample.
        many = _tried(lambda: experiment(network, seed + 2, 1))
    found: Examination | None = None
    for source in ("change", "gradients"):
        if all(read(e, source) for e in (one, many) if e is not None):
            answer = _of_source(network, one, many, source)
            if answer.right:
                return _with_update(answer, found)
            found = found or answer
    return found or Examination(network, one, many)


def _with_update(right: Examination, before: Examination | None) -> Examination:
    """Return a right gradient; its update is wrong if the change of the weights came first, and was not right."""
    return evolve(right, update_wrong=before is not None and right.source == "gradients")


def _tried(make: Callable[[], Experiment]) -> Experiment | None:
    try:
        found = make()
    except SubjectFailure as failure:
        if failure.kind in ("raised", "refused"):
            return None
        raise
    arrays = [*found.done.after.values(), *found.done.gradients.values()]
    return found if all(np.isfinite(a).all() for a in arrays) else None


def read(done: Experiment, source: str) -> Weights:
    """Return what may be the gradient, or nothing."""
    if source == "gradients":
        return done.done.gradients
    return done.change if done.moved else {}


def _of_source(network: Network, one: Experiment | None, many: Experiment | None, source: str) -> Examination:
    closest: dict[str, Fit] = {}
    only_one: list[Kind] = []
    for lenient, kind in product((False, True), kinds(network)):
        found = _of_kind(network, one, many, kind, source, closest, lenient=lenient)
        if found is not None:
            return found
        if not lenient and one is not None and _fitted(one, kind, source).worst <= ALIKE:
            only_one.append(kind)
    mixed = False
    if only_one:
        mixed = source == "change" and any(_is_mixed(network, kind) for kind in only_one)
        steady = _is_steady(many)
        only_one = [kind for kind in only_one if steady and _fits_others(network, kind, source)]
    return Examination(
        network, one, many, None, {}, False, source, closest, only_one=tuple(only_one), mixed=mixed
    )


def _is_mixed(network: Network, kind: Kind) -> bool:
    """Return whether several samples are trained with targets of others; they may be taken in any order."""
    if not network.sets_rate or network.rate_power != 1 or network.single:
        return False
    done = _tried(partial(experiment, network, 2, MANY, STILL))
    return done is not None and done.moved and is_mixed(done, kind)


def _fits_others(network: Network, kind: Kind, source: str) -> bool:
    """Return whether other single samples agree: a loss may be a known one for a single sample by chance."""
    some = [_tried(partial(experiment, network, seed, 1)) for seed in OTHERS]
    alike = NARROW if any(one is not None and one.narrow for one in some) else ALIKE
    return all(
        one is not None and bool(read(one, source)) and _fitted(one, kind, source).worst <= alike
        for one in some
    )


def _is_steady(many: Experiment | None) -> bool:
    """Return whether several samples, handed over at once, are not taken in an order that is drawn, or in parts."""
    if many is None or "list" in str(many.network.training) or "rows that end" in str(many.network.training):
        return False
    again = _tried(partial(experiment, many.network, 2, many.samples, many.rate, stream=7))
    return again is not None and all(
        np.array_equal(again.done.after[p], a) for p, a in many.done.after.items()
    )


def _of_kind(
    network: Network,
    one: Experiment | None,
    many: Experiment | None,
    kind: Kind,
    source: str,
    closest: dict[str, Fit],
    *,
    lenient: bool,
) -> Examination | None:
    """Return what a gradient is if it is that of a kind of loss; else None, and how near it comes in ``closest``.

    ``lenient`` where one step is enough, and several are left to who judges the update: only when every kind of loss
    has been tried, for with one output and one sample a gradient is that of any.
    """
    alike = NARROW if any(e.narrow for e in (one, many) if e is not None) else ALIKE
    factors: dict[int, float] = {}
    outputs = network.sizes[-1]
    alone = _fitted(one, kind, source) if one is not None else None
    if alone is not None:
        closest[kind.name] = alone
        if alone.worst > alike:
            return None
        factors[1] = alone.constant / kind.sum_over_ours(1, outputs)
    alone_only = network.single or many is None or many.samples == 1
    if alone_only and one is not None and not _fits_others(network, kind, source):
        return None
    if many is None:
        return Examination(network, one, many, kind, factors, False, source, closest)
    batch = _fitted(many, kind, source)
    closest.setdefault(kind.name, batch)
    if many.samples == 1 and alone is not None and not np.isclose(batch.constant, alone.constant, rtol=1e-6):
        return None  # another factor at another sample is no constant
    if batch.worst <= alike and (not network.single or many.samples == 1):
        factors[many.samples] = batch.constant / kind.sum_over_ours(many.samples, outputs)
        return Examination(network, one, many, kind, factors, False, source, closest)
    if one is None or alone is None:
        return None
    if source == "change" and _in_turn(many, kind, alone.constant, alike):
        return Examination(network, one, many, kind, factors, True, source, closest)
    if (
        source == "change"
        and lenient
        and (network.single or _in_some_order(one, kind, alone.constant, alike))
    ):
        # One step is right; several, of a network of single samples, are a matter of the update, judged by itself.
        return Examination(network, one, None, kind, factors, True, source, closest)
    closest[kind.name] = batch if batch.worst > alike else alone
    return None


def _in_some_order(one: Experiment, kind: Kind, constant: float, alike: float) -> bool:
    """Return whether two samples are steps in an order that is drawn: shuffled, or one of them, or one twice.

    One of them must be another one in another random stream: to leave the others out is a mistake.
    """
    seen = set()
    for stream in range(STREAMS):
        few = _tried(partial(experiment, one.network, 3, FEW, one.rate, stream=stream))
        order = None if few is None else _order(few, kind, constant, alike)
        if order is None:
            return False
        seen.add(order)
        if len(set(order)) > 1 or len(seen) > 1:
            return True
    return False


def _order(few: Experiment, kind: Kind, constant: float, alike: float) -> tuple[int, ...] | None:
    for length in (1, 2, 3):
        for order in product(range(FEW), repeat=length):
            rows = list(order)
            if _in_turn(evolve(few, x=few.x[rows], y=few.y[rows]), kind, constant, alike):
                return order
    return None


def _fitted(done: Experiment, kind: Kind, source: str) -> Fit:
    return fit(read(done, source), outcome(done.ours(kind.ours, 1e-9)).gradients)


def _in_turn(many: Experiment, kind: Kind, constant: float, alike: float) -> bool:
    """Return whether the weights are those after as many steps as there are samples, in their order."""
    ours = outcome(many.ours(kind.ours, constant, in_turn=True))
    moved = {p: many.done.after[p] - many.done.before[p] for p in ours.after}
    wanted = {p: ours.after[p] - many.weights[p] for p in ours.after}
    return fit(moved, wanted).worst <= alike and bool(
        np.isclose(fit(moved, wanted).constant, 1, rtol=max(1e-6, alike))
    )
