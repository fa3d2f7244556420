"""With which sizes a network is made: none that hide a mistake, and those that the user says."""

from collections.abc import Callable
from pathlib import Path

import pytest

import parity
from parity.checking.findings import Check, Outcome

NETWORK = """
import numpy as np


def initialize(n_x, {first}, {second}, n_y):
    return {{
        "W1": np.random.randn(n_x, {first}), "b1": np.random.randn({first}),
        "W2": np.random.randn({first}, {second}), "b2": np.random.randn({second}),
        "W3": np.random.randn({second}, n_y), "b3": np.random.randn(n_y),
    }}


def forward(params, X):
    h1 = np.tanh(X @ params["W1"] + params["b1"])
    h2 = np.tanh(h1 @ params["W2"] + params["b2"])
    return h1, h2, h2 @ params["W3"] + params["b3"]


def backward(params, X, Y):
    h1, h2, out = forward(params, X)
    d3 = out - Y
    d2 = d3 @ params["W3"].T * (1 - h2 ** 2)
    d1 = d2 @ params["W2"].T * (1 - h1 ** 2)
    return {{
        "W1": X.T @ d1, "b1": d1.sum(0), "W2": h1.T @ d2, "b2": {bias}, "W3": h2.T @ d3, "b3": d3.sum(0),
    }}
"""


@pytest.fixture
def said(tmp_path: Path) -> Callable[..., Check]:
    """Check the network, its widths called so and the gradient of its second bias computed so."""

    def run(first: str, second: str, bias: str, **options: object) -> Check:
        file = tmp_path / "mynet.py"
        file.write_text(NETWORK.format(first=first, second=second, bias=bias))
        return parity.check(file, against=(), **options)  # type: ignore[arg-type]

    return run


NAMES = [
    ("h1", "h2"),
    ("n_h1", "n_h2"),
    ("width1", "width2"),
    ("M1", "M2"),
    ("size1", "size2"),
    ("foo", "bar"),
]


@pytest.mark.parametrize(("first", "second"), NAMES)
def test_no_hidden_layer_has_one_unit_whatever_its_size_is_called(
    said: Callable[..., Check], first: str, second: str
) -> None:
    assert said(first, second, "d2.sum(0)").outcome is Outcome.EXACT
    check = said(first, second, "np.full(d2.shape[1], d2.sum())")  # with one unit it is the same
    assert check.outcome is Outcome.WRONG, str(check)
    assert "G402" in [reason.code for reason in check.reasons]


def test_what_the_user_says_of_the_layers_holds(said: Callable[..., Check]) -> None:
    check = said("h1", "h2", "d2.sum(0)", layers=(2, 6, 5, 3))
    assert check.outcome is Outcome.EXACT, str(check)
    assert "2-6-5-3" in check.understood[0]
    wrong = said("h1", "h2", "d2.sum(0)", layers=(2, 6, 3))
    assert wrong.outcome is Outcome.UNCLEAR
    assert "not those of --layers" in " ".join(wrong.evidence), str(wrong)
