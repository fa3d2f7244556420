"""What becomes of a gradient: steps, loops, mini-batches, penalties. Each mistake beside the network that is right."""

from collections.abc import Callable

import pytest

from parity.checking.findings import Check, Outcome

NET = """
import numpy as np


class Net:
    def __init__(self, n_in=3, n_hidden=5, n_out=4):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.random.randn(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.random.randn(n_out)

    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def gradients(self, X, Y, lam=0.0):
        d2 = (self.forward(X) - Y) / len(X)
        d1 = d2 @ self.W2.T * (1 - self.h ** 2)
        return X.T @ d1 + lam * self.W1, d1.sum(0), self.h.T @ d2 + lam * self.W2, d2.sum(0)

    def train_step(self, X, Y, lr=0.1, lam=0.0):
        dW1, db1, dW2, db2 = self.gradients(X, Y, lam)
        self.W1 -= lr * dW1
        self.b1 -= lr * db1
        self.W2 -= lr * dW2
        self.b2 -= lr * db2
        squares = (self.W1 ** 2).sum() + (self.W2 ** 2).sum()
        return 0.5 * ((self.forward(X) - Y) ** 2).sum() / len(X) + lam / 2 * squares
"""

LOOP = """
import numpy as np


class Net:
    def __init__(self, n_in=3, n_hidden=5, n_out=4):
        self.W1, self.W2 = np.random.randn(n_in, n_hidden), np.random.randn(n_hidden, n_out)

    def predict(self, X):
        return np.tanh(X @ self.W1) @ self.W2

    def fit(self, X, Y, lr=0.1, epochs=100, batch_size=32, mu=0.0):
        V1, V2 = np.zeros_like(self.W1), np.zeros_like(self.W2)
        for epoch in range(epochs):
            order = np.random.permutation(len(X))
            for k in range(0, len(X), batch_size):
                rows = order[k : k + batch_size]
                x, y = X[rows], Y[rows]
                h = np.tanh(x @ self.W1)
                d2 = (h @ self.W2 - y) / len(x)
                d1 = d2 @ self.W2.T * (1 - h ** 2)
                V1 = mu * V1 - lr * x.T @ d1
                V2 = mu * V2 - lr * h.T @ d2
                self.W1 += V1
                self.W2 += V2
"""


def message(check: Check, what: str) -> str:
    return next((part.message for part in check.parts if part.what == what), "")


def test_a_right_step_is_right(said: Callable[..., Check]) -> None:
    check = said(NET)
    assert check.outcome is Outcome.EXACT, str(check)
    assert message(check, "update") == "plain gradient descent"


@pytest.mark.parametrize(
    ("old", "new", "factor"),
    [
        ("self.b1 -= lr * db1", "self.b1 += lr * db1", "layer_1/bias by -1 times"),
        ("self.b1 -= lr * db1", "self.b1 -= lr * db1 / len(X)", "layer_1/bias by 0.166667 times"),
        ("self.b2 -= lr * db2", "pass", "layer_2/bias by 0 times"),
        ("self.W2 -= lr * dW2", "self.W2 -= 2 * lr * dW2", "layer_2/kernel by 2 times"),
    ],
)
def test_parameters_that_move_otherwise_than_the_others(
    said: Callable[..., Check], old: str, new: str, factor: str
) -> None:
    check = said(NET, (old, new))
    assert check.outcome is Outcome.UPDATE_WRONG, str(check)
    assert factor in message(check, "update")


@pytest.mark.parametrize(
    ("new", "code"), [("-= lr * lr *", "G501"), ("-= 0.1 *", "G502"), ("+= lr *", "G503")]
)
def test_the_learning_rate_is_applied_once_and_downhill(
    said: Callable[..., Check], new: str, code: str
) -> None:
    check = said(NET, ("-= lr *", new))
    assert check.outcome is Outcome.UPDATE_WRONG, str(check)
    assert [reason.code for reason in check.reasons] == [code]


