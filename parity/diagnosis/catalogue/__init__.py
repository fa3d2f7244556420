"""The bugs that people make in hand-written backprop, one file a kind."""

from parity.diagnosis.bug import Bug
from parity.diagnosis.catalogue import activations, dense, extras, losses, order, scale, updates

GROUPS = (scale.GROUP, order.GROUP, losses.GROUP, activations.GROUP, dense.GROUP, updates.GROUP, extras.GROUP)
CATALOGUE: dict[str, Bug] = {bug.code: bug for group in GROUPS for bug in group}
"""Every bug by its code, in order."""
