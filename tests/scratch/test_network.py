"""Names, shapes, and the derivative that is not computed because nobody needs it."""

from collections.abc import Mapping

import numpy as np
import pytest

from scratch import Network
from scratch.layers import Dense, Layer, Linear, ReLU, Sigmoid, Softmax, Tanh
from scratch.tree import Array, cast, flatten, map_tree, unflatten


@pytest.mark.parametrize(
    ("layers", "names"),
    [
        ((Dense(4), Sigmoid(), Dense(1), Sigmoid()), ("dense_1", "sigmoid_1", "dense_2", "sigmoid_2")),
        ((Dense(4), Dense(2), Softmax()), ("dense_1", "dense_2", "softmax_2")),
        ((Tanh(), Dense(4), Linear()), ("tanh_1", "dense_1", "linear_1")),
        ((ReLU(), Dense(4), ReLU(), ReLU()), ("relu_1", "dense_1", "relu_1_3", "relu_1_4")),
        ((), ()),
    ],
)
def test_names(layers: tuple[Layer, ...], names: tuple[str, ...]) -> None:
    assert Network(layers).names == names
    assert len(set(names)) == len(names)


def test_shapes_follow_the_widths_through_the_activations() -> None:
    network = Network((Tanh(), Dense(4), ReLU(), Dense(3, bias=False), Softmax(), Dense(1)))
    assert network.shapes(2) == {
        "dense_1": {"kernel": (2, 4), "bias": (4,)},
        "dense_2": {"kernel": (4, 3)},
        "dense_3": {"kernel": (3, 1), "bias": (1,)},
    }


def test_first_layer_is_not_asked_for_the_derivative_by_the_data() -> None:
    class OnlyGradients(Dense):
        def backward(
            self, params: Mapping[str, Array], x: Array, dy: Array
        ) -> tuple[Array, dict[str, Array]]:
            raise AssertionError("dx of the first layer is wasted work")

    network = Network((OnlyGradients(2),))
    params = {network.names[0]: {"kernel": np.ones((3, 2)), "bias": np.ones(2)}}
    _, caches = network.forward(params, np.ones((4, 3)))
    np.testing.assert_array_equal(
        network.backward(params, caches, np.ones((4, 2)))[network.names[0]]["bias"], [4, 4]
    )


class Watched(Dense):
    """A dense layer that wants its own parameters wherever it is asked."""

    def forward(self, params: Mapping[str, Array], x: Array) -> tuple[Array, Array]:
        assert params.keys() == {"kernel", "bias"}
        return super().forward(params, x)

    def gradients(self, params: Mapping[str, Array], x: Array, dy: Array) -> dict[str, Array]:
        assert params.keys() == {"kernel", "bias"}
        return super().gradients(params, x, dy)


class WatchedTanh(Tanh):
    """An activation that wants an empty mapping, not None: it may look into it."""

    def forward(self, params: Mapping[str, Array], x: Array) -> tuple[Array, Array]:
        assert params == {}
        return super().forward(params, x)

    def backward(self, params: Mapping[str, Array], y: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        assert params == {}
        return super().backward(params, y, dy)


def test_every_layer_is_given_its_own_parameters_in_both_directions() -> None:
    network = Network((Watched(2), WatchedTanh(), Watched(3)))
    params = {
        name: {key: np.ones(shape) for key, shape in own.items()} for name, own in network.shapes(4).items()
    }
    y, caches = network.forward(params, np.ones((5, 4)))
    assert network.backward(params, caches, np.ones_like(y)).keys() == params.keys()


def test_tree_round_trip() -> None:
    tree = {
        "dense_1": {"kernel": np.ones((2, 3)), "bias": np.zeros(3)},
        "dense_2": {"kernel": np.ones((3, 1))},
    }
    flat = flatten(tree)
    assert list(flat) == ["dense_1/kernel", "dense_1/bias", "dense_2/kernel"]
    np.testing.assert_equal(unflatten(flat), tree)
    np.testing.assert_equal(
        map_tree(lambda a, b: a + b, tree, tree)["dense_1"]["kernel"], np.full((2, 3), 2.0)
    )


def test_a_layer_may_have_a_slash_in_its_name() -> None:
    tree = {"encoder/block/dense_1": {"kernel": np.ones((2, 3))}}
    np.testing.assert_equal(unflatten(flatten(tree)), tree)


def test_cast_copies() -> None:
    tree = {"dense_1": {"kernel": np.ones((2, 3))}}
    for dtype in (np.float64, np.float32, complex):
        other = cast(tree, dtype)["dense_1"]["kernel"]
        assert other.dtype == dtype
        assert not np.shares_memory(other, tree["dense_1"]["kernel"])
