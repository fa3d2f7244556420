"""How loud is honest? What was measured with many seeds, kept beside this file and shown in every report."""

import json
from pathlib import Path

from parity.results import Calibration

STORED = Path(__file__).with_name("calibration.json")


def calibration() -> Calibration | None:
    """Return what was measured, or None where nothing is stored."""
    if not STORED.exists():
        return None
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    return Calibration(**stored["summary"])
