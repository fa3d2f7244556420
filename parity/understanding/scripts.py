"""Scripts that train at module level, or inside one function: one pass of their loop, as a function of samples and targets.

What stands before the loop is executed once. The loop's body then is compiled by itself, and run once a probe with
our numbers in the place of the data; weights are variables like any other.
"""

import ast
import builtins
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from typing import Any

import numpy as np
from attrs import frozen

from parity.understanding.calling import parameters
from parity.understanding.feeding import Feed, Pairing
from parity.understanding.making import Stream
from parity.understanding.roles import Role, likeness, role_of, roles_of
from parity.understanding.slots import as_numbers, is_numbers
from parity.understanding.target import Capped, Refused, Target, guarded, is_data, seed
from scratch.tree import Array

PASS = "one pass of the loop"
HARMLESS = {"add", "append", "extend", "seed", "compile", "build", "insert", "setdefault", "update"}
PROLOGUE_SECONDS = 2.0
MOST_LOOPS = 4
MOST_CLASSES = 100
INSTEAD = "__instead__"


@frozen(eq=False)
class Program:
    """Statements that prepare, and the body of a loop that trains.

    Attributes:
        name: in words.
        prologue: what is executed before.
        body: one pass.
        line: where the loop begins.
        given: variables that are set first: what a function's parameters would hold.
    """

    name: str
    prologue: tuple[ast.stmt, ...]
    body: tuple[ast.stmt, ...]
    line: int
    given: Mapping[str, Any]


def programs(tree: ast.Module) -> Iterator[Program]:
    """Yield the loops of the module, of its main block, and of its functions, in this order."""
    top = list(_flattened(tree.body))
    yield from _loops("the loop", top, {})
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield from _loops(f"the loop in {node.name}()", list(_flattened(node.body)), _handed_over(node))


def everything(tree: ast.Module) -> list[ast.stmt]:
    """Return the statements of the module and its main block, and of a function ``main`` without parameters."""
    mains = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "main" and not n.args.args]
    return [*_flattened(tree.body), *(s for node in mains for s in _flattened(node.body))]


def _flattened(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, with those of ``if __name__ == "__main__"``, ``with`` and ``try`` in their place."""
    for node in body:
        if isinstance(node, ast.If) and _is_main(node.test):
            yield from _flattened(node.body)
        elif isinstance(node, ast.Try):
            yield from _flattened(node.body)
        else:
            yield node


def _is_main(test: ast.expr) -> bool:
    return any(isinstance(n, ast.Name) and n.id == "__name__" for n in ast.walk(test))


def _loops(name: str, body: Sequence[ast.stmt], given: Mapping[str, Any]) -> Iterator[Program]:
    count = 0
    for place, node in enumerate(body):
        if isinstance(node, ast.For | ast.While) and count < MOST_LOOPS:
            count += 1
            yield Program(name, tuple(body[:place]), tuple(_one_pass(node)), node.lineno, given)


def _one_pass(loop: ast.For | ast.While) -> list[ast.stmt]:
    """Return statements that run the body of a loop over epochs once, or a loop over data as it is."""
    if isinstance(loop, ast.For) and not _counts(loop.iter):
        return [loop]
    zero = ast.Tuple([ast.Constant(0)], ast.Load())
    target = loop.target if isinstance(loop, ast.For) else ast.Name("_", ast.Store())
    once = ast.For(target=target, iter=zero, body=loop.body, orelse=[], lineno=loop.lineno, col_offset=0)
    return [ast.fix_missing_locations(ast.copy_location(once, loop))]


def _counts(iterable: ast.expr) -> bool:
    """Return whether a loop counts (epochs) rather than going through data: ``range(n)``, not ``range(len(x))``."""
    if isinstance(iterable, ast.Call):
        name = getattr(iterable.func, "id", getattr(iterable.func, "attr", ""))
        if name in ("tqdm", "trange", "prange") and iterable.args:
            return name == "trange" or _counts(iterable.args[0])
        if name in ("range", "xrange"):
            return not any(
                isinstance(n, ast.Call) and getattr(n.func, "id", "") == "len" or isinstance(n, ast.Attribute)
                for a in iterable.args
                for n in ast.walk(a)
            )
        return name == "count"
    return False


def _handed_over(node: ast.FunctionDef) -> dict[str, Any]:
    """Return values for a function's parameters whose names say what they are; defaults are evaluated later."""
    given: dict[str, Any] = {}
    positional = [*node.args.posonlyargs, *node.args.args]
    defaults: dict[str, ast.expr | None] = dict(
        zip([a.arg for a in reversed(positional)], reversed(node.args.defaults), strict=False)
    )
    defaults |= {a.arg: d for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)}
    for argument in [*positional, *node.args.kwonlyargs]:
        role = role_of(argument.arg)
        if role is Role.SWITCH and re.match(r"print|verb|show_?(loss|cost|err)|disp", argument.arg):
            given[argument.arg] = True  # the loss is what there is to see
            continue
        if (default := defaults.get(argument.arg)) is not None and role is not Role.EPOCHS:
            given[argument.arg] = default
            continue
        given[argument.arg] = {
            Role.RATE: 0.5,
            Role.EPOCHS: 1,
            Role.BATCH: 1,
            Role.SIZE_HIDDEN: 5,
            Role.SIZE_IN: 5,
            Role.SIZE_OUT: 3,
            Role.MOMENTUM: 0.0,
            Role.PENALTY: 0.0,
            Role.SEED: 0,
            Role.SWITCH: False,
            Role.SIZES: [3, 5, 1],
        }.get(role, role)
    return given


