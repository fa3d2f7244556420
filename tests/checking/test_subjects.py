"""Networks of other people, and networks that misbehave: what is said of them, without a framework."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import parity
from parity.checking.findings import Check, Outcome

RIGHT = """
class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = np.random.randn(n_in, n_hidden)
        self.b1 = np.random.randn(n_hidden)
        self.W2 = np.random.randn(n_hidden, n_out)
        self.b2 = np.random.randn(n_out)

    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def backward(self, X, Y, lr):
        d2 = (self.forward(X) - Y) / len(X)
        d1 = (d2 @ self.W2.T) * (1 - self.h ** 2)
        self.W2 -= lr * self.h.T @ d2
        self.b2 -= lr * d2.sum(axis=0)
        self.W1 -= lr * X.T @ d1
        self.b1 -= lr * d1.sum(axis=0)
"""


class ScikitLearn:
    """scikit-learn's own network as a subject: its forward pass, and the gradients of its ``_backprop``."""

    def __init__(self, net: Any, regression: bool) -> None:
        self.net, self.regression = net, regression

    def set_params(self, weights: list[np.ndarray], biases: list[np.ndarray]) -> None:
        self.net.coefs_, self.net.intercepts_ = list(weights), list(biases)

    def forward(self, x: np.ndarray) -> np.ndarray:
        output: np.ndarray = self.net.predict(x) if self.regression else self.net.predict_proba(x)
        return output

    def grads(self, x: np.ndarray, y: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        net = self.net
        activations = [x, *(None for _ in net.coefs_)]
        coefs, intercepts = ([np.empty_like(a) for a in some] for some in (net.coefs_, net.intercepts_))
        deltas = [None for _ in net.coefs_]
        _, coefs, intercepts = net._backprop(x, y, None, activations, deltas, coefs, intercepts)
        return coefs, intercepts


@pytest.mark.filterwarnings("ignore::Warning")
@pytest.mark.parametrize("activation", ["logistic", "tanh", "relu"])
@pytest.mark.parametrize("kind", ["MLPRegressor", "MLPClassifier"])
@pytest.mark.timeout(120)
def test_scikit_learn_is_right(kind: str, activation: str) -> None:
    networks = pytest.importorskip("sklearn.neural_network")
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(12, 3)), rng.normal(size=(12, 4))
    regression = kind == "MLPRegressor"
    net = getattr(networks, kind)(hidden_layer_sizes=(5,), activation=activation, alpha=0.0, max_iter=1)
    net.fit(x, y if regression else np.arange(12) % 4)
    found = parity.check(ScikitLearn(net, regression), against=(), layers=(3, 5, 4))
    assert found.outcome is Outcome.EXACT, str(found)
    loss = "half the sum of squared errors, averaged over samples" if regression else "mean cross-entropy"
    assert loss in " ".join(found.understood)


