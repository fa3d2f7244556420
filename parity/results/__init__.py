"""What a run found out: plain records, and the ``results.json`` they are kept in."""

from parity.results.cause import Cause
from parity.results.merging import merge
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
from parity.results.power import Clouds, Honest, PlantedBug, Power, Sensitivity
from parity.results.shown import Landscape, LossCurves, NoiseSeries, Predictions
from parity.results.storage import dumps, load, loads, save
from parity.results.table import csv, frame
from parity.results.truth import Distance, DistanceToTruth
from parity.results.verdicts import against_expectation, combine, exit_code, overall

__all__ = [
    "SCHEMA_VERSION",
    "Calibration",
    "Cause",
    "Claim",
    "Clouds",
    "Comparison",
    "Convention",
    "Distance",
    "DistanceToTruth",
    "Divergence",
    "Honest",
    "Implementation",
    "Landscape",
    "LossCurves",
    "NoiseSeries",
    "PlantedBug",
    "Power",
    "Predictions",
    "Results",
    "Run",
    "ScenarioResult",
    "Sensitivity",
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