@frozen(eq=False)
class Pass:
    """A loop's pass on certain variables.

    Attributes:
        target: what holds it; its only function is :data:`PASS`.
        pairing: how samples and targets are laid.
        inputs: features of a sample.
        outputs: how many targets a sample may have.
        count: samples in the user's own data.
    """

    target: Target
    pairing: Pairing
    inputs: int
    outputs: tuple[int, ...]
    count: int


def passes(program: Program, namespace: dict[str, Any], file: str) -> Iterator[Pass]:
    """Yield targets whose only function is one pass of a loop, with how its data are laid out.

    Args:
        program: the loop.
        namespace: the user's module, definitions executed. It is changed.
        file: what the code is said to come from.
    """
    before = dict(namespace)
    wants_data = Role.INPUTS in program.given.values()
    labelled = any(v is Role.TARGETS and "label" in n.lower() for n, v in program.given.items())
    order = sorted(range(len(LAYOUTS)), key=lambda n: labelled and LAYOUTS[n][1] != "labels")
    for turn, layout in enumerate(order):
        for name in [n for n in namespace if n not in before]:
            del namespace[name]
        namespace.update(before)
        seed()
        for name, value in program.given.items():
            if isinstance(value, ast.expr):
                value = _evaluated(value, namespace, file)
            namespace[name] = _stand_in(value, layout)
        missing = prepare(program.prologue, namespace, file, layout)
        if turn and not (wants_data or missing):
            return
        yield from _on_data(program, namespace, file)


def _on_data(program: Program, namespace: dict[str, Any], file: str) -> Iterator[Pass]:
    """Yield the passes on every two variables that may be samples and targets."""
    code = compile(ast.Module(list(program.body), []), file, "exec")
    read, written = _names(program.body, namespace)
    direct = {n.id for s in program.body for n in ast.walk(s) if isinstance(n, ast.Name)}
    if any(n not in namespace and n not in written and not hasattr(builtins, n) for n in direct):
        return  # what it needs could not be prepared
    data = [n for n in read if n in namespace and n not in written and _is_batch(namespace[n])]
    for x, y in _pairs(data, namespace):
        own = namespace[x], None if y is None else namespace[y]
        pairing = _pairing(*own)
        if pairing is not None:
            count, inputs, outputs = _measured(*own)
            if own[1] is not None and np.ndim(own[1]) == 1:
                outputs = tuple(dict.fromkeys([*outputs, *_lengths(namespace)]))[:8]
            namespace[PASS] = _function(code, namespace, x, y, _count_names(namespace, count))
            once = {PASS: namespace[PASS]}  # other loops are looked at later, and this one again
            target = Target(program.name, namespace, None, None, (PASS,), once)
            yield Pass(target, pairing, inputs, outputs, count)


