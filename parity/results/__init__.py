"""What a run found out: plain records, and the ``results.json`` they are kept in."""

from parity.results.model import (
    SCHEMA_VERSION,
    Claim,
    Comparison,
    Convention,
    Divergence,
    Implementation,
    Landscape,
    LossCurves,
    NoiseSeries,
    Predictions,
    Results,
    Run,
    ScenarioResult,
    Verdict,
)

__all__ = [
    "SCHEMA_VERSION",
    "Claim",
    "Comparison",
    "Convention",
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
]
