"""Adam and its kin: each rule recognized by three steps, its mistakes named, and nothing else taken for one."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import parity
from parity.checking.adaptive import RULES, UPHILL, recognized
from parity.checking.findings import Check, Outcome

ADAM = """
import numpy as np


class Net:
    def __init__(self, n_in=3, n_hidden=5, n_out=4):
        self.p = {
            "W1": np.random.randn(n_in, n_hidden), "b1": np.random.randn(n_hidden),
            "W2": np.random.randn(n_hidden, n_out), "b2": np.random.randn(n_out),
        }

    def forward(self, X):
        self.h = np.tanh(X @ self.p["W1"] + self.p["b1"])
        return self.h @ self.p["W2"] + self.p["b2"]

    def gradients(self, X, Y):
        d2 = (self.forward(X) - Y) / len(X)
        d1 = d2 @ self.p["W2"].T * (1 - self.h ** 2)
        return {"W1": X.T @ d1, "b1": d1.sum(axis=0), "W2": self.h.T @ d2, "b2": d2.sum(axis=0)}

    def train(self, X, Y, epochs=1000, lr=0.01, b1=0.9, b2=0.999, eps=1e-8):
        m = {k: np.zeros_like(w) for k, w in self.p.items()}
        v = {k: np.zeros_like(w) for k, w in self.p.items()}
        for t in range(1, epochs + 1):
            for k, g in self.gradients(X, Y).items():
                m[k] = b1 * m[k] + (1 - b1) * g
                v[k] = b2 * v[k] + (1 - b2) * g ** 2
                mh = m[k] / (1 - b1 ** t)
                vh = v[k] / (1 - b2 ** t)
                self.p[k] -= lr * mh / (np.sqrt(vh) + eps)
"""


@pytest.fixture
def said(tmp_path: Path) -> Callable[[str, str], Check]:
    """Check the network with something replaced."""

    def run(old: str = "", new: str = "") -> Check:
        assert old in ADAM
        file = tmp_path / "mynet.py"
        file.write_text(ADAM.replace(old, new) if old else ADAM)
        return parity.check(file, against=())

    return run


def of_update(check: Check) -> str:
    return next(part.message for part in check.parts if part.what == "update")


def test_adam_is_right(said: Callable[..., Check]) -> None:
    check = said()
    assert check.outcome is Outcome.EXACT
    assert {part.what for part in check.parts} > {"update", "optimizer state"}
    assert of_update(check) == "Adam (0.9 and 0.999)"
    assert "its update is Adam (0.9 and 0.999)" in check.understood


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("** t)", ")", "divides by 1 - beta, not by 1 - beta**t"),
        ("range(1, epochs + 1)", "range(2, epochs + 2)", "counts steps from 2"),
        ("lr * mh / (np", "lr * mh * (np", "should divide"),
        ("-= lr * mh", "+= lr * mh", UPHILL),
    ],
)
def test_a_mistake_in_it_is_told(said: Callable[..., Check], old: str, new: str, message: str) -> None:
    check = said(old, new)
    assert check.outcome is Outcome.UPDATE_WRONG
    assert message in of_update(check)


HIDDEN = """
import numpy as np


class Net:
    def __init__(self, n_in=3, n_hidden=5, n_out=4):
        self.p = [np.random.randn(n_in, n_hidden), np.random.randn(n_hidden, n_out)]
        self.s = [0 * w for w in self.p]

    def forward(self, X):
        self.h = np.tanh(X @ self.p[0])
        return self.h @ self.p[1]

    def train(self, X, Y, lr=0.01, rho=0.9):
        error = self.forward(X) - Y
        delta = error @ self.p[1].T * (1 - self.h ** 2)
        for k, g in enumerate([X.T @ delta, self.h.T @ error]):
            self.s[k] = rho * self.s[k] + (1 - rho) * g ** 2
            self.p[k] = self.p[k] - lr * g / (np.sqrt(self.s[k]) + 1e-8)
