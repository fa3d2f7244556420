"""A forward pass that is right for one sample: does it take a batch, and is it then right for every sample of it?"""

import ast
import inspect
import re
from collections.abc import Mapping
from contextlib import suppress

import numpy as np
from attrs import evolve

from parity.understanding.feeding import COLUMN, COLUMNS, ROW, ROWS
from parity.understanding.loops import everything
from parity.understanding.material import Candidate, Material
from parity.understanding.passing import Forward
from parity.understanding.preparing import prepare
from parity.understanding.target import Refused
from scratch.tree import Array

BATCHES = re.compile(
    r"axis\s*=|keepdims|\.shape\[|len\(\s*(self\.)?(x|y|X|Y|inputs|targets|data|labels)\s*\)"
)
WHOLE = {ROW.name: ROWS, COLUMN.name: COLUMNS}


def outputs(forward: Forward, values: Mapping[int, Array], x: Array) -> Array | None:
    """Return the output (N, O) for a whole batch (N, I), or None where none is taken."""
    feed = WHOLE.get(forward.feed.name)
    if feed is None:
        return None
    try:
        found = evolve(forward, feed=feed).run(values, x)
    except (Refused, ValueError):
        return None
    return found if found.shape == (len(x), forward.outputs) and np.isfinite(found).all() else None


def used(material: Material, candidate: Candidate) -> bool:
    """Return whether the file means several samples at once: its calls are handed some, or its code counts them."""
    names = {candidate.forward.plan.function}
    if candidate.training is not None:
        names |= {plan.function for plan in candidate.training.calls}
    for name in names:
        with suppress(Refused, AttributeError, OSError, TypeError):
            if BATCHES.search(inspect.getsource(candidate.forward.target.function(name))):
                return True
    prepare(everything(material.tree), material.namespace, material.file)
    for node in ast.walk(material.tree):
        if isinstance(node, ast.Call) and _called(node) in names:
            arguments = [material.namespace.get(a.id) for a in node.args if isinstance(a, ast.Name)]
            if any(isinstance(a, np.ndarray) and a.ndim == 2 and min(a.shape) > 1 for a in arguments):
                return True
    return False


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))
