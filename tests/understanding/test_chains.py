"""Networks made of a file's own layer objects."""

from pathlib import Path

import pytest

from parity.subject.loading import load
from parity.understanding import chains
from parity.understanding.material import Candidate, Material, Wish
from tests.subject.conftest import as_it_was  # noqa: F401 - programs are loaded here rather than in a process

PROGRAMS = Path(__file__).parent.parent / "subject" / "programs"
pytestmark = [
    pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning"),
    pytest.mark.usefixtures("as_it_was"),
]
MADE = "a chain of the file's layers: "


def _found(path: Path) -> tuple[list[Candidate], Material]:
    loaded = load(path, None)
    material = Material(loaded.namespace, loaded.tree, loaded.file)
    return list(chains.candidates(material, Wish())), material


@pytest.mark.parametrize(
    ("program", "name", "activations", "feed", "moves"),
    [
        ("dense_stored_grads", "Layer_Dense, Activation_ReLU, Layer_Dense", "relu", "rows are samples", True),
        ("tensor_layers", "Linear, Tanh, Linear in a NeuralNet", "tanh", "rows are samples", True),
        (
            "modules_mse",
            "FullyConnected, LeakyReLU, FullyConnected in a Model",
            "leaky_relu(0.1)",
            "rows are samples",
            True,
        ),
        (
            "softmax_jacobian_layer",
            "Dense, Sigmoid, Dense",
            "sigmoid",
            "one sample a call, as a column",
            True,
        ),
        ("accumulating_grads", "Linear, Tanh, Linear", "tanh", "rows are samples", False),
        ("layer_graph_relu", "Dense, ReLU, Dense in a Sequential", "relu", "rows are samples", True),
        ("layers_with_memory", "Linear, Logistic, Linear", "sigmoid", "rows are samples", True),
        ("dense_inplace_xor", "Dense, Tanh, Dense", "tanh", "one sample a call, as a column", True),
        ("inplace_order", "FullyConnected, Sigmoid, FullyConnected", "sigmoid", "rows are samples", True),
        (
            "tanh_as_prime",
            "FCLayer, ActivationLayer(tanh, tanh), FCLayer",
            "tanh",
            "one sample a call, as a row",
            True,
        ),
    ],
)
def test_layers_become_a_network(program: str, name: str, activations: str, feed: str, moves: bool) -> None:
    found, _ = _found(PROGRAMS / f"{program}.py")
    candidate = next(c for c in found if c.name == MADE + name)
    assert candidate.training is not None
    assert candidate.forward.reading is not None
    assert candidate.forward.reading.activations[0] == (activations,)
    assert candidate.forward.feed.name == feed
    assert candidate.training.moves is moves
    assert candidate.training.error == "output - target"


@pytest.mark.parametrize(
    ("program", "loss"),
    [
        ("dense_stored_grads", "Softmax_CrossEntropy.forward"),
        ("tensor_layers", "TotalSquaredError.loss"),
        ("modules_mse", "MSELoss.__call__"),
        ("softmax_jacobian_layer", "nll"),
        ("dense_inplace_xor", "mse"),
    ],
)
def test_the_files_own_loss_comes_first(program: str, loss: str) -> None:
    found, _ = _found(PROGRAMS / f"{program}.py")
    assert found[0].name.endswith(f"with {loss} at the end")
    assert found[0].training is not None


@pytest.mark.parametrize(
    ("program", "remark"),
    [
        ("bce_sign_functions", "bce_prime() is not the derivative of bce()"),
        ("modules_mse", "MSELoss.backward() is n_out times the derivative of MSELoss.__call__()"),
        ("sigmoid_layer_net", "SigmoidLayer: its backward() is -1 times the derivative of its forward()"),
        ("layer_graph_relu", "ReLU: its backward() is not the derivative of its forward()"),
        (
            "globals_relu",
            "drelu() is not the derivative of relu(), taken neither at its argument nor at its value",
        ),
        ("dense_inplace_xor", ""),
        ("affine_softmax_loss", ""),
    ],
)
def test_wrong_derivatives_are_remarked(program: str, remark: str) -> None:
    _, material = _found(PROGRAMS / f"{program}.py")
    assert material.remarks == [remark] * bool(remark)


def test_a_wrong_activation_is_part_of_the_only_network() -> None:
    found, _ = _found(PROGRAMS / "tanh_as_prime.py")
    assert [c.name for c in found] == [MADE + "FCLayer, ActivationLayer(tanh, tanh), FCLayer"]


ADDING = """
import numpy as np

class Dense:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.random.randn(n_in, n_out), np.zeros(n_out)
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, delta, lr):
        back = delta @ self.W.T
        self.W += lr * self.x.T @ delta
        self.b += lr * delta.sum(axis=0)
        return back

class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y
    def backward(self, delta, lr):
        return delta * (1 - self.y ** 2)
"""


def test_layers_that_add_get_the_error_turned_round(tmp_path: Path) -> None:
    file = tmp_path / "adding.py"
    file.write_text(ADDING, encoding="utf-8")
    (candidate,), material = _found(file)
    assert candidate.training is not None
    assert candidate.training.error == "target - output"
    assert material.remarks == []


def test_a_network_that_is_handed_an_error_is_taken_as_it_is() -> None:
    found, _ = _found(PROGRAMS / "accumulating_grads.py")
    assert found[0].name == "class Net"
    assert found[0].training is not None
    assert found[0].training.rate is not None