"""


def test_a_gradient_that_nobody_sees_is_judged_by_the_steps(tmp_path: Path) -> None:
    file = tmp_path / "mynet.py"
    file.write_text(HIDDEN)
    check = parity.check(file, against=())
    assert check.outcome is Outcome.UNCLEAR, str(check)  # a factor before a gradient would not be seen
    assert {part.what: part.outcome for part in check.parts}["update"] is Outcome.EXACT
    assert (
        "its update is RMSprop (0.9), of a gradient of the mean squared error, up to factors"
        in check.understood
    )


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ("1 - self.h ** 2", "1 - self.h", Outcome.UNCLEAR),
        ("(np.sqrt(self.s[k]) + 1e-8)", "(self.s[k] + 1e-8)", Outcome.UPDATE_WRONG),
    ],
)
def test_a_mistake_behind_an_optimizer_is_not_passed(
    old: str, new: str, outcome: Outcome, tmp_path: Path
) -> None:
    file = tmp_path / "mynet.py"
    file.write_text(HIDDEN.replace(old, new))
    assert parity.check(file, against=()).outcome is outcome


def test_a_count_that_grows_with_every_parameter(tmp_path: Path) -> None:
    counted = ADAM.replace("for t in range(1, epochs + 1):", "t = 0\n        for _ in range(epochs):")
    counted = counted.replace(
        "                m[k] = b1", "                t += 1\n                m[k] = b1"
    )
    file = tmp_path / "mynet.py"
    file.write_text(counted)
    check = parity.check(file, against=())
    assert check.outcome is Outcome.UPDATE_WRONG, str(check)
    assert "t grows with every parameter" in of_update(check)


def test_what_is_no_known_rule_is_said_to_be_not_judged(said: Callable[..., Check]) -> None:
    check = said("- b1 ** t", "- b1 ** (t * t)")
    assert check.outcome is Outcome.EXACT
    assert "update NOT JUDGED" in str(check)


def steps_of(rule_number: int, uphill: bool = False, noise: float = 0.0) -> tuple[list, list]:
    rng = np.random.default_rng(rule_number)
    rule = RULES[rule_number]
    gradients = [{"a": rng.normal(size=(3, 4)), "b": rng.normal(size=4)} for _ in range(3)]
    m = {p: 0 * g for p, g in gradients[0].items()}
    v = {p: 0 * g for p, g in gradients[0].items()}
    b1, b2 = (0.9 if rule.averages else 0.0), (0.0 if rule.sums else 0.999)
    steps = []
    for t, gradient in enumerate(gradients, 1):
        m = {p: b1 * m[p] + (1 - b1) * g for p, g in gradient.items()}
        v = {p: (v[p] if rule.sums else b2 * v[p]) + (1 - b2) * g * g for p, g in gradient.items()}
        sign = -0.5 if uphill else 0.5
        steps.append({p: sign * rule.form(m[p], v[p], t, b1, b2, 1e-4) + noise * rng.normal() for p in m})
    return gradients, steps


@pytest.mark.parametrize("number", range(len(RULES)))
def test_every_rule_is_recognized(number: int) -> None:
    found = recognized(*steps_of(number), 0.5)
    assert found is not None
    assert (found.words.partition(" (")[0], found.mistake) == (RULES[number].name, RULES[number].mistake)


def test_uphill_and_what_is_no_rule() -> None:
    found = recognized(*steps_of(0, uphill=True), 0.5)
    assert found is not None
    assert found.mistake == UPHILL
    assert recognized(*steps_of(0), 0.25) is None  # another learning rate
    assert recognized(*steps_of(0, noise=1e-4), 0.5) is None
    gradients, _ = steps_of(0)
    assert recognized(gradients, gradients, None) is None  # plain descent


def test_nan_and_nothing_are_no_rule() -> None:
    gradients, steps = steps_of(0)
    steps[1]["a"][0, 0] = np.nan
    assert recognized(gradients, steps, 0.5) is None
    zeros = [{p: 0 * g for p, g in one.items()} for one in gradients]
    assert recognized(zeros, zeros, 0.5) is None
