"""Optimizers: what to do with a gradient."""

from scratch.optimizers.sgd import SGD

__all__ = ["SGD"]
