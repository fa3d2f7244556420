"""A neural network by hand: every derivative written out in NumPy, nothing automatic.

Start with :mod:`scratch.layers.dense` and read downwards; :mod:`scratch.network` chains layers,
:mod:`scratch.training` puts one step together. The same lines run on every number type NumPy
can hold (``float16`` to ``longdouble``, ``complex128``, object arrays of balls) and on a leading
ensemble axis, so that a thousand networks train in one call.
"""

from scratch.network import Network
from scratch.training import State, begin, train_step

__all__ = ["Network", "State", "begin", "train_step"]
