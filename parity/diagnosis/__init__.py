"""The bug catalogue, and the cause of a mismatch: which known mistake gives these numbers."""

from parity.diagnosis.bug import Bug
from parity.diagnosis.catalogue import CATALOGUE, GROUPS
from parity.diagnosis.naming import STEPS, Cause, Step, causes, opening
from parity.diagnosis.planting import concerns, plant

__all__ = ["CATALOGUE", "GROUPS", "STEPS", "Bug", "Cause", "Step", "causes", "concerns", "opening", "plant"]
