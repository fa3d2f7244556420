"""Programs are loaded into this very process here: what loading leaves in it is taken out again."""

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Put back finders, and modules that a stub stands for: other tests would find the stub in a library's place."""
    modules, finders = dict(sys.modules), list(sys.meta_path)
    yield
    sys.meta_path[:] = finders
    for name, module in list(sys.modules.items()):
        if type(module).__module__.startswith("parity.subject"):
            del sys.modules[name]
            if name in modules:
                sys.modules[name] = modules[name]