def _lengths(namespace: Mapping[str, Any]) -> list[int]:
    """Return the lengths of float arrays: one of them is the number of classes."""
    arrays = [v for v in namespace.values() if isinstance(v, np.ndarray) and v.dtype.kind == "f"]
    return sorted({n for a in arrays for n in a.shape if 1 < n <= MOST_CLASSES})


def _measured(x: Any, y: Any) -> tuple[int, int, tuple[int, ...]]:
    """Return samples, features, and how many targets there may be."""
    if y is None and not is_numbers(x):
        return len(x), int(np.size(x[0][0])), (int(np.size(x[0][1])),)
    if y is None:
        rows = as_numbers(x)
        return len(rows), rows.shape[1] - 1, (1, len(set(rows[:, -1])))
    samples, wanted = as_numbers(x), as_numbers(y)
    axis = _sample_axis(samples, wanted)
    inputs = 1 if samples.ndim == 1 else int(samples.size // samples.shape[axis or 0])
    if wanted.ndim > 1:
        return samples.shape[axis or 0], inputs, (int(wanted.size // wanted.shape[min(axis or 0, wanted.ndim - 1)]),)
    return samples.shape[axis or 0], inputs, (1, *({len(set(wanted.tolist()))} - {1}))


def _evaluated(default: ast.expr, namespace: dict[str, Any], file: str) -> Any:
    try:
        with guarded():
            return eval(compile(ast.Expression(default), file, "eval"), namespace)  # noqa: S307 - the user's own
    except Refused:
        return None


LAYOUTS = (("rows", "one-hot"), ("rows", "column"), ("columns", "one-hot"), ("columns", "labels"), ("rows", "labels"))
"""How data are laid that nobody has given: samples, and targets."""


def _stand_in(value: Any, layout: int = 0) -> Any:
    """Return what a function's parameter is given: small data for samples and targets."""
    rng = np.random.default_rng(3)
    rows, kind = LAYOUTS[layout]
    if value is Role.INPUTS:
        x = rng.normal(size=(4, 5))  # features, samples and classes are all different in number
        return x if rows == "rows" else x.T.copy()
    if value is Role.TARGETS:
        labels = np.array([0, 2, 1, 0])
        if kind == "labels":
            return labels
        y = np.eye(3)[labels] if kind == "one-hot" else (labels > 0)[:, None].astype(float)
        return y if rows == "rows" else y.T.copy()
    if value is Role.RANDOM:
        return Stream(0)
    if value is Role.UNKNOWN:
        return 5  # most of what has no telling name is a number of units
    return None if isinstance(value, Role) else value


def prepare(statements: Sequence[ast.stmt], namespace: dict[str, Any], file: str, layout: int = 0) -> bool:
    """Execute what stands before a loop, as far as it goes: no training, no printing, no plots.

    Returns:
        Whether data were missing, and small ones were put in their place.
    """
    missing = False
    for node in statements:
        if isinstance(node, ast.Expr) and not _is_harmless(node.value):
            _hoist(node.value, namespace, file)
            continue
        if isinstance(node, ast.Assign | ast.AnnAssign) and _trains(node.value):
            _hoist(node.value, namespace, file)
            continue
        if isinstance(node, ast.For | ast.While | ast.Return | ast.Assert):
            if not isinstance(node, ast.For) or _counts(node.iter):
                continue
        try:
            with guarded(PROLOGUE_SECONDS), redirect_stdout(Capped()):
                exec(compile(ast.Module([node], []), file, "exec"), namespace)  # noqa: S102 - the user's own statement
        except Refused:
            missing = _instead(node, namespace, layout) or missing
    return missing


def _instead(node: ast.stmt, namespace: dict[str, Any], layout: int) -> bool:
    """Put small data in the place of those that a statement would have read from a file that is not there."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    names = [n for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
    found = False
    for name in names:
        roles = roles_of(name.id)
        known = namespace.setdefault(INSTEAD, set())
        if (name.id not in namespace or name.id in known) and (Role.INPUTS in roles or Role.TARGETS in roles):
            known.add(name.id)
            namespace[name.id] = _stand_in(Role.TARGETS if Role.TARGETS in roles else Role.INPUTS, layout)
            found = True
    return found


def _hoist(call: ast.expr | None, namespace: dict[str, Any], file: str) -> None:
    """Keep what a call that is not made would have been handed: ``train(Net(...), x, y)`` makes a network.

    It stands in the namespace as ``train(net)``, with the name of the parameter.
    """
    function = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
    if not isinstance(call, ast.Call) or not callable(namespace.get(function)):
        return
    names = [p.name for p in parameters(namespace[function])]
    pairs = [*zip(names, call.args, strict=False), *((k.arg, k.value) for k in call.keywords if k.arg)]
    for name, value in pairs:
        if not isinstance(value, ast.Starred | ast.Name):
            made = _evaluated(value, namespace, file)
            if made is not None:
                namespace[f"{function}({name})"] = made


def hoisted(namespace: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of parameters that something was kept for, and where it stands."""
    return {name[name.index("(") + 1 : -1]: name for name in namespace if name.endswith(")") and "(" in name}


def _is_harmless(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        name = getattr(value.func, "attr", getattr(value.func, "id", ""))
        return name in HARMLESS or name.lower().startswith(("init", "set", "reset", "create", "build", "make"))
    return False


def _trains(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        name = getattr(value.func, "attr", getattr(value.func, "id", ""))
        return likeness(name, "train") == 0 and name not in ("model", "run", "main", "step", "learn")
    return False


def _names(body: Sequence[ast.stmt], namespace: Mapping[str, Any]) -> tuple[list[str], set[str]]:
    """Return the names that statements read, those of the functions they call included, and those they assign."""
    import inspect
    import textwrap

    read: dict[str, None] = {}
    written: set[str] = set()
    queue: list[ast.AST] = list(body)
    seen: set[str] = set()
    while queue:
        tree = queue.pop(0)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Name):
                continue
            if isinstance(node.ctx, ast.Load):
                read.setdefault(node.id)
                value = namespace.get(node.id)
                if node.id not in seen and callable(value) and hasattr(value, "__code__"):
                    seen.add(node.id)
                    try:
                        queue.append(ast.parse(textwrap.dedent(inspect.getsource(value))))
                    except (OSError, TypeError, SyntaxError):
                        continue
            elif tree in body:
                written.add(node.id)
        if tree in body:
            written |= {a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)}
    return list(read), written


def _is_batch(value: Any) -> bool:
    """Return whether something may be samples: an array or list of several, or a list of pairs."""
    if isinstance(value, np.ndarray):
        return value.ndim >= 1 and value.dtype.kind in "fiub" and 1 <= len(value)
    if isinstance(value, list) and value:
        return is_numbers(value) or all(isinstance(v, tuple | list | np.ndarray) for v in value)
    return False


def _pairs(data: Sequence[str], namespace: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Yield names of samples and targets, those with telling names first; or of one variable with both."""
    inputs = sorted(data, key=lambda n: Role.INPUTS not in roles_of(n) or role_of(n) is Role.TARGETS)
    for x in inputs:
        targets = sorted(data, key=lambda n: Role.TARGETS not in roles_of(n))
        for y in targets:
            if x != y and _size(namespace[x]) & _size(namespace[y]):
                yield x, y
    for both in data:
        if isinstance(namespace[both], list):
            yield both, None


def _size(value: Any) -> set[int]:
    shape = np.shape(value) if not isinstance(value, list) else (len(value), *np.shape(value[0])[:1])
    return set(shape[:2])


def _pairing(x: Any, y: Any) -> Pairing | None:
    """Return how our samples have to be laid to look like the user's."""
    try:
        if y is None:
            return _joined(x)
        inputs, targets = as_numbers(x), as_numbers(y)
    except (TypeError, ValueError):
        return None
    axis = _sample_axis(inputs, targets)
    if axis is None:
        return None
    lay_x, lay_y = _like(x, axis), _like(y, min(axis, targets.ndim - 1))
    return Pairing(f"like {'rows' if axis == 0 else 'columns'} of the script's own data", _feed(lay_x), lay_y, False)


def _feed(lay: Callable[[Array], Any]) -> Feed:
    def read(value: Array, count: int) -> Array:
        if count != 1 or (value.ndim > 1 and max(value.shape) != value.size):
            raise ValueError("not one sample")
        return value.reshape(1, -1)

    return Feed("one pass of the loop", True, lay, read)


def _sample_axis(x: Array, y: Array) -> int | None:
    if len(x) == len(y):
        return 0
    if x.ndim == 2 and x.shape[1] == (y.shape[-1] if y.ndim == 2 else len(y)):  # noqa: PLR2004
        return 1
    return None


def _like(value: Any, axis: int) -> Callable[[Array], Any]:
    """Return a function that lays a batch (N, F) like ``value``: rows, columns, a stack, a list, flat."""
    array = as_numbers(value)
    shape = array.shape

    def lay(batch: Array) -> Any:
        if len(shape) == 1:
            laid = batch.argmax(axis=1) if batch.shape[1] > 1 else batch[:, 0].copy()
        elif len(shape) == 3:  # noqa: PLR2004
            laid = batch[:, :, None].copy() if shape[2] == 1 else batch[:, None, :].copy()
        else:
            laid = batch.copy() if axis == 0 else batch.T.copy()
        if isinstance(value, np.matrix):
            return np.asmatrix(laid)
        return laid.tolist() if isinstance(value, list) else laid

    return lay


def _joined(value: list[Any]) -> Pairing | None:
    first = value[0]
    if not isinstance(first, tuple | list) or len(first) < 2:  # noqa: PLR2004
        return None
    if len(first) == 2 and not all(isinstance(v, int | float) for row in value for v in row):  # noqa: PLR2004
        one_x, one_y = _like_one(first[0]), _like_one(first[1])
        kind = type(first)

        def pairs(x: Array, y: Array) -> Any:
            return [kind((one_x(a), one_y(b))) for a, b in zip(x, y, strict=True)]

        return Pairing("pairs of sample and target", _feed(lambda x: x.copy()), lambda y: y.copy(), False, pairs)
    if all(isinstance(v, int | float) for v in first):
        label = isinstance(first[-1], int)

        def rows(x: Array, y: Array) -> Any:
            last = (lambda b: int(b.argmax())) if label and y.shape[1] > 1 else (lambda b: b[0].item())
            return [type(first)([*a.tolist(), last(b)]) for a, b in zip(x, y, strict=True)]

        return Pairing("rows that end in the target", _feed(lambda x: x.copy()), lambda y: y.copy(), False, rows)
    return None


def _like_one(value: Any) -> Callable[[Array], Any]:
    if isinstance(value, int | float | np.number):
        return lambda row: row[0].item()
    shape = np.shape(value)

    def lay(row: Array) -> Any:
        laid = row.reshape(-1, 1) if len(shape) == 2 and shape[1] == 1 else row  # noqa: PLR2004
        laid = row.reshape(1, -1) if len(shape) == 2 and shape[0] == 1 and shape[1] > 1 else laid  # noqa: PLR2004
        return laid.tolist() if isinstance(value, list) else laid.copy()

    return lay


def _count_names(namespace: Mapping[str, Any], count: int) -> list[str]:
    """Return variables that hold the number of samples."""
    return [
        n
        for n, v in namespace.items()
        if isinstance(v, int) and not isinstance(v, bool) and v == count and (Role.COUNT in roles_of(n) or n.lower() in ("n", "m", "num", "length", "n_data"))
    ]


def _function(
    code: Any, namespace: dict[str, Any], x: str, y: str | None, counts: Sequence[str]
) -> Callable[..., None]:
    """Return one pass as a function of samples and targets, which stand in the user's variables."""

    def one_pass(inputs: Any, targets: Any) -> None:
        namespace[x] = inputs
        if y is not None:
            namespace[y] = targets
        for name in counts:
            namespace[name] = len(inputs)
        exec(code, namespace)  # noqa: S102 - the user's own loop

    def joined_pass(training_data: Any) -> None:
        one_pass(training_data, None)

    return joined_pass if y is None else one_pass
