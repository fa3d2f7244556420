"""What the tests of guards share: the guards, and words for what happens."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parity.subject.failure import SubjectFailure
from parity.subject.limits import Limits
from parity.subject.loading import Loaded
from parity.subject.process import Subject

TOY = "tests.subject.toy:Toy"
Start = Callable[..., Subject]
Load = Callable[..., Loaded]
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these walls")

GUARDS = {
    "both": Limits(),
    "audit": Limits(walls=False),
    "walls": Limits(audit=False),
    "none": Limits(audit=False, walls=False),
}


def failure(subject: Subject, function: str = "f", timeout: float = 10, **named: Any) -> SubjectFailure:
    """Return how a function of the program fails."""
    with pytest.raises(SubjectFailure) as caught:
        subject.call("run", function=function, timeout=timeout, **named)
    return caught.value


def alive(pid: int) -> bool:
    """Whether a process is there, and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def failed(subject: Subject, *arguments: Any, **named: Any) -> SubjectFailure:
    """Make a call that fails, and return the failure."""
    with pytest.raises(SubjectFailure) as caught:
        subject.call(*arguments, **named)
    return caught.value
