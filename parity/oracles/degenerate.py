"""Points at which a wrong gradient looks right."""

from collections.abc import Iterator, Sequence

import numpy as np

from parity.oracles.parameters import Tensor
from scratch.tree import Array

ALIKE = 1e-9
"""Numbers that differ relatively by less are called the same: parameters are not alike by chance."""


def blind_spots(tensors: Sequence[Tensor]) -> Iterator[str]:
    """Yield what these parameters and gradients cannot show, in words."""
    for tensor in tensors:
        if tensor.value.size:
            yield from _of_value(tensor.path, tensor.value)
            yield from _of_gradient(tensor.path, tensor.gradient)
    kernels = [t.gradient for t in tensors if t.gradient.ndim == 2 and min(t.gradient.shape) > 1]
    if kernels and all(has_rank_1(gradient) for gradient in kernels):
        yield (
            "the gradient of every kernel has rank 1, as for a batch of one sample: a sum in the place of a mean "
            "over samples cannot be seen; try more samples"
        )


def _of_value(path: str, value: Array) -> Iterator[str]:
    first = value.item(0)
    if first in (0, 1) and bool((value == first).all()):
        if first == 0:
            hidden = "a term that is proportional to it cannot be seen, such as weight decay"
        else:
            hidden = "a factor of it that was forgotten cannot be seen"
        yield f"{path} is {'zero' if first == 0 else 'one'} throughout: {hidden}; try other values"
    elif value.ndim == 2 and is_symmetric(value):
        yield f"{path} is symmetric: using its transpose instead cannot be seen; try other values"
    elif value.size > 2 and is_constant(value):
        yield f"{path} is the same throughout: entries that are mixed up cannot be seen; try other values"


def _of_gradient(path: str, gradient: Array) -> Iterator[str]:
    if gradient.ndim == 1 and 0 < (dead := gradient.size - np.count_nonzero(gradient)) < gradient.size:
        yield (
            f"{dead} of {gradient.size} entries of the gradient of {path} are exactly zero, as where units are "
            "dead: a mistake in what passes through them cannot be seen; try other values"
        )
    if gradient.ndim == 2 and is_symmetric(gradient):
        yield f"the gradient of {path} is symmetric: its transpose would look right, too; try other values"
    elif gradient.size > 2 and gradient.item(0) and is_constant(gradient):
        yield (
            f"the gradient of {path} is the same throughout, as for a loss that is a plain sum: outputs that are "
            "mixed up cannot be seen; weigh them differently"
        )
    elif (
        gradient.ndim == 2 and gradient.shape[1] > 1 and gradient.shape[0] > 1 and has_equal_columns(gradient)
    ):
        yield (
            f"all columns of the gradient of {path} are the same, as for a loss that is a plain sum: outputs that "
            "are mixed up cannot be seen; weigh them differently"
        )


def is_symmetric(matrix: Array) -> bool:
    """Return whether a matrix of more than one row is its own transpose, up to rounding; nothing but 0 is not."""
    rows, columns = matrix.shape
    if rows != columns or rows < 2 or not _same(matrix.item(0, 1), matrix.item(1, 0)):
        return False
    largest = float(np.abs(matrix).max())
    return 0 < largest < np.inf and bool((np.abs(matrix - matrix.T) <= ALIKE * largest).all())


def is_constant(array: Array) -> bool:
    """Return whether all entries are the same, up to rounding."""
    first = array.item(0)
    return _same(first, array.item(-1)) and bool((np.abs(array - first) <= ALIKE * abs(first)).all())


def has_equal_columns(matrix: Array) -> bool:
    """Return whether all columns are the same, up to rounding; nothing but 0 is not."""
    if not (_same(matrix.item(0, 0), matrix.item(0, -1)) and _same(matrix.item(-1, 0), matrix.item(-1, -1))):
        return False
    largest = float(np.abs(matrix).max())
    return 0 < largest < np.inf and bool((np.abs(matrix - matrix[:, :1]) <= ALIKE * largest).all())


def has_rank_1(matrix: Array) -> bool:
    """Return whether all rows are multiples of one, and not all are zero."""
    ad, bc = matrix.item(0, 0) * matrix.item(1, 1), matrix.item(0, 1) * matrix.item(1, 0)
    if abs(ad - bc) > 1e-3 * max(abs(ad), abs(bc)):  # nearly always enough to say no
        return False
    worst = int(np.abs(matrix).argmax())
    row, column = divmod(worst, matrix.shape[1])
    pivot = matrix[row, column]
    if pivot == 0 or not np.isfinite(pivot):
        return False
    allowed = 1e-4 * abs(pivot)
    pieces = (slice(0, 4), slice(4, None))
    return all(
        bool((np.abs(matrix[piece] - np.outer(matrix[piece, column], matrix[row]) / pivot) <= allowed).all())
        for piece in pieces
    )


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= ALIKE * max(abs(a), abs(b))
