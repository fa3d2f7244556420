"""Layers that are objects, found by trying: which classes are dense layers, which are activations, how they are called."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from attrs import frozen

from parity.understanding import making
from parity.understanding.calling import parameters, required
from parity.understanding.roles import Role, likeness, roles_of
from parity.understanding.slots import walk
from parity.understanding.target import Refused, guarded, methods, seed, user_functions
from scratch.tree import Array

RANDOM = re.compile(r"rng|gen|generator|random(_state|_generator)?|prng", re.IGNORECASE)
PRIME = r"(prime|derivative|deriv|der|derivada|grad|gradient|backward|diff|d)"
OUTPUTS = ("output", "outputs", "out", "y", "a", "activation", "activations", "z", "result")
UPSTREAMS = ("dinputs", "dinput", "d_inputs", "d_input", "dx", "dX", "grad_input", "input_grad", "input_gradient", "grad_inputs", "delta")
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
    call: "Call"
    column: bool = False
    mixes: bool = False


@frozen
class Call:
    """The methods of a layer.

    Attributes:
        forward: from samples to outputs.
        backward: from the upstream gradient to that of the inputs.
        rated: whether the backward wants a learning rate too, to update in place.
        update: what changes the parameters afterwards, given a learning rate; empty where nothing does.
    """

    forward: str
    backward: str
    rated: bool = False
    update: str = ""

    def onward(self, layer: Any, x: Any) -> Any:
        """Return what the layer makes of ``x``: what it returns, or else what it keeps."""
        method = getattr(layer, self.forward)
        result = method(x, **_others(method, 1))
        return _kept(layer, OUTPUTS, None) if result is None else result

    def back(self, layer: Any, upstream: Any, rate: float) -> Any:
        """Return the gradient of the layer's inputs; it may have updated itself."""
        method = getattr(layer, self.backward)
        if self.rated:
            result = method(upstream, rate, **_others(method, 2))
        else:
            result = method(upstream, **_others(method, 1))
        return _kept(layer, UPSTREAMS, "d") if result is None else result

    def improve(self, layer: Any, rate: float) -> None:
        """Have the layer update its parameters, where that is a method of its own."""
        if self.update:
            method = getattr(layer, self.update)
            method(rate, **_others(method, 1))


NEUTRAL: dict[Role, Any] = {Role.MOMENTUM: 0.0, Role.PENALTY: 0.0, Role.SWITCH: True, Role.EPOCHS: 1, Role.STEP: 1}


def _others(method: Any, given: int) -> dict[str, Any]:
    """Return what else a method needs, where that is something that can be switched off.

    Raises:
        Refused: it needs something that nobody knows.
    """
    found = {}
    for name in required(method)[given:]:
        role = next((r for r in roles_of(name) if r in NEUTRAL), None)
        if role is None:
            raise Refused(f"{method.__name__}() needs {name}")
        found[name] = NEUTRAL[role]
    return found


def _kept(layer: Any, names: Sequence[str], initial: str | None) -> Any:
    """Return an array that a method left behind instead of returning it."""
    arrays = {n: v for n, v in vars(layer).items() if isinstance(v, np.ndarray)}
    for name in names:
        if name in arrays:
            return arrays[name]
    if initial is not None and (some := [n for n in arrays if n.startswith(initial) and ("in" in n or "x" in n.lower())]):
        return arrays[some[0]]
    raise Refused(f"{type(layer).__name__} returns nothing")


def call_of(kind: type) -> Call | None:
    """Return how a class is called, if it goes forward with samples, and backward with an upstream gradient alone."""
    names = sorted(methods(kind), key=lambda n: (n == "__call__", not re.match("forward|backward", n)))
    forward = next((n for n in names if likeness(n, "forward") == 0 and _takes(kind, n, 1)), None)
    backward = next((n for n in names if likeness(n, "backward") == 0 and n != forward and _takes(kind, n, 2)), None)
    if forward is None or backward is None or _wants_targets(kind, backward):
        return None
    second = next(iter(_own(kind, backward)[1:]), "")
    rated = bool(second) and (Role.RATE in roles_of(second) or not roles_of(second))
    if second in required(getattr(kind, backward)) and not rated and not _neutral(second):
        return None
    update = next((n for n in names if likeness(n, "update") == 0 and _is_update(kind, n)), "") if not rated else ""
    return Call(forward, backward, rated, update)


def _own(kind: type, name: str) -> list[str]:
    """Return the parameters of a method without ``self``."""
    return [p.name for p in parameters(getattr(kind, name))][1:]


def _takes(kind: type, name: str, most: int) -> bool:
    needed = [n for n in required(getattr(kind, name))[1:] if not _neutral(n)]
    return bool(_own(kind, name)) and 1 <= len(_own(kind, name)) and len(needed) <= most


def _neutral(name: str) -> bool:
    return any(r in NEUTRAL for r in roles_of(name)) and Role.INPUTS not in roles_of(name)


def _wants_targets(kind: type, backward: str) -> bool:
    """Return whether a backward asks for targets; ``d`` alone is the derivative that comes from above."""
    own = [n for n in _own(kind, backward) if n in required(getattr(kind, backward))]
    return any(Role.TARGETS in roles_of(n) and Role.ERROR not in roles_of(n) and n not in ("d", "D") for n in own)


def _is_update(kind: type, name: str) -> bool:
    needed = required(getattr(kind, name))[1:]
    return bool(needed) and Role.RATE in roles_of(needed[0]) and all(_neutral(n) for n in needed[1:])


def dense_layers(kinds: Mapping[str, type], tree: ast.Module, namespace: Mapping[str, Any], origin: str) -> list[Layer]:
    """Return the dense layers among classes: made of two sizes, with as many weights, from so many features to so many."""
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
    if len(sized) != 2:  # noqa: PLR2004 - inputs and outputs
        return
    for said, extra in islice(_extras(kind, [n for n in needed if n not in sized], tree, namespace, origin), MOST_ARGUMENTS):
        for first, second in (sized, sized[::-1]):

            def make(inputs: int, outputs: int, a: str = first, b: str = second, more: dict[str, Any] = extra) -> Any:
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
    for template in making._templates(kind, tree, namespace):  # noqa: SLF001 - of this package
        values = {n: template.arguments[n] for n in names if n in template.arguments}
        values |= {n: v for n, v in fixed.items() if values.get(n, making._NOTHING) is making._NOTHING}  # noqa: SLF001
        if len(values) == len(names) and not any(v is making._NOTHING or isinstance(v, Role) for v in values.values()):  # noqa: SLF001
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
    if count == 2:  # noqa: PLR2004 - a function and its derivative
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
        derived = re.compile(rf"({stem}_?{PRIME}|{PRIME}_?(of_)?{stem}|{PRIME}_?{stem}|{stem}\d?_?{PRIME})", re.IGNORECASE)
        found += [(function, other) for n, other in own.items() if n != name and derived.fullmatch(n)]
    return found


def _said(values: Mapping[str, Any]) -> str:
    return ", ".join(_word(v) for v in values.values() if callable(v) or isinstance(v, str) and v)


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


def activations(kinds: Mapping[str, type], tree: ast.Module, namespace: Mapping[str, Any], origin: str) -> list[Layer]:
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
