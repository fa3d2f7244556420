"""Verdicts: noise units, horizons, first divergence."""

from parity.judge.judge import THRESHOLD, IncomparableError, Judge
from parity.judge.reference import Reference, Stretch

__all__ = ["THRESHOLD", "IncomparableError", "Judge", "Reference", "Stretch"]
