"""Is everything here that parity needs, and does it work?"""

import importlib
import platform
import sys
from pathlib import Path

from attrs import asdict, frozen

from parity.frameworks.workers import REQUIRES, FrameworkFailure, Worker

OLDEST_PYTHON = (3, 11)
PACKAGES = ("numpy", "pandas", "matplotlib", "flint", "safetensors", "loky")


@frozen
class Finding:
    """One thing that was looked at."""

    what: str
    well: bool
    message: str
    hint: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        return asdict(self)


def examine() -> list[Finding]:
    """Look at Python, the packages, every framework in a process of its own, and the folder of reports."""
    return [
        _python(),
        *map(_package, PACKAGES),
        *map(_framework, REQUIRES),
        _folder(Path("reports")),
    ]


def _python() -> Finding:
    well = sys.version_info[:2] >= OLDEST_PYTHON
    oldest = ".".join(map(str, OLDEST_PYTHON))
    return Finding(
        "python", well, platform.python_version(), "" if well else f"parity needs Python {oldest} or newer"
    )


def _package(name: str) -> Finding:
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        return Finding(name, False, f"cannot be imported: {error}", "pip install backprop-parity")
    return Finding(name, True, str(getattr(module, "__version__", "installed")))


def _framework(name: str) -> Finding:
    worker = Worker(name)
    try:
        about = worker.start()
    except FrameworkFailure as failure:
        return Finding(name, False, failure.message, failure.hint)
    finally:
        worker.close()
    return Finding(name, True, ", ".join(f"{key} {value}" for key, value in about.items()))


def _folder(folder: Path) -> Finding:
    probe = folder / ".parity-doctor"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        return Finding("reports", False, f"{folder} cannot be written: {error}", "parity run --out DIR")
    return Finding("reports", True, f"{folder.resolve()} can be written")
