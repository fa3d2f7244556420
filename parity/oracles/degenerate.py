"""Points at which a wrong gradient looks right."""

from collections.abc import Iterator, Sequence

import numpy as np

from parity.oracles.parameters import Tensor
from scratch.tree import Array


def blind_spots(tensors: Sequence[Tensor]) -> Iterator[str]:
    """Yield what these parameters and gradients cannot show, in words."""
    for tensor in tensors:
        value = tensor.value
        if value.size and not value.any():
            yield (
                f"{tensor.path} is zero throughout: a term that is proportional to it cannot be seen, such as "
                "weight decay; try other values"
            )
        square = value.ndim == 2 and value.shape[0] == value.shape[1] > 1
        if square and value.any() and np.array_equal(value, value.T):
            yield (
                f"{tensor.path} is symmetric: using its transpose instead cannot be seen; try other values"
            )
    kernels = [t.gradient for t in tensors if t.gradient.ndim == 2 and min(t.gradient.shape) > 1]
    if kernels and all(has_rank_1(gradient) for gradient in kernels):
        yield (
            "the gradient of every kernel has rank 1, as for a batch of one sample: a sum in the place of a mean "
            "over samples cannot be seen; try more samples"
        )


def has_rank_1(matrix: Array) -> bool:
    """Return whether all rows are multiples of one, and not all are zero."""
    worst = int(np.abs(matrix).argmax())
    row, column = divmod(worst, matrix.shape[1])
    pivot = matrix[row, column]
    if pivot == 0 or not np.isfinite(pivot):
        return False
    allowed = 1e-4 * abs(pivot)
    pieces = (slice(0, 4), slice(4, None))  # nearly always the first few rows are enough to say no
    return all(
        bool((np.abs(matrix[piece] - np.outer(matrix[piece, column], matrix[row]) / pivot) <= allowed).all())
        for piece in pieces
    )
