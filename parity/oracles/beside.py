"""A second point beside the parameters, for a gradient that can be computed there: where nothing is zero or alike."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve

from parity.oracles.findings import EMPTY, GradientCheck, TensorCheck
from parity.oracles.parameters import leaves, rebuild
from parity.results import Verdict
from parity.results.verdicts import PRIORITY
from scratch.tree import Array

ASIDE = 0.1
"""By how much an entry moves, relative to itself; one that is 0, relative to its tensor's typical entry."""

SAID = "checked at two points: at the parameters, and beside them with every entry moved by up to a tenth"


def beside(params: Any, seed: int) -> Any:
    """Return parameters of the same structure and number types in which nothing is zero, alike, or on a kink.

    Numbers keep their sign: what is a variance stays one.
    """
    rng = np.random.default_rng([seed, 1])
    return rebuild(params, iter([_shifted(np.asarray(leaf), rng) for leaf in leaves(params).values()]))


def _shifted(array: Array, rng: np.random.Generator) -> Array:
    kind = array.dtype if array.dtype.kind == "f" else np.dtype(float)
    value = array.astype(float)
    typical = float(np.sqrt(np.mean(value**2))) if value.size else 1.0
    aside = ASIDE * rng.choice([-1.0, 1.0], value.shape) * rng.uniform(0.3, 1.0, value.shape)
    shifted: Array = np.where(value == 0, aside * (typical or 1.0), value * (1 + aside)).astype(kind)
    return shifted


def both(
    here: GradientCheck, spots: Sequence[str], there: GradientCheck, spots_there: Sequence[str]
) -> GradientCheck:
    """Return what two points show together.

    Args:
        here: the check at the parameters.
        spots: what cannot be seen there.
        there: the check beside them.
        spots_there: what cannot be seen even there.
    """
    others = {tensor.path: tensor for tensor in there.tensors}
    notes = [note for note in here.warnings if note not in spots] + [SAID]
    found = []
    for tensor in here.tensors:
        other = others[tensor.path]
        if Verdict.BROKEN not in (tensor.verdict, other.verdict) and _is_settled(tensor, other):
            notes = [note for note in notes if tensor.path not in note]
            notes.append(
                f"the gradient of {tensor.path} holds beside the parameters; at them: {tensor.reason}"
            )
            found.append(other)
        elif other.verdict is Verdict.BROKEN and tensor.verdict is not Verdict.BROKEN:
            reason = "; ".join(
                part for part in ("seen beside the parameters, not at them", other.reason) if part
            )
            found.append(evolve(other, reason=reason))
        else:
            found.append(tensor)
    found.sort(key=lambda t: (PRIORITY.index(t.verdict), -t.noise_units))
    notes += [note for note in spots_there if note not in notes]
    return evolve(here, tensors=tuple(found), warnings=tuple(notes))


def _is_settled(here: TensorCheck, there: TensorCheck) -> bool:
    """Return whether what could not be told at the parameters could be told beside them."""
    return here.verdict is Verdict.UNCLEAR and there.verdict is Verdict.HOLDS and there.reason != EMPTY
