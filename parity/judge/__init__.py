"""Verdicts: noise units, horizons, first divergence."""

from parity.judge.judge import THRESHOLD, Judge
from parity.judge.reference import Reference, Stretch

__all__ = ["THRESHOLD", "Judge", "Reference", "Stretch"]
