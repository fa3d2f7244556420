"""Verdicts: noise units, horizons, first divergence."""

from parity.judge.judge import THRESHOLD, Incomparable, Judge
from parity.judge.reference import Reference, Stretch

__all__ = ["THRESHOLD", "Incomparable", "Judge", "Reference", "Stretch"]
