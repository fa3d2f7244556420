"""The verdict of a network whose gradient is that of no known loss: a mistake, named or not, or a loss of its own."""

from collections.abc import Sequence

import numpy as np
from attrs import evolve

from parity.checking import alone, naming, penalties, reported
from parity.checking.behind import behind_optimizer
from parity.checking.beside import forward_parts, gradient_parts, layer_of
from parity.checking.entering import MIXED
from parity.checking.examining import Examination, read
from parity.checking.experiments import outcome
from parity.checking.findings import Outcome, Part
from parity.checking.judgement import Judgement
from parity.checking.losses import ALIKE, Kind, kinds
from parity.checking.naming import Named
from parity.checking.own_loss import OwnLoss, own_loss
from parity.checking.steps import is_of_one_size
from parity.checking.witnesses import Witnesses
from parity.understanding.adapting import ADAPTER

DIFFERENCES = "differences of its own loss"
ONLY_ONE = "with one sample at a time it is right: what is wrong is how several samples are taken together"
MIXED_UP = f"{MIXED}: are inputs and targets shuffled alike?"
SOME_LOSS = (
    "every sample's gradient is right up to a factor of its own: the backward pass is right for some loss, but for "
    "none that is known, and none that it reports. Where it returns its loss, that is compared too"
)
OTHER_ERROR = (
    "the error at the output is that of no known loss, and no loss was recognized in what it reports; everything "
    "below follows from that error as it should. If your loss is a known one, say so with --loss"
)
ONE_SIZE = (
    "every weight moves by the same distance, as under Adam: the gradient cannot be read from that, and by the steps "
    "it is that of no known loss. Where gradients are returned, or an adapter has grads, they are judged by themselves"
)
LOST = (
    "no parameter has the gradient of a known loss, and no known mistake gives these numbers: either the backward pass "
    "is wrong throughout, or how it is called was misunderstood. An adapter makes sure of the second"
)


def judge_wrong(found: Examination, witnesses: Witnesses | None) -> Judgement:
    """Return the verdict of a network whose gradient is that of no known loss."""
    some = kinds(found.network)
    if (own := own_loss(found)) is not None:
        return _of_own_loss(found, own, some)
    if found.source == "change" and all(map(is_of_one_size, found.experiments)):
        return behind_optimizer(found, some) or _unclear(found, some, ONE_SIZE)
    named = naming.causes(found.experiments, some, found.source, found.in_turn or found.network.single)
    if named:
        reason = penalties.explained(found, named[0]) or _absolute(found, named[0])
        return _penalized(found, named[0], reason, witnesses) if reason else _named(found, named, witnesses)
    if _one_by_one(found) or _is_of_some_loss(found):
        return _unclear(found, some, SOME_LOSS)
    return _layer_by_layer(found, some, witnesses)


def _named(found: Examination, named: Sequence[Named], witnesses: Witnesses | None) -> Judgement:
    first = named[0]
    constants = {e.samples: first.constant for e in found.experiments}
    in_turn = found.in_turn or found.network.single
    if found.many is not None and found.one is not None and not in_turn:
        constants = {found.many.samples: first.constant}
    parts = _parts(found, first.kind, constants, witnesses)
    evidence = (ONLY_ONE,) if found.only_one else ()
    return Judgement(Outcome.WRONG, parts, tuple(named), first.kind, None, None, (), evidence)


def _layer_by_layer(found: Examination, some: Sequence[Kind], witnesses: Witnesses | None) -> Judgement:
    """Return the verdict where no mistake gives all numbers: then each layer is judged alone."""
    kind = _nearest(found, some)
    evidence = (MIXED_UP,) if found.mixed else _unknown(found, kind)
    if found.only_one:
        evidence = (*evidence, ONLY_ONE)
    if not found.partly_right and (hidden := behind_optimizer(found, some)) is not None:
        return hidden
    layers = alone.layer_by_layer(found, some)
    if not all(one.right for one in layers):
        evidence = (*evidence, alone.in_words(layers))
    several = alone.together(layers)
    adapted = found.network.told["name"] == ADAPTER  # then there is no doubt how it is called
    understood = bool(several or found.partly_right or found.only_one or found.mixed or adapted)
    if not understood and layers and all(one.right for one in layers[1:]):
        if not reported.losses_of(found):
            return _unclear(found, some, OTHER_ERROR)
    elif not understood and not any(one.right for one in layers):
        return _unclear(found, some, *evidence, LOST)
    constant = _likely(found, kind)
    parts = _parts(found, kind, {e.samples: constant for e in found.experiments}, witnesses)
    named = (several,) if several is not None else ()
    return Judgement(Outcome.WRONG, parts, named, kind, None, None, (), evidence)


def _parts(
    found: Examination, kind: Kind, constants: dict[int, float], witnesses: Witnesses | None
) -> tuple[Part, ...]:
    seen = evolve(found, kind=None, factors={}, in_turn=found.in_turn or found.network.single)
    return (*forward_parts(found), *gradient_parts(seen, kind, constants, witnesses, right=False))


