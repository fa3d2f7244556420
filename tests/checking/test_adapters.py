"""An adapter is taken at its word: what is wrong with it is said, and nothing else is guessed."""

from collections.abc import Callable

import pytest

from parity.checking.findings import Check, Outcome

NETWORK = """
import numpy as np


class Layer:
    def __init__(self, W, b):
        self.W, self.b = W, b


def set_params(weights, biases):
    global one, two
    one, two = Layer(weights[0], biases[0]), Layer(weights[1], biases[1])


def forward(X):
    one.out = np.tanh(X @ one.W + one.b)
    return one.out @ two.W + two.b
"""

GRADS = """

def grads(X, Y):
    d2 = (forward(X) - Y) / len(X)
    d1 = d2 @ two.W.T * (1 - one.out ** 2)
    return [X.T @ d1, one.out.T @ d2], [d1.sum(0), d2.sum(0)]
"""

STEP = """

def step(X, Y, lr):
    d2 = (forward(X) - Y) / len(X)
    d1 = d2 @ two.W.T * (1 - one.out ** 2)
    one.delta = d1
    two.W -= lr * one.out.T @ d2
    two.b -= lr * d2.sum(0)
    one.W -= lr * X.T @ d1
    one.b -= lr * d1.sum(0)


def get_params():
    return [one.W, two.W], [one.b, two.b]
"""


@pytest.mark.parametrize("more", [GRADS, STEP, GRADS + STEP])
def test_right_ones_are_right(said: Callable[..., Check], more: str) -> None:
    check = said(NETWORK + more)
    assert check.outcome is Outcome.EXACT, str(check)
    assert check.understood[0].startswith("your adapter: 3-5-4")
    assert any(part.what == "update" for part in check.parts) == ("step" in more)


WRONG = [
    (GRADS, "return [X.T @ d1, one.out.T @ d2]", "return [(X.T @ d1).T, one.out.T @ d2]", "[0] has shape (5, 3)"),
    (GRADS, "[d1.sum(0), d2.sum(0)]", "[d1.sum(0, keepdims=True), d2.sum(0)]", "biases[0] has shape (1, 5)"),
    (GRADS, "[d1.sum(0), d2.sum(0)]", "[d2.sum(0)]", "biases are 1, but should be 2"),
    (GRADS, "d1 = d2", "d1 = undefined", "grads(X, Y): NameError: name 'undefined' is not defined"),
    (STEP, "return [one.W, two.W]", "return [one.W.T, two.W]", "get_params() returns after a step: weights[0]"),
    (STEP, "return one.out @ two.W + two.b", "pass", "forward(X) returns nothing"),
    (GRADS, "return one.out @ two.W + two.b", "return (one.out @ two.W + two.b).T", "forward(X) returns shape (4, 7)"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "old", "new", "message"), WRONG)
def test_what_is_wrong_with_one_is_said(
    said: Callable[..., Check], more: str, old: str, new: str, message: str
) -> None:
    check = said(NETWORK + more, (old, new))
    assert check.outcome is Outcome.UNCLEAR, str(check)
    assert message in " ".join(check.evidence), str(check)
    assert check.next == (
        "mend the adapter: docs/check.md says what each of its functions takes and returns",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (NETWORK, "should also have: grads, or step and get_params"),
        (NETWORK + STEP[: STEP.index("def get_params")], "get_params, which returns weights and biases"),
    ],
)
def test_what_one_lacks_is_said(said: Callable[..., Check], text: str, message: str) -> None:
    assert message in " ".join(said(text).evidence)


def test_what_it_keeps_is_not_read_as_a_gradient(said: Callable[..., Check]) -> None:
    """Once ``one.delta``, of as many samples as there are inputs, was taken for the kernel's gradient."""
    check = said(NETWORK + STEP, ("d1.sum(0)", "d1.mean(0)"), ("d2.sum(0)", "d2.mean(0)"))
    assert check.outcome is Outcome.WRONG
    assert "G401" in [reason.code for reason in check.reasons], str(check)


def test_one_output_needs_no_option(said: Callable[..., Check]) -> None:
    one = NETWORK.replace("one.out @ two.W + two.b", "(one.out @ two.W + two.b)[:, :1]")
    check = said(one + GRADS, ("weights[1], biases[1]", "weights[1][:, :1], biases[1][:1]"))
    assert check.outcome is Outcome.EXACT, str(check)
    assert "3-5-1" in check.understood[0]
