"""Gradients from the forward pass alone, proved: an error in ``backward`` must not certify itself.

The weights become power series ``w + d ε`` (python-flint's ``arb_series``), with a direction d; the coefficient of ε
in the loss is its derivative along d. No ``backward`` has a part in it. What is compared is
``Σ d · gradient``, ball against ball: two proven enclosures of one number cannot be disjoint.
"""

from collections.abc import Iterator
from itertools import accumulate, pairwise
from time import monotonic
from typing import Any

import numpy as np
from attrs import frozen
from flint import arb_series

from parity.oracles.balls import accuracy, of_objects, read
from parity.scenarios.problem import Problem
from scratch.tree import Array, Tree, flatten, unflatten

OPERATIONS = 5_000_000
"""Products that a check may cost, about five seconds; beyond it entries share their directions."""

MOST_MISTAKES = 20
SHOWN_DIGITS = 6


class Series:
    """A number ``a + b ε``, such as NumPy's arrays of objects can hold: it is compared by its ``a``."""

    __slots__ = ("terms",)

    def __init__(self, terms: Any) -> None:
        self.terms = terms

    def __add__(self, other: Any) -> "Series":
        return Series(self.terms + _terms(other))

    def __mul__(self, other: Any) -> "Series":
        return Series(self.terms * _terms(other))

    def __sub__(self, other: Any) -> "Series":
        return Series(self.terms - _terms(other))

    def __rsub__(self, other: Any) -> "Series":
        return Series(other - self.terms)

    def __truediv__(self, other: Any) -> "Series":
        return Series(self.terms / _terms(other))

    def __rtruediv__(self, other: Any) -> "Series":
        return Series(other / self.terms)

    def __neg__(self) -> "Series":
        return Series(-self.terms)

    __radd__, __rmul__ = __add__, __mul__

    def __lt__(self, other: Any) -> bool:
        return bool(self.terms[0] < _value(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.terms[0] <= _value(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.terms[0] > _value(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.terms[0] >= _value(other))

    def exp(self) -> "Series":
        """Return e to this power."""
        return Series(self.terms.exp())

    def log(self) -> "Series":
        """Return the logarithm."""
        return Series(self.terms.log())

    def log1p(self) -> "Series":
        """Return the logarithm of one more."""
        return Series((1 + self.terms).log())

    def tanh(self) -> "Series":
        """Return the hyperbolic tangent, ``1 - 2 / (exp(2x) + 1)``."""
        return Series(1 - 2 / ((2 * self.terms).exp() + 1))


def _terms(number: Any) -> Any:
    return number.terms if isinstance(number, Series) else number


def _value(number: Any) -> Any:
    return number.terms[0] if isinstance(number, Series) else number


@frozen
class Mistake:
    """A derivative for which ``backward`` and the forward pass have disjoint enclosures.

    Attributes:
        parameter: ``dense_1/kernel``.
        entry: index of the wrong entry; None where several only together are seen to be wrong.
        step: at which step of training.
        backward: what ``backward`` says.
        forward: what follows from the forward pass.
    """

    parameter: str
    entry: list[int] | None
    step: int
    backward: str
    forward: str

    def __str__(self) -> str:
        """Return it as a sentence."""
        where = f" at {self.entry}" if self.entry is not None else ""
        return (
            f"gradient of {self.parameter}{where}, step {self.step}: backward says {self.backward}, "
            f"but the forward pass alone says {self.forward}"
        )


@frozen(eq=False)
class Claimed:
    """A gradient that is to be checked, and where it was taken; all numbers are balls."""

    step: int
    params: Tree
    x: Array
    y: Array
    gradients: Tree


class Check:
    """Compares one claimed gradient with the derivative of the forward pass."""

    def __init__(
        self, problem: Problem, claimed: Claimed, seconds: float = 60.0, operations: int | None = None
    ) -> None:
        """Prepare a check; the search for the wrong ones among many entries ends after ``seconds``.

        Beyond so many ``operations``, left out five million, entries share their directions.
        """
        self._problem, self._claimed = problem, claimed
        self._operations = OPERATIONS if operations is None else operations
        self._deadline = monotonic() + seconds
        self._weights, gradients = flatten(claimed.params), flatten(claimed.gradients)
        self._claims = np.concatenate([gradients[path].ravel() for path in self._weights])
        self._hulls: list[Any] = []
        sizes = [array.size for array in self._weights.values()]
        self._bounds = list(accumulate(sizes, initial=0))
        # Small whole numbers are exact; two wrong entries would have to be wrong in just their ratio to hide.
        self._directions = np.random.default_rng(0).integers(1, 2**16, self._bounds[-1]).tolist()

    def parts(self) -> tuple[list[tuple[int, int]], str]:
        """Return the ranges of entries that are checked in one pass each, and what they are called.

        One entry at a time, if time allows; else one parameter, else all of them together.
        """
        size = self._bounds[-1]
        cost = size * len(self._claimed.x)
        if size * cost <= self._operations:
            return [(i, i + 1) for i in range(size)], f"each of {size} entries"
        count = len(self._weights)
        if count * cost <= self._operations:
            return list(pairwise(self._bounds)), f"a random direction in each of {count} parameters"
        return [(0, size)], f"one random direction through all {size} entries"

    def mistakes(self) -> list[Mistake]:
        """Return the entries that are wrong, the first twenty of them."""
        found: list[Mistake] = []
        for start, stop in self.parts()[0]:
            for mistake in self._search(start, stop):
                found.append(mistake)
                if len(found) == MOST_MISTAKES:
                    return found
        return found

    @property
    def agreement(self) -> float:
        """How many bits the two enclosures certainly agree to, relative to the largest derivative."""
        return accuracy(of_objects(self._hulls, (len(self._hulls),)))

    def _search(self, start: int, stop: int) -> Iterator[Mistake]:
        """Yield the wrong entries of a range: its halves, the halves of a half that is wrong, and so on."""
        backward, forward = self._claim(start, stop), self._derivative(start, stop)
        hull = backward.union(forward)
        if not hull.is_finite() or backward.overlaps(forward):  # what has no bounds contradicts nothing
            self._hulls.append(hull)
            return
        middle = (start + stop) // 2
        found = False
        if stop - start > 1 and monotonic() < self._deadline:
            for mistake in (*self._search(start, middle), *self._search(middle, stop)):
                found = True
                yield mistake
        if not found:
            parameter, index = self._name(start)
            last = self._name(stop - 1)[0]
            whole = parameter if parameter == last else f"{parameter} to {last}"
            texts = [read(ball, SHOWN_DIGITS).decimal for ball in (backward, forward)]
            yield Mistake(whole, index if stop - start == 1 else None, self._claimed.step, *texts)

    def _claim(self, start: int, stop: int) -> Any:
        return sum(self._claims[i] * self._direction(i, start, stop) for i in range(start, stop))

    def _derivative(self, start: int, stop: int) -> Any:
        """Return the derivative of the loss along a direction that is 0 outside a range of entries."""
        nudged = {}
        for begin, (path, array) in zip(self._bounds, self._weights.items(), strict=False):
            entries = [
                Series(arb_series([w, self._direction(begin + i, start, stop)]))
                if start <= begin + i < stop
                else w
                for i, w in enumerate(array.flat)
            ]
            nudged[path] = of_objects(entries, array.shape)
        prediction = self._problem.network.forward(unflatten(nudged), self._claimed.x)[0]
        assert self._problem.loss is not None
        value: Any = self._problem.loss.forward(prediction, self._claimed.y)[0]
        return value.terms[1] if isinstance(value, Series) else value * 0

    def _direction(self, i: int, start: int, stop: int) -> int:
        return 1 if stop - start == 1 else int(self._directions[i])

    def _name(self, i: int) -> tuple[str, list[int]]:
        """Return the parameter and the index of an entry."""
        for begin, (path, array) in zip(self._bounds, self._weights.items(), strict=False):
            if begin <= i < begin + array.size:
                return path, [int(k) for k in np.unravel_index(i - begin, array.shape)]
        raise IndexError(i)
