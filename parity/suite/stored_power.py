"""What the checks are worth, as it was measured last: kept beside this file and shown in every report."""

import json
from pathlib import Path

from parity.results import Power
from parity.results.converting import structure

STORED = Path(__file__).with_name("power.json")


def stored_power() -> Power | None:
    """Return what was measured, or None where nothing is stored."""
    if not STORED.exists():
        return None
    return structure(json.loads(STORED.read_text(encoding="utf-8")), Power)
