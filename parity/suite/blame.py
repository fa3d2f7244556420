"""When the hand-written network itself fails: which line of it, and what is likely wrong."""

import traceback
from pathlib import Path

import scratch
from parity.judge.reference import UnsteadyError

HOME = Path(scratch.__file__).parent
AXES_HINT = (
    "arrays may have an ensemble axis in front: sum over axis=-2 instead of 0, transpose with .mT instead of .T, "
    "add a bias as bias[..., None, :]"
)


def blame(error: Exception) -> tuple[str, str] | None:
    """Return what went wrong in the hand-written network and a hint, or None if the mistake is not there."""
    if isinstance(error, UnsteadyError):
        return str(error), ""
    places = [f for f in traceback.extract_tb(error.__traceback__) if HOME in Path(f.filename).parents]
    if not places:
        return None
    last = places[-1]
    where = f"{HOME.name}/{Path(last.filename).relative_to(HOME)}:{last.lineno}, in {last.name}()"
    text = f"the hand-written network raised {type(error).__name__}: {error} [{where}]"
    return text, AXES_HINT if isinstance(error, ValueError | IndexError) else ""