@pytest.mark.filterwarnings("ignore::Warning")
@pytest.mark.timeout(120)
def test_scikit_learn_with_a_mistake_is_wrong() -> None:
    networks = pytest.importorskip("sklearn.neural_network")
    rng = np.random.default_rng(0)
    net = networks.MLPRegressor(hidden_layer_sizes=(5,), activation="tanh", alpha=0.0, max_iter=1)
    net.fit(rng.normal(size=(12, 3)), rng.normal(size=(12, 4)))

    class Wrong(ScikitLearn):
        def grads(self, x: np.ndarray, y: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
            coefs, intercepts = super().grads(x, y)
            return coefs, [g / len(x) for g in intercepts]

    found = parity.check(Wrong(net, True), against=(), layers=(3, 5, 4))
    assert found.outcome is Outcome.WRONG
    assert [r.code for r in found.reasons] == ["G401"]


def test_a_right_network_is_exact(said: Callable[..., Check]) -> None:
    found = said(RIGHT)
    assert found.outcome is Outcome.EXACT, str(found)
    assert found.exit_code() == 0


def test_a_class_is_chosen_by_name(said: Callable[..., Check], tmp_path: Path) -> None:
    other = RIGHT.replace("class Net", "class Other").replace("1 - self.h ** 2", "1 - self.h")
    (tmp_path / "two.py").write_text("import numpy as np\n" + RIGHT + other, encoding="utf-8")
    assert parity.check(f"{tmp_path / 'two.py'}:Net", against=()).outcome is Outcome.EXACT
    assert parity.check(f"{tmp_path / 'two.py'}:Other", against=()).outcome is Outcome.WRONG


@pytest.mark.parametrize(
    ("what", "change"),
    [
        (
            "float32",
            ("np.random.randn(n_in, n_hidden)", "np.random.randn(n_in, n_hidden).astype(np.float32)"),
        ),
        ("names in other languages", ("W1", "веса")),
        ("a matrix", ("return self.h @ self.W2", "return np.asarray(np.asmatrix(self.h) * self.W2)")),
        ("prints without end", ("d2 = (", "print('x' * 100000)\n        d2 = (")),
        ("changes its inputs", ("self.h = np.tanh(X @", "X = np.asarray(X, float); self.h = np.tanh(X @")),
    ],
)
def test_other_habits_are_still_right(what: str, change: tuple[str, str], said: Callable[..., Check]) -> None:
    found = said(RIGHT.replace(*change))
    assert found.outcome.right, f"{what}\n{found}"


def test_views_of_the_weights_are_kept(said: Callable[..., Check]) -> None:
    text = RIGHT.replace(
        "        self.b2 = np.random.randn(n_out)\n",
        "        self.b2 = np.random.randn(n_out)\n        self.params = [self.W1, self.b1, self.W2, self.b2]\n",
    ).replace("self.W2 -= lr", "self.params[2] -= lr")
    found = said(text)
    assert found.outcome is Outcome.EXACT, str(found)


def test_inputs_that_are_changed_in_place_do_not_reach_the_reference(said: Callable[..., Check]) -> None:
    text = RIGHT.replace(
        "        self.W1 -= lr * X.T @ d1", "        self.W1 -= lr * X.T @ d1\n        X *= 0"
    )
    found = said(text)
    assert found.outcome is Outcome.EXACT, str(found)


def test_nan_is_never_right(said: Callable[..., Check]) -> None:
    found = said(RIGHT.replace("d2 = (self", "d2 = np.nan * (self"))
    assert not found.outcome.right, str(found)


def test_an_endless_loop_is_a_row(said: Callable[..., Check]) -> None:
    head = "    def forward(self, X):\n"
    found = said(RIGHT.replace(head, head + "        while True: pass\n"), time_limit=10)
    assert found.outcome in (Outcome.FAILED, Outcome.UNCLEAR)
    assert found.seconds < 40


def test_html_in_names_is_text(said: Callable[..., Check]) -> None:
    found = said(RIGHT + "\nnote = '<script>alert(1)</script>'\n", name="a<b>&.py")
    assert "<b>" not in found._repr_html_()


def test_an_adapter_is_used_where_there_is_one(said: Callable[..., Check]) -> None:
    text = """
def set_params(weights, biases):
    global theta
    theta = np.concatenate([a.ravel() for pair in zip(weights, biases) for a in pair])

def unpacked():
    return theta[:15].reshape(3, 5), theta[15:20], theta[20:40].reshape(5, 4), theta[40:]

def forward(X):
    W1, b1, W2, b2 = unpacked()
    return np.tanh(X @ W1 + b1) @ W2 + b2

def grads(X, Y):
    W1, b1, W2, b2 = unpacked()
    h = np.tanh(X @ W1 + b1)
    d2 = 2 * (h @ W2 + b2 - Y) / Y.size
    d1 = d2 @ W2.T * (1 - h)
    return [X.T @ d1, h.T @ d2], [d1.sum(axis=0), d2.sum(axis=0)]
"""
    found = said(text, layers=(3, 5, 4))
    assert found.outcome is Outcome.WRONG, str(found)
    assert found.reasons[0].code == "G309"
    right = said(text.replace("(1 - h)", "(1 - h ** 2)"), layers=(3, 5, 4))
    assert right.outcome is Outcome.EXACT, str(right)


def test_what_is_no_network_gets_the_adapter_to_fill_in(said: Callable[..., Check]) -> None:
    found = said("answer = 42\n")
    assert found.outcome is Outcome.UNCLEAR
    assert any("def set_params(weights, biases)" in line for line in found.next)


def test_dropout_is_said(said: Callable[..., Check]) -> None:
    text = RIGHT.replace("self.b1)\n", "self.b1) * (np.random.rand(self.W1.shape[1]) > 0.5)\n")
    found = said(text)
    assert not found.outcome.right
    assert "is random" in " ".join([*found.evidence, *found.notes]), str(found)


PRINTS = RIGHT.replace(
    "        self.b1 -= lr * d1.sum(axis=0)\n",
    "        self.b1 -= lr * d1.sum(axis=0)\n        print('loss:', np.mean(np.square(self.h @ W2 + b2 - Y)))\n",
).replace(
    "    def backward(self, X, Y, lr):\n",
    "    def backward(self, X, Y, lr):\n        W2, b2 = self.W2.copy(), self.b2.copy()\n",
)


def test_a_loss_that_is_printed_whole_is_recognized_though_it_is_rounded_otherwise(
    said: Callable[..., Check],
) -> None:
    check = said(PRINTS)
    assert check.outcome is Outcome.CONSTANT
    assert any("what is printed is the mean squared error" in line for line in check.understood)


ANOTHER_FACTOR = """
def init():
    return {"W1": np.random.randn(3, 5), "b1": np.zeros(5), "W2": np.random.randn(5, 4), "b2": np.zeros(4)}


def forward(net, X):
    h = np.maximum(X @ net["W1"] + net["b1"], 0)
    e = np.exp(h @ net["W2"] + net["b2"])
    return h, e / e.sum(axis=1, keepdims=True)


def calculate_loss(net, X, y, reg_lambda):
    _, p = forward(net, X)
    data = -np.log(p[range(len(X)), y]).sum()
    return (data + reg_lambda / 2 * ((net["W1"] ** 2).sum() + (net["W2"] ** 2).sum())) / len(X)


def backward(net, X, y, reg_lambda):
    h, p = forward(net, X)
    d2 = p
    d2[range(len(X)), y] -= 1
    d1 = (d2 @ net["W2"].T) * (h > 0)
    return {
        "W1": X.T @ d1 + reg_lambda * net["W1"], "b1": d1.sum(0),
        "W2": h.T @ d2 + reg_lambda * net["W2"], "b2": d2.sum(0),
    }
"""


def test_a_gradient_of_n_times_the_loss_has_n_times_its_penalty(said: Callable[..., Check]) -> None:
    check = said(ANOTHER_FACTOR)
    assert check.outcome is Outcome.CONSTANT
    assert any("exactly factor N" in line for line in check.understood)


def test_a_penalty_that_fits_neither_the_loss_nor_the_factor_is_wrong(said: Callable[..., Check]) -> None:
    check = said(ANOTHER_FACTOR.replace("reg_lambda *", "3 * reg_lambda *"))
    assert check.outcome is Outcome.WRONG_OPTION


LOOP = """
class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = np.random.randn(n_in, n_hidden)
        self.W2 = np.random.randn(n_hidden, n_out)

    def forward(self, X):
        self.h = np.tanh(X @ self.W1)
        return self.h @ self.W2

    def gradients(self, X, Y):
        d2 = (self.forward(X) - Y) / len(X)
        return X.T @ ((d2 @ self.W2.T) * (1 - self.h ** 2)), self.h.T @ d2

    def train(self, X, Y, epochs=100, lr=0.1):
        for _ in range(epochs):
            dW1, dW2 = self.gradients(X, Y)
            self.W1 -= lr * dW1
            self.W2 -= lr * dW2
"""


def test_a_loop_that_goes_uphill_is_wrong_though_its_gradient_is_right(said: Callable[..., Check]) -> None:
    assert said(LOOP).outcome is Outcome.EXACT
    check = said(LOOP.replace("-= lr", "+= lr"))
    assert check.outcome is Outcome.UPDATE_WRONG
    assert [reason.code for reason in check.reasons] == ["G503"]
    assert "in train()" in check.reasons[0].where


def test_a_step_that_goes_uphill_is_wrong(said: Callable[..., Check]) -> None:
    check = said(RIGHT.replace("-= lr", "+= lr"))
    assert check.outcome is Outcome.WRONG
    assert [reason.code for reason in check.reasons] == ["G503"]


def test_an_update_that_cannot_be_reached_is_said_with_the_verdict(said: Callable[..., Check]) -> None:
    trainer = LOOP.replace(
        "def train(self, X, Y, epochs=100, lr=0.1):", "def train(self, feed, lr=0.1):"
    ).replace("for _ in range(epochs):", "for X, Y in feed.batches():")
    check = said(trainer)
    assert check.outcome is Outcome.EXACT
    assert "update NOT JUDGED" in str(check)
    assert "train() (line 20) changes the weights" in str(check)
