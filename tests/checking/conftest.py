"""Programs are loaded into this very process here, or checked as a user would check them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import parity
from parity.checking.findings import Check
from tests.loaded_here import as_it_was

__all__ = ["as_it_was", "said"]

HEAD = "import numpy as np\n\n"


@pytest.fixture
def said(tmp_path: Path) -> Callable[..., Check]:
    """Check a program given as text, some of it replaced; NumPy is imported where it does not do so itself."""

    def run(text: str, *changes: tuple[str, str], name: str = "mynet.py", **options: Any) -> Check:
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file = tmp_path / name
        file.write_text(text if "import numpy" in text else HEAD + text, encoding="utf-8")
        return parity.check(file, against=(), **options)

    return run
