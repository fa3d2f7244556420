"""A tap sees every array of a training step as it is born, and may put another in its place.

It is called as ``array = tap(path, array)``. Recording returns the array as it came; rounding
noise, teacher forcing and planted bugs return another. The paths are::

    input                       the batch, (N, I)
    output/LAYER                what a layer computed, (N, O)
    loss                        one number (one for each ensemble member)
    error/LAYER                 derivative of the loss by that layer's output, (N, O)
    gradient/LAYER/NAME         derivative of the loss by a parameter
    velocity/LAYER/NAME         the optimizer's memory of that parameter, if it has one
    weight/LAYER/NAME           the parameter after the update

Errors and gradients come layer by layer from the last to the first, velocity and weight parameter by
parameter. What is put in the place of an output goes on to the next layer, and takes its place also where a
layer remembers its output for its own ``backward``, as sigmoid, tanh and softmax do.
"""

from collections.abc import Callable

from scratch.tree import Array

Tap = Callable[[str, Array], Array]


def untapped(path: str, array: Array) -> Array:
    """Return ``array`` as it is: the tap of a run that nobody watches."""
    return array
