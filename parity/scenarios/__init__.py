"""What is compared: scenarios as plain data, and the problems they stand for.

Names are imported when they are first used, so that listing scenarios does not wait for NumPy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parity.scenarios.catalogue import shipped, titles
    from parity.scenarios.loading import check, load, load_all
    from parity.scenarios.model import Scenario
    from parity.scenarios.problem import Problem, build
    from parity.scenarios.weights import read_weights, write_weights

__all__ = [
    "Problem",
    "Scenario",
    "build",
    "check",
    "load",
    "load_all",
    "read_weights",
    "shipped",
    "titles",
    "write_weights",
]

_HOMES = {
    "Problem": "problem",
    "Scenario": "model",
    "build": "problem",
    "check": "loading",
    "load": "loading",
    "load_all": "loading",
    "read_weights": "weights",
    "shipped": "catalogue",
    "titles": "catalogue",
    "write_weights": "weights",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
