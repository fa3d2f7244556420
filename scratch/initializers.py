"""Where training starts: rules that fill the kernels (I, O). Biases start at zero unless said.

All numbers are drawn in float64 from NumPy's legacy stream ``RandomState(seed)``, kernel after
kernel, row by row; casting to another number type comes later, so that float32 and float64 runs
start from the same draws.
"""

from collections.abc import Callable, Mapping

import numpy as np

from scratch.tree import Array, Tree

Shapes = Mapping[str, Mapping[str, tuple[int, ...]]]
Rule = Callable[[np.random.RandomState, tuple[int, ...]], Array]


def normal(scale: float = 0.5) -> Rule:
    """Return the tutorials' rule: ``randn(I, O) * scale``."""
    return lambda rng, shape: rng.randn(*shape) * scale


def uniform(limit: float = 0.5) -> Rule:
    """Return a rule that draws from the interval [-limit, limit)."""
    return lambda rng, shape: rng.uniform(-limit, limit, shape)


def glorot_uniform(rng: np.random.RandomState, shape: tuple[int, ...]) -> Array:
    """Draw from ±√(6 / (I + O)): keeps the variance of outputs and of errors (Glorot and Bengio 2010)."""
    limit = np.sqrt(6.0 / (shape[0] + shape[-1]))
    return rng.uniform(-limit, limit, shape)


def glorot_normal(rng: np.random.RandomState, shape: tuple[int, ...]) -> Array:
    """Draw with variance 2 / (I + O) (Glorot and Bengio 2010)."""
    return rng.randn(*shape) * np.sqrt(2.0 / (shape[0] + shape[-1]))


def he_normal(rng: np.random.RandomState, shape: tuple[int, ...]) -> Array:
    """Draw with variance 2 / I: keeps the variance of outputs behind a ReLU (He et al. 2015)."""
    return rng.randn(*shape) * np.sqrt(2.0 / shape[0])


def zeros(rng: np.random.RandomState, shape: tuple[int, ...]) -> Array:
    """Fill with zeros. All units of a layer then stay equal forever."""
    return np.zeros(shape)


def initialize(
    shapes: Shapes, rule: Rule, rng: np.random.RandomState, *, random_biases: bool = False
) -> Tree:
    """Return float64 parameters of the given shapes, drawn in order.

    Args:
        shapes: ``{"dense_1": {"kernel": (I, O), "bias": (O,)}, ...}``, as ``Network.shapes`` gives it.
        rule: how a kernel is filled.
        rng: the stream of random numbers; it is advanced.
        random_biases: fill the biases by the same rule, each after its kernel, instead of zeros.
    """
    return {
        layer: {
            name: rule(rng, shape) if name == "kernel" or random_biases else np.zeros(shape)
            for name, shape in own.items()
        }
        for layer, own in shapes.items()
    }