def test_a_penalty_that_is_also_in_the_loss_is_right(said: Callable[..., Check]) -> None:
    assert message(said(NET), "regularization").startswith("adds 1 times lambda")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("+ lam * self.W", "- lam * self.W", "they grow"),
        ("+ lam * self.W", "+ 2 * lam * self.W", "factor 2"),
        ("d1.sum(0), self", "d1.sum(0) + lam * self.b1, self", "but not of layer_2/bias"),
        ("d2.sum(0)\n", "d2.sum(0) + lam * self.b2\n", "but not of layer_1/bias"),
        ("lr * db", "lr * (lam * self.b1.mean() * 0 + 1) * db", ""),
    ],
)
def test_a_penalty_that_is_not_in_the_loss_is_wrong(
    said: Callable[..., Check], old: str, new: str, words: str
) -> None:
    check = said(NET, (old, new))
    if words:
        assert check.outcome.mistaken, str(check)
        assert words in message(check, "regularization")
    else:
        assert check.outcome is Outcome.EXACT


def test_biases_that_are_only_penalized_in_the_gradient(said: Callable[..., Check]) -> None:
    check = said(
        NET,
        ("d1.sum(0), self", "d1.sum(0) + lam * self.b1, self"),
        ("d2.sum(0)\n", "d2.sum(0) + lam * self.b2\n"),
    )
    assert check.outcome.mistaken
    assert "has no term for biases" in message(check, "regularization")
    assert [reason.code for reason in check.reasons] == ["G604"]


def test_mini_batches_that_are_averaged_each_are_usual(said: Callable[..., Check]) -> None:
    check = said(LOOP)
    assert check.outcome is Outcome.EXACT, str(check)
    assert message(check, "mini-batches") == "batches of 3 of 7 samples"


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("/ batch_size", "divided by the size of the others"),
        ("/ len(X)", "divided by the number of all samples"),
    ],
)
def test_mini_batches_that_are_divided_by_something_else(
    said: Callable[..., Check], new: str, words: str
) -> None:
    check = said(LOOP, ("/ len(x)", new))
    assert check.outcome is Outcome.CONSTANT, str(check)
    assert words in message(check, "mini-batches")


def test_samples_that_are_shuffled_without_their_targets(said: Callable[..., Check]) -> None:
    check = said(LOOP, ("X[rows], Y[rows]", "X[rows], Y[k : k + batch_size]"))
    assert not check.outcome.right, str(check)


def test_a_rest_that_is_dropped_and_a_sum_are_usual(said: Callable[..., Check]) -> None:
    dropped = said(LOOP, ("range(0, len(X), batch_size)", "range(0, len(X) - batch_size + 1, batch_size)"))
    assert message(dropped, "mini-batches") == "batches of 3 of 7 samples", str(dropped)
    summed = said(LOOP, (" / len(x)", ""))
    assert message(summed, "mini-batches") == "batches of 3 of 7 samples", str(summed)


def test_momentum_that_lives_in_a_loop_is_seen_from_epoch_to_epoch(said: Callable[..., Check]) -> None:
    check = said(LOOP)
    assert message(check, "optimizer state") == "momentum of 0.9", str(check)
    wrong = said(LOOP, ("mu * V1 -", "-mu * V1 -"), ("mu * V2 -", "-mu * V2 -"))
    assert wrong.outcome is Outcome.UPDATE_WRONG
    assert [reason.code for reason in wrong.reasons] == ["G513"]


def test_targets_that_forward_remembers(said: Callable[..., Check]) -> None:
    remembers = NET.replace(
        "def forward(self, X):", "def forward(self, X, Y=None):\n        self.X, self.Y = X, Y"
    )
    remembers = remembers.replace(
        "def gradients(self, X, Y, lam=0.0):", "def gradients(self):\n        X, Y, lam = self.X, self.Y, 0.0"
    )
    remembers = remembers.replace(
        "(self.forward(X) - Y) / len(X)", "(self.h @ self.W2 + self.b2 - Y) / len(X)"
    )
    check = said(remembers[: remembers.index("    def train_step")])
    assert check.outcome is Outcome.EXACT, str(check)
    assert any("forward(X, Y), then gradients()" in line for line in check.understood)


