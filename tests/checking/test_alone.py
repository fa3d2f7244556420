"""Each layer alone: a mistake does not hide behind another."""

from collections.abc import Callable

from parity.checking.findings import Check, Outcome

THREE = """
def init():
    sizes = [3, 5, 6, 4]
    return [(np.random.randn(a, b), np.random.randn(b)) for a, b in zip(sizes, sizes[1:])]


def forward(net, X):
    (w1, b1), (w2, b2), (w3, b3) = net
    h1 = np.tanh(X @ w1 + b1)
    h2 = np.tanh(h1 @ w2 + b2)
    return h1, h2, h2 @ w3 + b3


def backward(net, X, Y):
    (w1, b1), (w2, b2), (w3, b3) = net
    h1, h2, out = forward(net, X)
    d3 = out - Y
    d2 = (d3 @ w3.T) * (1 - h2 ** 2)
    d1 = (d2 @ w2.T) * (1 - h1 ** 2)
    return [(X.T @ d1, d1.sum(0)), (h1.T @ d2, d2.sum(0)), (h2.T @ d3, d3.sum(0))]


net = init()
"""


def test_a_second_mistake_does_not_hide_behind_one_without_a_name(said: Callable[..., Check]) -> None:
    """The error at the output is none of a known loss; below it, one derivative is missing."""
    assert said(THREE).outcome is Outcome.EXACT
    check = said(
        THREE.replace("d3 = out - Y", "d3 = np.sign(out - Y) * 0.3 + (out - Y) ** 2").replace(
            " * (1 - h1 ** 2)", ""
        )
    )
    assert not check.outcome.right
    assert "layer_3 wrong, layer_2 right, layer_1 wrong" in " ".join(check.evidence)


def test_a_mistake_in_each_layer_is_named_in_each(said: Callable[..., Check]) -> None:
    wrong = (
        THREE.replace("(d3 @ w3.T) * (1 - h2 ** 2)", "d3 @ w3.T")
        .replace("(1 - h1 ** 2)", "(1 - h1)")
        .replace("d3.sum(0)", "d3.sum(0) * 0")
    )
    check = said(wrong)
    assert check.outcome is Outcome.WRONG
    assert len(check.reasons) >= 2
    assert any("in layer 1, given the error of layer 2" in reason.evidence for reason in check.reasons)
