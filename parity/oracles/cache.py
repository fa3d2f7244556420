"""What was once proved need not be proved again: certificates in the user's cache folder.

A certificate is found by the content of all that it depends on: the problem's numbers, what was asked, and the
text of the programs that proved it. The cache only ever saves time: where it cannot be read or written, it is as if
there were none.
"""

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import flint
from attrs import evolve
from cattrs.errors import BaseValidationError

import scratch
from parity.oracles.certificate import Certificate
from parity.results import Verdict
from parity.scenarios.problem import Problem

PROVERS = ("balls", "certificate", "certify", "exact_run", "series")


def folder() -> Path | None:
    """Return where certificates are kept: ``$PARITY_CACHE``, else ``parity`` in the user's cache; None for nowhere."""
    if own := os.environ.get("PARITY_CACHE"):
        return Path(own)
    shared = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(shared):  # the XDG standard has relative paths ignored
        return Path(shared) / "parity"
    try:
        return Path.home() / ".cache" / "parity"
    except RuntimeError:  # nobody's home
        return None


def key(problem: Problem, quantity: str, digits: int) -> str:
    """Return what a certificate is found by; nothing if the programs' text cannot be read."""
    asked = (problem.key, quantity, problem.steps, digits, flint.__version__)
    digest = hashlib.sha256(repr(asked).encode())
    try:
        for text in sources():
            digest.update(text)
    except OSError:  # run out of an archive
        return ""
    return digest.hexdigest()[:32]


def sources() -> list[bytes]:
    """Return the text of the network by hand, and of the modules that make balls of it."""
    hand, here = Path(str(scratch.__file__)).parent, Path(__file__).parent
    own = [here / f"{name}.py" for name in PROVERS]
    return [path.read_bytes() for path in (*sorted(hand.rglob("*.py")), *own)]


def find(name: str) -> Certificate | None:
    """Return the certificate of that key; None if there is none, or not a whole one."""
    path = _path(name)
    if path is None:
        return None
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        if entry["sha256"] != _checksum(entry["certificate"]):
            return None
        return evolve(Certificate.from_dict(entry["certificate"]), cached=True)
    except (OSError, ValueError, KeyError, TypeError, BaseValidationError):
        return None


def keep(name: str, certificate: Certificate) -> None:
    """Write a certificate that holds, at once or not at all; nothing is said if it cannot be written."""
    path = _path(name)
    if path is None or certificate.verdict is not Verdict.HOLDS:
        return
    plain = certificate.as_dict()
    text = json.dumps({"sha256": _checksum(plain), "certificate": plain})
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise


def _path(name: str) -> Path | None:
    where = folder()
    return where / f"certificate-{name}.json" if where and name else None


def _checksum(plain: Any) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
