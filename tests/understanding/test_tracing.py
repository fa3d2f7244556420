"""A training step followed line by line."""

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parity.understanding.handler import Handler
from parity.understanding.lines import statements

PROGRAMS = Path(__file__).parents[1] / "subject" / "programs"

SCRIPT = """
import numpy as np

def slope(a):
    return a * (1 - a)

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = np.random.randn(n_in, n_hidden)
        self.W2 = np.random.randn(n_hidden, n_out)

    def forward(self, x):
        self.x = x
        self.h = 1 / (1 + np.exp(-(x @ self.W1)))
        self.o = 1 / (1 + np.exp(-(self.h @ self.W2)))
        return self.o

    def train(self, x, y, lr=0.5):
        out = self.forward(x)
        error = out - y
        delta = error * slope(out)
        hidden = (delta @ self.W2.T) * slope(self.h)
        self.W2 = self.W2 - lr * self.h.T @ delta
        self.W1 -= lr * x.T @ hidden
"""


@pytest.fixture
def told(tmp_path: Path) -> list[dict[str, Any]]:
    file = tmp_path / "mynet.py"
    file.write_text(SCRIPT)
    handler = Handler(file, "mynet.py")
    handler.load()
    network = handler.following()
    assert network is not None
    rng = np.random.default_rng(0)
    sizes = [(layer["inputs"], layer["outputs"]) for layer in network["layers"]]
    weights = {f"dense_{k}/kernel": rng.normal(size=size) for k, size in enumerate(sizes, 1)}
    y = (rng.random((6, sizes[-1][1])) > 0.5).astype(float)
    return handler.trace(0, weights, rng.normal(size=(6, sizes[0][0])), y, 0.5)


def _line(text: str) -> int:
    return next(n for n, line in enumerate(SCRIPT.split("\n"), 1) if text in line)


def test_parameters_change_where_they_are_assigned(told: list[dict[str, Any]]) -> None:
    changes = [(event["line"], event["changed"]) for event in told if event["changed"]]
    assert changes == [
        (_line("self.W2 = self.W2 -"), ["dense_2/kernel"]),
        (_line("self.W1 -="), ["dense_1/kernel"]),
    ]


def test_a_change_comes_from_the_error(told: list[dict[str, Any]]) -> None:
    lines = {event["line"]: event for event in told}
    hidden = lines[_line("hidden = ")]
    sources = [told[n]["line"] for n in lines[_line("self.W1 -=")]["from"]]
    assert _line("hidden = ") in sources
    assert [told[n]["line"] for n in hidden["from"] if told[n]["targets"]] == [_line("delta = ")]
    assert hidden["uses"] == ["dense_2/kernel"]
    assert [(call["name"], call["returned"]) for call in hidden["calls"]] == [("slope", _line("return a *"))]


def test_only_the_backward_pass_depends_on_targets(told: list[dict[str, Any]]) -> None:
    late = {event["line"] for event in told if event["targets"]}
    assert late == {
        _line(t) for t in ("error = ", "delta = ", "hidden = ", "self.W2 = self.W2 -", "self.W1 -=")
    }


def test_places_have_the_name_of_the_file(told: list[dict[str, Any]]) -> None:
    assert told[-1]["place"] == f"mynet.py:{_line('self.W1 -=')}"
    assert told[-1]["function"] == "train"


def _statement(text: str) -> Any:
    return statements("f.py", ast.parse(text))[1]


@pytest.mark.parametrize(
    ("text", "reads", "assigns"),
    [
        ("d = delta.sum(0)", {"delta"}, {"d"}),
        ("self.W2 -= lr * g", {"self.W2", "lr", "g"}, {"self.W2"}),
        ("p['W'] = p['W'] - g[0]", {"p['W']", "p", "g[0]", "g"}, {"p['W']", "p"}),
        ("a, b = f(x)", {"f", "x"}, {"a", "b"}),
        ("grads.append(x.T @ d)", {"grads", "x.T", "d"}, {"grads"}),
        ("s = sum(w * d for w in ws)", {"sum", "w", "d", "ws"}, {"s"}),
        ("for a, b in pairs: pass", set(), set()),
    ],
)
def test_what_a_statement_reads_and_assigns(text: str, reads: set[str], assigns: set[str]) -> None:
    found = _statement(text)
    assert {way.text for way in found.reads} == reads
    assert {way.text for way in found.assigns} == assigns


def test_a_loop_is_its_head() -> None:
    found = statements("f.py", ast.parse("for a in pairs:\n    b = a\n"))
    assert [way.text for way in found[1].assigns] == ["a"]
    assert [way.text for way in found[2].assigns] == ["b"]
