"""Layers: one a file, ``forward`` and directly below it ``backward``."""

from scratch.layers.dense import Dense
from scratch.layers.layer import Layer
from scratch.layers.leaky_relu import LeakyReLU
from scratch.layers.linear import Linear
from scratch.layers.relu import ReLU
from scratch.layers.sigmoid import Sigmoid
from scratch.layers.softmax import Softmax
from scratch.layers.tanh import Tanh

__all__ = ["Dense", "Layer", "LeakyReLU", "Linear", "ReLU", "Sigmoid", "Softmax", "Tanh"]
