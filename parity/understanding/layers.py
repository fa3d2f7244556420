"""Layers that are objects, found by trying: which classes are dense, which are activations."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from attrs import frozen

from parity.understanding import templates
from parity.understanding.calling import parameters, required
from parity.understanding.calls import NEUTRAL, Call, call_of
from parity.understanding.roles import Role, roles_of
from parity.understanding.slots import walk
from parity.understanding.target import Refused, guarded, seed, user_functions
from scratch.tree import Array

RANDOM = re.compile(r"rng|gen|generator|random(_state|_generator)?|prng", re.IGNORECASE)
PRIME = r"(prime|derivative|deriv|der|derivada|grad|gradient|backward|diff|d)"
IN, OUT = 3, 5
MOST_ARGUMENTS = 8


@frozen(eq=False)
class Layer:
    """A way to make a layer, and how it is called.

    Attributes:
        name: in the user's words: ``Tanh``, ``Activation(relu, relu_prime)``.
        make: makes one; a dense layer is handed its numbers of inputs and outputs.
        call: how it is called.
        column: whether it takes a sample as a column (F, 1) and not as a row.
        mixes: whether its outputs depend on more than one input each: a dense layer, or softmax.
    """

    name: str
    make: Callable[..., Any]
    call: Call
    column: bool = False
    mixes: bool = False


def dense_layers(
    kinds: Mapping[str, type], tree: ast.Module, namespace: Mapping[str, Any], origin: str
) -> list[Layer]:
    """Return the dense layers among classes: made of two sizes, from so many features to so many."""
    found = []
    for kind in kinds.values():
        call = call_of(kind)
        if call is None:
            continue
        seen: set[str] = set()
        for name, make in _dense_makers(kind, tree, namespace, origin):
            column = _dense_column(make, call)
            if column is not None and name not in seen:
                seen.add(name)
                found.append(Layer(name, make, call, column, True))
    return found


def _dense_makers(
    kind: type, tree: ast.Module, namespace: Mapping[str, Any], origin: str
) -> Iterator[tuple[str, Callable[[int, int], Any]]]:
    """Yield ways to make a layer of two sizes, in either order, with whatever else it is given."""
    own = [p for p in parameters(kind) if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    needed = required(kind)
    sized = [n for n in needed if not RANDOM.fullmatch(n) and Role.ACTIVATION not in roles_of(n)][:2]
    sized += [p.name for p in own if p.name not in needed and _is_size(p.name)][: 2 - len(sized)]
    if len(sized) != 2:
        return
    for said, extra in islice(
        _extras(kind, [n for n in needed if n not in sized], tree, namespace, origin), MOST_ARGUMENTS
    ):
        for first, second in (sized, sized[::-1]):

            def make(
                inputs: int, outputs: int, a: str = first, b: str = second, more: dict[str, Any] = extra
            ) -> Any:
                fresh = {n: np.random.default_rng(0) if RANDOM.fullmatch(n) else v for n, v in more.items()}
                return kind(**{a: inputs, b: outputs}, **fresh)

            yield f"{kind.__name__}{f'({said})' if said else ''}", make


def _is_size(name: str) -> bool:
    return bool({Role.SIZE_IN, Role.SIZE_OUT, Role.SIZE_HIDDEN} & set(roles_of(name)))


def _extras(
    kind: type, names: Sequence[str], tree: ast.Module, namespace: Mapping[str, Any], origin: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield values for further parameters, in words: as in the file's own calls, else functions, texts and the like."""
    if not names:
        yield "", {}
        return
    plain = [n for n in names if Role.ACTIVATION not in roles_of(n) and not _is_function(n)]
    fixed: dict[str, Any] = {}
    for name in plain:
        if (value := _usual(name)) is not None:
            fixed[name] = value
    for template in templates.templates(kind, tree, namespace):
        values = {n: template.arguments[n] for n in names if n in template.arguments}
        values |= {n: v for n, v in fixed.items() if values.get(n, templates.NOTHING) is templates.NOTHING}
        if len(values) == len(names) and not any(
            v is templates.NOTHING or isinstance(v, Role) for v in values.values()
        ):
            yield _said(values), values
    open_ = [n for n in names if n not in fixed]
    for values_of in _functions(len(open_), namespace, origin):
        values = {**fixed, **dict(zip(open_, values_of, strict=True))}
        yield _said(values), values


