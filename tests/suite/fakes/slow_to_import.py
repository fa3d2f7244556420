"""A framework that takes longer to import than some problems may take."""

import time

from tests.suite.fakes.misbehaving import about, twin

__all__ = ["about", "twin"]

time.sleep(1.5)
