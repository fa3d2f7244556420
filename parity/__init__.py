"""Is my hand-written backprop right? One network in NumPy, PyTorch and Keras, judged in noise units.

    >>> import parity
    >>> result = parity.run("xor-sigmoid", against=["torch"])
    >>> result.verdict
    <Verdict.HOLDS: 'holds'>

Nothing heavy is imported before it is needed: ``import parity`` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parity.api import Report, run
    from parity.checking.api import check
    from parity.checking.asserting import assert_parity
    from parity.errors import ParityError
    from parity.oracles.gradient import check_gradient
    from parity.results import Verdict
    from parity.scenarios import Scenario, load, shipped
    from parity.scenarios.weights import read_weights, write_weights

__all__ = [
    "ParityError",
    "Report",
    "Scenario",
    "Verdict",
    "assert_parity",
    "check",
    "check_gradient",
    "load",
    "read_weights",
    "run",
    "shipped",
    "write_weights",
]

_HOMES = {
    "ParityError": "parity.errors",
    "Report": "parity.api",
    "Scenario": "parity.scenarios",
    "Verdict": "parity.results",
    "assert_parity": "parity.checking.asserting",
    "check": "parity.checking.api",
    "check_gradient": "parity.oracles.gradient",
    "load": "parity.scenarios",
    "read_weights": "parity.scenarios.weights",
    "run": "parity.api",
    "shipped": "parity.scenarios",
    "write_weights": "parity.scenarios.weights",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'parity' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
