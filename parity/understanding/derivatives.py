"""Derivatives that a file has beside its functions and layers: whether they are those, found by small steps.

A remark is no verdict: the network's gradient is judged elsewhere. But a loss whose derivative has a wrong sign, or an
activation whose backward is not that of its forward, is worth a line, whatever else was understood.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from parity.understanding.calling import required
from parity.understanding.heads import Head, heads, orders
from parity.understanding.layers import Layer, pairs_of
from parity.understanding.roles import likeness
from parity.understanding.target import Refused, guarded, seed
from scratch.tree import Array

STEP = 1e-5
ALIKE = 1e-6
SAMPLES, OUTPUTS = 3, 4
FACTORS = {
    float(SAMPLES): "N",
    1 / SAMPLES: "1/N",
    float(OUTPUTS): "n_out",
    1 / OUTPUTS: "1/n_out",
    float(SAMPLES * OUTPUTS): "N n_out",
    1 / (SAMPLES * OUTPUTS): "1/(N n_out)",
}
"""Factors that depend on the batch, in words; the numbers of samples and outputs are chosen so that all differ."""


def remarks(namespace: Mapping[str, Any], origin: str) -> list[str]:
    """Return a line for each loss or activation function of a module whose derivative is not its derivative."""
    found: list[str] = []
    for function, derivative in pairs_of(namespace, origin):
        if len(required(function)) == 1:
            found.append(_of_activation(function, derivative))
    found += [of_head(head) for head in heads(namespace, origin)]
    return list(dict.fromkeys(text for text in found if text))


def of_layer(layer: Layer) -> str:
    """Return a line if an activation's backward is not the derivative of its forward; else nothing.

    Softmax that hands its gradient on unchanged is one half of softmax and cross-entropy: nothing is wrong with it.
    """
    rng = np.random.default_rng(2)
    z, upstream = rng.uniform(0.2, 1.5, (2, 1, 5)) * rng.choice([-1.0, 1.0], (2, 1, 5))
    for x, above in ((z, upstream), (z.T, upstream.T)):
        try:
            with guarded():
                one = layer.make()
                seed()
                layer.call.onward(one, x.copy())
                got = np.asarray(layer.call.back(one, above.copy(), 0.0), dtype=float)
                want = _slopes(lambda v: float((_output(layer, v) * above).sum()), x)  # noqa: B023
        except (Refused, TypeError, ValueError):
            continue
        if layer.mixes and np.array_equal(got, above):
            return ""
        return _said(f"{layer.name}: its {layer.call.backward}()", f"its {layer.call.forward}()", got, want)
    return ""


def is_probable(layer: Layer) -> bool:
    """Return whether an activation's outputs lie between 0 and 1."""
    x = np.array([[-1.9, 0.4, 2.3, -0.3]])
    for turned in (x, x.T):
        try:
            with guarded():
                output = _output(layer, turned)
        except (Refused, TypeError, ValueError):
            continue
        return output.shape == turned.shape and bool(((output > 0) & (output < 1)).all())
    return False


def order(head: Head) -> int:
    """Return which argument of a loss is the prediction: by its names, or else by what the derivative is of."""
    some = orders(head)
    return next((n for n in some if len(some) > 1 and not _of_order(head, n)), some[0])


def _output(layer: Layer, x: Array) -> Array:
    return np.asarray(layer.call.onward(layer.make(), x.copy()), dtype=float)


def _slopes(function: Callable[[Array], float], x: Array) -> Array:
    """Return the gradient by central differences."""
    found = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        moved = [x.copy(), x.copy()]
        moved[0][place] += STEP
        moved[1][place] -= STEP
        found[place] = (function(moved[0]) - function(moved[1])) / (2 * STEP)
    return found


def _said(what: str, of: str, got: Array, want: Array) -> str:
    """Return what a derivative is, in words, or nothing if it is right."""
    if got.shape != want.shape or not np.isfinite(got).all() or not np.isfinite(want).all():
        return ""
    size = float(np.abs(want).max())
    if float(np.abs(got - want).max()) <= ALIKE * max(size, 1.0):
        return ""
    factor = float((got * want).sum() / (want * want).sum()) if size else 0.0
    if factor and float(np.abs(got - factor * want).max()) <= ALIKE * max(size, 1.0) * max(abs(factor), 1.0):
        return f"{what} is {_number(factor)} times the derivative of {of}"
    return f"{what} is not the derivative of {of}"


def _number(factor: float) -> str:
    for value, word in FACTORS.items():
        for sign, more in ((1, ""), (-1, "-"), (2, "2 "), (0.5, "1/2 ")):
            if abs(factor / (sign * value) - 1) < 1e-5:
                return f"{more}{word}"
    return f"{round(factor, 5):g}"


def _of_activation(function: Any, derivative: Any) -> str:
    """Return a line if a derivative is that of a function neither at its argument nor at its value."""
    rng = np.random.default_rng(2)
    z = rng.uniform(0.2, 1.5, 6) * np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    if len(required(derivative)) != 1 or likeness(function.__name__, "loss") == 0:
        return ""
    try:
        with guarded():
            seed()
            value = np.asarray(function(z.copy()), dtype=float)
            if value.shape != z.shape or _is_mixed(function, z):
                return ""  # a softmax has no derivative by itself
            want = (np.asarray(function(z + STEP)) - np.asarray(function(z - STEP))) / (2 * STEP)
            got = [np.asarray(derivative(v.copy()), dtype=float) for v in (z, value)]
    except (Refused, TypeError, ValueError):
        return ""
    said = [_said(f"{derivative.__name__}()", f"{function.__name__}()", g, want) for g in got]
    if not all(said):
        return ""
    if all(text.endswith(f"is not the derivative of {function.__name__}()") for text in said):
        return f"{said[0]}, taken neither at its argument nor at its value"
    return next(text for text in said if "times" in text)


def _is_mixed(function: Any, z: Array) -> bool:
    moved = z.copy()
    moved[0] += 0.25
    return int((np.asarray(function(moved)) != np.asarray(function(z.copy()))).sum()) > 1


def of_head(head: Head) -> str:
    """Return a line if the derivative of a loss is that by neither of its arguments; else nothing."""
    said = [_of_order(head, n) for n in orders(head)]
    return next((text for text in said if "times" in text), said[0]) if all(said) else ""


def _of_order(head: Head, order: int) -> str:
    """Return a line if the derivative of a loss is not that by its first (0) or second argument."""
    rng = np.random.default_rng(4)
    both = rng.uniform(0.2, 0.8, (2, SAMPLES, OUTPUTS))
    y_pred, y_true = (a / a.sum(axis=1, keepdims=True) for a in both)  # targets of a softmax add up to 1
    try:
        with guarded():
            slope = np.asarray(head.of(y_pred.copy(), y_true.copy(), order)[1], dtype=float)
            want = _slopes(lambda v: float(np.sum(head.of(v, y_true.copy(), order)[0])), y_pred)
    except (Refused, TypeError, ValueError):
        return ""
    if _is_error(slope, y_pred - y_true, head.value):
        return ""
    return _said(f"{head.slope}()", f"{head.value}()", slope, want)


def _is_error(slope: Array, difference: Array, name: str) -> bool:
    """Return whether the derivative of a cross-entropy is output - target: that through softmax, or the sigmoid."""
    if slope.shape != difference.shape or not np.isfinite(slope).all():
        return False
    factor = float((slope * difference).sum() / (difference * difference).sum())
    squared = any(word in name.lower() for word in ("mse", "squar", "quad", "mean"))
    return not squared and bool(np.allclose(slope, factor * difference, rtol=0, atol=ALIKE))
