"""What a run found out: plain records, and the ``results.json`` they are kept in."""

from parity.results.merging import merge
from parity.results.cause import Cause
from parity.results.model import (
    SCHEMA_VERSION,
    Calibration,
    Claim,
    Comparison,
    Convention,
    Divergence,
    Implementation,
    Results,
    Run,
    ScenarioResult,
    Verdict,
)
from parity.results.shown import Landscape, LossCurves, NoiseSeries, Predictions
from parity.results.storage import dumps, load, loads, save
from parity.results.table import csv, frame
from parity.results.truth import Distance, DistanceToTruth
from parity.results.verdicts import against_expectation, combine, exit_code, overall

__all__ = [
    "Cause",
    "SCHEMA_VERSION",
    "Calibration",
    "Claim",
    "Comparison",
    "Convention",
    "Distance",
    "DistanceToTruth",
    "Divergence",
    "Implementation",
    "Landscape",
    "LossCurves",
    "NoiseSeries",
    "Predictions",
    "Results",
    "Run",
    "ScenarioResult",
    "Verdict",
    "against_expectation",
    "combine",
    "csv",
    "dumps",
    "exit_code",
    "frame",
    "load",
    "loads",
    "merge",
    "overall",
    "save",
]