def _unclear(found: Examination, some: Sequence[Kind], *evidence: str) -> Judgement:
    return Judgement(Outcome.UNCLEAR, tuple(forward_parts(found)), (), some[0], None, None, (), evidence)


def _one_by_one(found: Examination) -> bool:
    """Return whether one number a sample is all that is wrong: of one output, for one sample at a time."""
    return bool(found.only_one) and found.network.single and found.network.sizes[-1] == 1


def _is_of_some_loss(found: Examination) -> bool:
    """Return whether every sample's gradient is right up to a factor of its own: that of a loss that is not known.

    With one output the error of a sample is one number, and whatever the loss is, its derivative only scales it.
    """
    done = found.many
    if done is None or found.network.sizes[-1] != 1 or done.samples < 2:
        return False
    kind = kinds(found.network)[0]
    alone = [
        outcome(evolve(done, x=done.x[n : n + 1], y=done.y[n : n + 1]).ours(kind.ours, 1e-9)).gradients
        for n in range(done.samples)
    ]
    mine = read(done, found.source)
    columns = np.stack([np.concatenate([g[p].ravel() for p in mine]) for g in alone], axis=1)  # (P, N)
    whole = np.concatenate([mine[p].ravel() for p in mine])  # (P,)
    if len(whole) <= done.samples:
        return False
    factors, *_ = np.linalg.lstsq(columns, whole, rcond=None)
    return bool(np.abs(columns @ factors - whole).max() <= ALIKE * np.abs(whole).max())


def _of_own_loss(found: Examination, own: OwnLoss, some: Sequence[Kind]) -> Judgement:
    """Return the verdict of a gradient that is the derivative of what the network itself reports."""
    usual = own.constant is not None and own.constant.number == 1 and not own.constant.power
    outcome = Outcome.EXACT if usual else Outcome.CONSTANT
    factor = "" if usual else f", times {own.constant}" if own.constant is not None else ", up to a factor"
    words = f"the derivative of {own.where}{factor}, to the nine digits that differences have"
    paths = (found.many or found.experiments[0]).weights
    parts = [Part(f"gradient of {layer_of(path)}", outcome, None, (DIFFERENCES,), words) for path in paths]
    rest = "update: not judged, for its loss is none that we know"
    return Judgement(outcome, (*forward_parts(found), *parts), (), some[0], None, None, (rest,))


def _absolute(found: Examination, named: Named) -> str:
    """Return in words that the absolute error is reported, whose derivative is the sign; empty where it is not."""
    if [bug.code for bug in named.bugs] != ["G213"]:
        return ""
    losses = reported.recognized(found.experiments, reported.ABSOLUTE, None)
    return next((f"{r.where} is {r.article}" for r in losses if r.kind is reported.ABSOLUTE), "")


def _penalized(found: Examination, named: Named, words: str, witnesses: Witnesses | None) -> Judgement:
    """Return the verdict of a gradient whose L2 term is also in the loss that is reported."""
    parts = [
        *forward_parts(found),
        *gradient_parts(found, named.kind, {}, witnesses, right=False, mistakes=named),
    ]
    parts.append(Part("reported loss", Outcome.EXACT, None, (), words))
    wrong = any(part.outcome.mistaken for part in parts)
    return Judgement(Outcome.WRONG if wrong else Outcome.EXACT, tuple(parts), (), named.kind)


def _nearest(found: Examination, some: Sequence[Kind]) -> Kind:
    """Return the kind of loss whose gradient most parameters have, or that is nearest."""

    def doubt(kind: Kind) -> tuple[int, float]:
        closest = found.closest.get(kind.name)
        return (-len(closest.right), closest.worst) if closest is not None else (0, np.inf)

    return min(some, key=doubt)


def _likely(found: Examination, kind: Kind) -> float:
    closest = found.closest.get(kind.name)
    if closest is None:
        return 1.0
    right = list(closest.right.values())
    return right[0] if right else closest.constant


def _unknown(found: Examination, kind: Kind) -> tuple[str, ...]:
    """Return what is known of a mistake that the catalogue has not."""
    closest = found.closest.get(kind.name)
    lines = [f"compared with the gradient of the {kind.total}, at its nearest factor"]
    if closest is not None:
        wrong = [
            f"{layer_of(p)} (off by {left:.1%})"
            for p, (_, left) in closest.alone.items()
            if p not in closest.right
        ]
        if wrong:
            right = [layer_of(p) for p in closest.right]
            lines.append(f"right up to one factor: {', '.join(right) or 'no parameter'}")
            lines.append(f"not: {', '.join(wrong)}")
        else:
            factors = [f"{layer_of(p)} {own:.6g}" for p, own in closest.right.items()]
            lines.append(f"each has the right direction, but a factor of its own: {', '.join(factors)}")
    return tuple(lines)
