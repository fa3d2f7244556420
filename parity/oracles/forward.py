"""A user's loss function, called carefully: it may raise, print, change its arguments, or roll dice."""

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np

from parity.errors import ParityError
from parity.oracles.parameters import Tensor, rebuild
from scratch.tree import Array

COMPLEX_STEP = {np.dtype("complex128"): 1e-30, np.dtype("complex64"): 1e-15}
"""So small that the square is lost in rounding, so large that the product with a small slope is not."""

RESTLESS = 1e3
"""Two calls may differ by so many roundings: memory is aligned differently, and sums are taken in another order."""


class NotAnalyticError(Exception):
    """The loss does not take complex numbers, or drops their imaginary part."""


class Forward:
    """The loss as a function of a list of arrays.

    Attributes:
        base: the parameters as they are.
        warnings: what is odd about the function, in words.
    """

    def __init__(self, function: Callable[[Any], Any], params: Any, tensors: Sequence[Tensor]) -> None:
        self._function = function
        self._params = params
        self._copies = False
        self.warnings: list[str] = []
        self.base = [tensor.value for tensor in tensors]

    @cached_property
    def value(self) -> float:
        """The loss at the parameters as they are; who asks for it also learns whether it changes them in place."""
        copies = [array.copy() for array in self.base]
        value = self.real(copies)
        if not all((a == b).all() for a, b in zip(copies, self.base, strict=True)):
            self._copies = True
            self.warnings.append(
                "loss changes its parameters in place; every call was given its own copy of them"
            )
        return value

    def real(self, arrays: Sequence[Array]) -> float:
        """Return the loss of real parameters.

        Raises:
            ParityError: the loss raises, or is not one real number.
        """
        try:
            result = self._real(arrays)
        except Exception as error:
            problem = f"loss raises {type(error).__name__}: {error}"
            raise ParityError(problem, "It is called as loss(params), with NumPy arrays.") from error
        return _number(result)

    def imaginary(self, arrays: Sequence[Array], step: float) -> float:
        """Return the imaginary part of the loss over ``step``; 0 where the loss is real.

        Raises:
            NotAnalyticError: the loss cannot be computed with complex numbers.
        """
        return self.complex(arrays).imag / step

    def complex(self, arrays: Sequence[Array]) -> complex:
        """Return the loss of parameters of which some are complex.

        Raises:
            NotAnalyticError: the loss cannot be computed with complex numbers.
        """
        number = self._complex(arrays)
        if type(number) is not np.complex128:
            result = np.asarray(number)
            if result.size != 1 or result.dtype.kind not in "fiuc":
                raise NotAnalyticError("it is no longer one number when parameters are complex")
            number = complex(result.item())
        if not isfinite(number.imag):
            raise NotAnalyticError("it overflows with complex numbers")
        return complex(number)

    def stacked(self, arrays: Sequence[Array], step: float) -> Array | None:
        """Return the same for a stack of parameters, (M,), or None where the function is not made for it.

        Every array has an axis in front for the M members.
        """
        try:
            result = np.asarray(self._complex(arrays))
        except NotAnalyticError:
            return None
        members = len(arrays[0])
        if result.shape != (members,) or result.dtype.kind != "c":
            return None
        # At the same point every member has the same loss; a function that mixed its members has not.
        apart = np.abs(result.real - self.value).max()
        if not apart <= 1e-3 * abs(self.value) + 1e-6 or not np.isfinite(result.imag).all():
            return None
        slopes: Array = result.imag.astype(float) / step
        return slopes

    def insist(self) -> None:
        """Call the loss once more, to see whether it is the same.

        Raises:
            ParityError: it is not.
        """
        again = self.real(self.base)
        if abs(again - self.value) > RESTLESS * np.finfo(float).eps * abs(self.value):
            problem = (
                f"loss is not deterministic: {self.value:.17g}, then {again:.17g} for the same parameters"
            )
            raise ParityError(problem, "Fix the seed inside it, or switch its dropout off.")

    def _real(self, arrays: Sequence[Array]) -> Any:
        try:
            return self._call(arrays)
        except np.exceptions.ComplexWarning:
            # A loss may drop the imaginary part of what it made complex itself, in a Fourier transform.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return self._call(arrays)

    def _complex(self, arrays: Sequence[Array]) -> Any:
        try:
            return self._call(arrays)
        except Exception as error:  # code for real numbers fails on complex ones in any way it likes
            message = str(error).partition("\n")[0]
            raise NotAnalyticError(f"{type(error).__name__}: {message}") from error

    def _call(self, arrays: Sequence[Array]) -> Any:
        if self._copies:
            arrays = [array.copy() for array in arrays]
        return self._function(rebuild(self._params, iter(arrays)))


@contextlib.contextmanager
def quietly() -> Iterator[io.StringIO]:
    """Keep what the loss prints, and let no warning out; an imaginary part that is dropped is an error."""
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(io.StringIO()) as printed,
    ):
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        yield printed


def _number(result: Any) -> float:
    """Return the loss as a float; an array with one entry is one number."""
    hint = "It should return one number: sum the array, or take its mean."
    if type(result) is np.float64 or type(result) is float:
        return float(result)
    if result is None:
        raise ParityError("loss returns None", "Does it end with a return?")
    try:
        array = np.asarray(result)
    except Exception as error:
        raise ParityError(f"loss returns {type(result).__name__}: {error}", hint) from error
    if array.size != 1:
        raise ParityError(f"loss returns an array of shape {array.shape}", hint)
    if array.dtype.kind not in "fiu":
        raise ParityError(f"loss returns {array.dtype.name}, not a real number", hint)
    return float(array.ravel()[0])