def test_a_loop_that_pairs_samples_with_the_targets_of_others(said: Callable[..., Check]) -> None:
    """The step is right, and so is its gradient; what the loop hands to it is not."""
    loop = """
    def fit(self, X, Y, epochs=100, lr=0.1):
        for _ in range(epochs):
            order = np.random.permutation(len(X))
            self.train_step(X[order], Y, lr)
"""
    assert said(NET + loop.replace("Y, lr)\n", "Y[order], lr)\n")).outcome is Outcome.EXACT
    check = said(NET + loop)
    assert check.outcome is Outcome.UPDATE_WRONG, str(check)
    assert "targets of other samples" in message(check, "update")


def test_a_loop_that_cannot_be_followed_is_said(said: Callable[..., Check]) -> None:
    loop = """
    def fit(self, feed, lr=0.1):
        for X, Y in feed.batches():
            self.train_step(X, Y, lr)
"""
    check = said(NET + loop)
    assert check.outcome is Outcome.EXACT
    assert "training loop NOT JUDGED" in " ".join(str(check).split())
    assert (
        message(check, "training loop") == "fit() (line 28) trains by these steps, and could not be followed"
    )


def test_a_penalty_of_the_loss_that_the_gradient_has_not(said: Callable[..., Check]) -> None:
    loss = """
    def loss(self, X, Y, lam=0.1):
        squares = (self.W1 ** 2).sum() + (self.W2 ** 2).sum()
        return 0.5 * ((self.forward(X) - Y) ** 2).sum() / len(X) + lam / 2 * squares
"""
    without = NET[: NET.index("        squares")].replace(", lam=0.0", "").replace(", lam)", ")")
    without = without.replace(" + lam * self.W1", "").replace(" + lam * self.W2", "")
    check = said(without + loss)
    assert check.outcome is Outcome.WRONG_OPTION, str(check)
    assert "but no gradient has a term" in message(check, "regularization")


def test_batches_that_do_something_else_are_said(said: Callable[..., Check]) -> None:
    check = said(LOOP, ("self.W1 += V1", "self.W1 += V1 if k == 0 else 0.5 * V1"))
    assert "mini-batches NOT JUDGED" in str(check), str(check)


@pytest.mark.parametrize(
    "schedule", ["lr / (1 + 0.1 * epoch)", "lr * 0.5 ** epoch", "lr * (0.99 if epoch > 1 else 1)"]
)
def test_a_learning_rate_that_decays_is_no_mistake(said: Callable[..., Check], schedule: str) -> None:
    plain = LOOP.replace(", mu=0.0", "").replace("mu * V1 - lr", "-rate").replace("mu * V2 - lr", "-rate")
    check = said(plain, ("order = np", f"rate = {schedule}\n            order = np"))
    assert check.outcome is Outcome.EXACT, str(check)
    assert "learning rate that" in message(check, "update")


def test_the_parameter_that_moves_otherwise_is_named(said: Callable[..., Check]) -> None:
    check = said(LOOP, ("V2 = mu * V2", "V2 = 0 * V2"))
    assert check.outcome is Outcome.UPDATE_WRONG, str(check)
    assert "layer_1/kernel with a momentum of 0.9" in message(check, "update")
    assert "layer_2/kernel by plain descent" in message(check, "update")
    unknown = said(NET, ("self.b1 -= lr * db1", "self.b1 -= lr * np.sin(db1 * 9)"))
    assert unknown.outcome is not Outcome.EXACT or "NOT JUDGED" in str(unknown)


def test_weights_that_are_returned_anew_are_an_update_too(said: Callable[..., Check]) -> None:
    functional = (
        NET[: NET.index("    def train_step")]
        + """

def descend(params, grads, lr):
    return [w + lr * g for w, g in zip(params, grads)]
"""
    )
    check = said(functional)
    assert check.outcome is Outcome.EXACT
    assert "update NOT JUDGED" in " ".join(str(check).split())
