"""Losses that nobody knows: judged by what the network itself reports."""

from collections.abc import Callable

import pytest

from parity.checking.findings import Check, Outcome

LOG_COSH = """
def init(sizes, seed=0):
    r = np.random.default_rng(seed)
    return [(r.normal(size=(b, a)), r.normal(size=b)) for a, b in zip(sizes, sizes[1:])]


def predict(net, x):
    (w1, b1), (w2, b2) = net
    return w2 @ np.tanh(w1 @ x + b1) + b2


def sample_gradient(net, x, t):
    (w1, b1), (w2, b2) = net
    h = np.tanh(w1 @ x + b1)
    error = w2 @ h + b2 - t
    d2 = np.tanh(error)
    d1 = (w2.T @ d2) * (1 - h * h)
    return np.sum(np.log(np.cosh(error))), d1 @ w1, [(np.outer(d1, x), d1), (np.outer(d2, h), d2)]


net = init((2, 6, 1))
"""


def test_a_loss_that_nobody_knows_is_judged_by_what_the_network_returns(said: Callable[..., Check]) -> None:
    check = said(LOG_COSH)
    assert check.outcome is Outcome.EXACT
    assert any("what sample_gradient() returns" in part.message for part in check.parts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1 - h * h", "1 - h"),
        ("np.tanh(error)", "np.sin(error)"),
        ("outer(d2, h), d2", "outer(d2, h), 2 * d2"),
    ],
)
def test_a_mistake_is_none_the_less_found_with_such_a_loss(
    said: Callable[..., Check], old: str, new: str
) -> None:
    check = said(LOG_COSH.replace(old, new))
    assert not check.outcome.right


def test_several_outputs_of_an_unknown_loss(said: Callable[..., Check]) -> None:
    check = said(LOG_COSH.replace("(2, 6, 1)", "(2, 6, 3)"))
    assert check.outcome is Outcome.EXACT
    assert not said(LOG_COSH.replace("(2, 6, 1)", "(2, 6, 3)").replace("1 - h * h", "1 - h")).outcome.right


def test_the_loss_returned_beside_the_gradients_is_not_taken_for_one(said: Callable[..., Check]) -> None:
    """With one output a bias' gradient has one number, and so has the loss that stands before it."""
    squared = (
        LOG_COSH.replace("np.tanh(error)", "error").replace("np.log(np.cosh(error))", "error ** 2") + "\n"
    )
    assert said(squared).outcome is Outcome.CONSTANT