def _is_function(name: str) -> bool:
    return bool(re.fullmatch(rf"f|g|fn|func\w*|\w*{PRIME}|act\w*|phi|sigma", name, re.IGNORECASE))


def _usual(name: str) -> Any:
    """Return what a parameter of no importance is given."""
    if RANDOM.fullmatch(name):
        return np.random.default_rng(0)
    for role in roles_of(name):
        if role is Role.RATE:
            return 0.5
        if role is Role.SEED:
            return 0
        if role in NEUTRAL:
            return NEUTRAL[role]
    return "" if name == "name" else None


def _functions(count: int, namespace: Mapping[str, Any], origin: str) -> Iterator[tuple[Any, ...]]:
    """Yield so many functions, or texts: a function of the module, with its derivative where there are two."""
    if count == 0:
        yield ()
    pairs = pairs_of(namespace, origin)
    if count == 2:
        yield from pairs
    if count == 1:
        yield from ((f,) for f, _ in pairs)
        yield from ((text,) for text in ("sigmoid", "tanh", "relu"))


def pairs_of(namespace: Mapping[str, Any], origin: str) -> list[tuple[Any, Any]]:
    """Return functions of the module with those that are called their derivatives."""
    own = user_functions(namespace, origin)
    own |= {n: v for n, v in namespace.items() if callable(v) and getattr(v, "__name__", "") == "<lambda>"}
    found = []
    for name, function in own.items():
        stem = re.escape(name)
        derived = re.compile(
            rf"({stem}_?{PRIME}|{PRIME}_?(of_)?{stem}|{PRIME}_?{stem}|{stem}\d?_?{PRIME})", re.IGNORECASE
        )
        found += [(function, other) for n, other in own.items() if n != name and derived.fullmatch(n)]
    return found


def _said(values: Mapping[str, Any]) -> str:
    return ", ".join(_word(v) for v in values.values() if callable(v) or (isinstance(v, str) and v))


def _word(value: Any) -> str:
    if isinstance(value, str):
        return repr(value)
    name = str(getattr(value, "__name__", type(value).__name__))
    return "a lambda" if name == "<lambda>" else name


def _dense_column(make: Callable[[int, int], Any], call: Call) -> bool | None:
    """Return whether a dense layer takes columns; None where it is no dense layer."""
    for column in (False, True):
        x = np.linspace(-1, 1, IN * 2).reshape(2, IN)
        x, shape = (x[:1].T, (OUT, 1)) if column else (x, (2, OUT))
        try:
            with guarded():
                seed()
                layer = make(IN, OUT)
                weights = [s for s in walk({"layer": layer}) if s.value.size in (IN * OUT, (IN + 1) * OUT)]
                output = np.asarray(call.onward(layer, x.copy()))
        except Refused:
            continue
        if weights and output.shape == shape:
            return column
    return None


def activations(
    kinds: Mapping[str, type], tree: ast.Module, namespace: Mapping[str, Any], origin: str
) -> list[Layer]:
    """Return the layers that keep the shape of what goes through, and treat every sample alone."""
    found: list[Layer] = []
    for kind in kinds.values():
        call = call_of(kind)
        if call is None:
            continue
        for said, extra in islice(_extras(kind, required(kind), tree, namespace, origin), MOST_ARGUMENTS):
            name = f"{kind.__name__}({said})" if said else kind.__name__

            def make(of: type = kind, more: dict[str, Any] = extra) -> Any:
                return of(**more)

            mixes = _mixes(make, call)
            if mixes is not None and name not in [layer.name for layer in found]:
                found.append(Layer(name, make, call, False, mixes))
    return found


def _mixes(make: Callable[[], Any], call: Call) -> bool | None:
    """Return whether the outputs of an activation depend on all inputs of a sample; None where it is no activation."""
    for column in (False, True):
        x = np.array([[-0.7, 0.3, 1.1, -1.9, 0.6]])
        x = x.T if column else x
        moved = x.copy()
        moved[(2, 0) if column else (0, 2)] += 0.25
        try:
            with guarded():
                first, again, second = (_once(make, call, value) for value in (x, x, moved))
        except Refused:
            continue
        if first.shape != x.shape or not np.array_equal(first, again) or np.array_equal(first, x):
            continue
        changed = int((first != second).sum())
        if changed:
            return changed > 1
    return None


def _once(make: Callable[[], Any], call: Call, x: Array) -> Array:
    output: Array = np.asarray(call.onward(make(), x.copy()), dtype=float)
    return output
