"""Names that NumPy and Python once had: programs on the web are older than the libraries they run on today."""

import collections
import collections.abc
import functools
import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np


def _numpy() -> dict[str, Any]:
    return {
        "int": int, "float": float, "object": object, "str": str, "complex": complex, "unicode": str, "bool": bool,
        "float_": np.float64, "complex_": np.complex128, "string_": np.bytes_, "unicode_": np.str_, "bool8": np.bool_,
        "int0": np.intp, "uint0": np.uintp, "Inf": np.inf, "Infinity": np.inf, "infty": np.inf, "PINF": np.inf,
        "NINF": -np.inf, "NaN": np.nan, "NAN": np.nan, "NZERO": -0.0, "PZERO": 0.0,
        "product": np.prod, "cumproduct": np.cumprod, "sometrue": np.any, "alltrue": np.all, "round_": np.round,
        "row_stack": np.vstack, "in1d": np.isin, "trapz": np.trapezoid, "mat": np.asmatrix, "msort": _msort,
        "asscalar": _asscalar, "asfarray": _asfarray, "rank": np.ndim, "cast": _Cast(), "long": int,
        "find_common_type": _common_type, "issubclass_": issubclass,
    }  # fmt: skip


def _msort(array: Any) -> Any:
    return np.sort(array, axis=0)


def _asscalar(array: Any) -> Any:
    return np.asarray(array).item()


def _asfarray(array: Any, dtype: Any = np.float64) -> Any:
    return np.asarray(array, dtype if np.issubdtype(dtype, np.inexact) else np.float64)


def _common_type(arrays: Any, scalars: Any) -> Any:
    return np.result_type(*arrays, *scalars)


def _random_integers(low: int, high: int | None = None, size: Any = None) -> Any:
    low, high = (1, low) if high is None else (low, high)
    return np.random.randint(low, high + 1, size)


class _Cast:
    """``np.cast[dtype](array)``."""

    def __getitem__(self, dtype: Any) -> Callable[[Any], Any]:
        return lambda array: np.asarray(array).astype(dtype)


ABSTRACT = (
    "Callable", "Container", "Generator", "Hashable", "Iterable", "Iterator", "Mapping", "MutableMapping",
    "MutableSequence", "MutableSet", "Sequence", "Set", "Sized",
)  # fmt: skip

OLD: dict[ModuleType, dict[str, Any]] = {
    np: _numpy(),
    np.random: {"random_integers": _random_integers},
    time: {"clock": time.perf_counter},
    sys: {"maxint": sys.maxsize},
    collections: {name: getattr(collections.abc, name) for name in ABSTRACT},
}  # fmt: skip
"""By module, the names it no longer has, and what stands for them."""

BUILTINS: dict[str, Any] = {
    "xrange": range, "unicode": str, "basestring": str, "long": int, "unichr": chr, "reduce": functools.reduce,
    "raw_input": input,
}  # fmt: skip
"""What Python 2 had built in; in the program's namespace, not in ours."""


def bring_back(note: Callable[[str], None]) -> None:
    """Let modules have their old names again, looked up only when they are asked for.

    Args:
        note: is told about each name that is used.
    """
    for module, names in OLD.items():
        if not getattr(module.__dict__.get("__getattr__"), "brings_back", False):
            module.__dict__["__getattr__"] = _getattr(module, names, module.__dict__.get("__getattr__"))
    _listeners[:] = [note]


_listeners: list[Callable[[str], None]] = []


def _getattr(
    module: ModuleType, names: dict[str, Any], otherwise: Callable[[str], Any] | None
) -> Callable[[str], Any]:
    def old(name: str) -> Any:
        if name in names:
            for note in _listeners:
                note(f"{module.__name__}.{name} no longer exists; taken as it was")
            return names[name]
        if otherwise is not None:
            return otherwise(name)
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

    old.brings_back = True  # type: ignore[attr-defined]
    return old
