"""Which frameworks are not installed; found out without importing any."""

from collections.abc import Sequence
from importlib.util import find_spec

REQUIRES = {"torch": ("torch",), "keras": ("keras", "tensorflow")}
"""The packages that each framework needs: what ``parity.frameworks.workers`` says, but that one imports NumPy."""


def missing(frameworks: Sequence[str]) -> dict[str, str]:
    """Return the frameworks that cannot be compared with, and why, with what to do about it."""
    reasons = {}
    for name in frameworks:
        lacking = [package for package in REQUIRES[name] if find_spec(package) is None]
        if lacking:
            are = "is" if len(lacking) == 1 else "are"
            reasons[name] = (
                f"not compared with {name}: {' and '.join(lacking)} {are} not installed; "
                f"pip install 'backprop-parity[{name}]'"
            )
    return reasons
