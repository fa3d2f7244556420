"""Gradients that nobody sees, behind an optimizer that adapts its steps: the steps themselves show which they are."""

from collections.abc import Sequence
from itertools import product

from attrs import evolve

from parity.checking.beside import HAND, forward_parts
from parity.checking.examining import Examination
from parity.checking.findings import Outcome, Part
from parity.checking.judgement import Judgement
from parity.checking.losses import Kind
from parity.checking.reported import with_article
from parity.checking.steps import adaptive, of_rule
from parity.checking.updates import maker
from parity.subject.failure import SubjectFailure

HIDDEN = (
    "seen only through the steps, which hide a factor before each number: where they are returned, or an adapter has "
    "grads, they are judged"
)
SIZES = (1.0, 2.0, 0.5)


def behind_optimizer(found: Examination, kinds: Sequence[Kind]) -> Judgement | None:
    """Return the verdict of a network whose change is that of an optimizer, for a gradient of a known loss; else None.

    How large a gradient is hardly matters to such a step: a factor before each of its numbers is not seen.
    """
    done = found.many or found.one
    if done is None or found.source != "change" or not done.moved:
        return None
    samples, outputs = done.samples, found.network.sizes[-1]
    means = dict.fromkeys((1.0, 1.0 / samples, 1.0 / (samples * outputs)))
    for kind, size, mean in product(kinds, SIZES, means):
        meant = evolve(found, kind=kind, factors={1: size * mean, samples: size * mean})
        try:
            rule = adaptive(meant, maker(meant))
        except SubjectFailure:
            return None
        if rule is None:
            continue
        loss = with_article(kind.mean)
        update = of_rule(evolve(rule, words=f"{rule.words}, of a gradient of {loss}, up to factors"))
        part = Part(
            "update", Outcome.UPDATE_WRONG if update.wrong else Outcome.EXACT, None, (HAND,), update.words
        )
        hidden = Part("gradients", Outcome.UNCLEAR, None, (), HIDDEN)
        outcome = Outcome.UPDATE_WRONG if update.wrong else Outcome.UNCLEAR
        return Judgement(outcome, (*forward_parts(found), part, hidden), (), kind, None, update)
    return None
