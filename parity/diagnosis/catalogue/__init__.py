"""The bugs that people make in hand-written backprop, one file a kind."""

from parity.diagnosis.bug import Bug
from parity.diagnosis.catalogue import (
    activations,
    dense,
    extras,
    losses,
    momentum,
    order,
    relu,
    reported,
    scale,
    updates,
)

GROUPS = tuple(
    room.GROUP
    for room in (scale, order, losses, reported, activations, relu, dense, updates, momentum, extras)
)
CATALOGUE: dict[str, Bug] = dict(sorted((bug.code, bug) for group in GROUPS for bug in group))
"""Every bug by its code, in order."""
