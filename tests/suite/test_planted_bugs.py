"""The promise: plant any of these in scratch, and ``parity run`` exits 1 and names scenario, step and parameter."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import frozen

import parity
from parity.cli import main
from parity.errors import ParityError
from parity.results import Divergence, Verdict
from parity.scenarios.model import Scenario
from scratch.layers import Dense, Sigmoid
from scratch.losses import MeanSquaredError
from scratch.optimizers import SGD
from scratch.tree import Array
from tests.frameworks.problems import scenario

pytestmark = [pytest.mark.parity, pytest.mark.usefixtures("warm")]

RATE = 0.5
Plant = Callable[[pytest.MonkeyPatch], None]


def square() -> Scenario:
    """Return a scenario with a square layer, in which a transposed kernel fits, and a batch that is not full."""
    return scenario("3 sigmoid", "2 sigmoid", name="square", learning_rate=RATE, momentum=0.5, batch_size=4)


def sigmoid_derivative_applied_twice(patch: pytest.MonkeyPatch) -> None:
    def backward(self: Sigmoid, params: Any, y: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        return dy * (y * (1 - y)) * (y * (1 - y)), {}

    patch.setattr(Sigmoid, "backward", backward)


def change_gradients(patch: pytest.MonkeyPatch, change: Callable[[dict[str, Array], Array], None]) -> None:
    honest = Dense.gradients

    def gradients(self: Dense, params: Any, x: Array, dy: Array) -> dict[str, Array]:
        grads = honest(self, params, x, dy)
        change(grads, x)
        return grads

    patch.setattr(Dense, "gradients", gradients)


def bias_gradient_averaged(patch: pytest.MonkeyPatch) -> None:
    def change(grads: dict[str, Array], x: Array) -> None:
        grads["bias"] = grads["bias"] / x.shape[-2]

    change_gradients(patch, change)


def kernel_gradient_transposed(patch: pytest.MonkeyPatch) -> None:
    def change(grads: dict[str, Array], x: Array) -> None:
        if grads["kernel"].shape[-1] == grads["kernel"].shape[-2]:
            grads["kernel"] = grads["kernel"].mT

    change_gradients(patch, change)


def one_element_off_by_a_millionth(patch: pytest.MonkeyPatch) -> None:
    def change(grads: dict[str, Array], x: Array) -> None:
        if grads["kernel"].shape[-1] == 3:
            factor = np.ones((3, 3))
            factor[2, 1] += 1e-6
            grads["kernel"] = grads["kernel"] * factor

    change_gradients(patch, change)


def factor_two_lost(patch: pytest.MonkeyPatch) -> None:
    def backward(self: MeanSquaredError, error: Array) -> Array:
        return error / (error.shape[-1] * error.shape[-2])

    patch.setattr(MeanSquaredError, "backward", backward)


def weights_updated_before_the_error_is_propagated(patch: pytest.MonkeyPatch) -> None:
    """As G114, but with a step without momentum: where there is momentum, no mistake of the catalogue does that."""

    def backward(self: Dense, params: Any, x: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        grads = self.gradients(params, x, dy)
        return dy @ (params["kernel"] - RATE * grads["kernel"]).mT, grads

    patch.setattr(Dense, "backward", backward)


def momentum_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("parity.scenarios.problem.SGD", lambda rate, momentum, nesterov: SGD(rate))


def last_batch_taken_for_a_full_one(patch: pytest.MonkeyPatch) -> None:
    honest = MeanSquaredError.forward

    def forward(self: MeanSquaredError, prediction: Array, target: Array) -> tuple[Array, Array]:
        value, error = honest(self, prediction, target)
        return value * (target.shape[-2] / 4), error

    patch.setattr(MeanSquaredError, "forward", forward)


def sigmoid_a_little_off(patch: pytest.MonkeyPatch) -> None:
    honest = Sigmoid.forward

    def forward(self: Sigmoid, params: Any, x: Array) -> tuple[Array, Array]:
        y = honest(self, params, x)[0] * (1 + 1e-12)
        return y, y

    patch.setattr(Sigmoid, "forward", forward)


@frozen
class Case:
    """A bug, where it shows first, and its code in the catalogue."""

    plant: Plant
    step: int
    quantity: str
    parameter: str
    code: str | None = None
    index: list[int] | None = None


CASES = [
    Case(sigmoid_derivative_applied_twice, 0, "gradient", "dense_2/kernel", "G304"),
    Case(bias_gradient_averaged, 0, "gradient", "dense_2/bias", "G401"),
    Case(kernel_gradient_transposed, 0, "gradient", "dense_1/kernel", "G410"),
    Case(factor_two_lost, 0, "gradient", "dense_2/kernel", "G103"),
    Case(weights_updated_before_the_error_is_propagated, 0, "gradient", "dense_1/kernel"),
    Case(one_element_off_by_a_millionth, 0, "gradient", "dense_1/kernel", index=[2, 1]),
    Case(momentum_forgotten, 1, "weight", "dense_1/kernel"),
    Case(last_batch_taken_for_a_full_one, 1, "loss", "all", "G215"),
    Case(sigmoid_a_little_off, 0, "output", "sigmoid_1"),
]


def name_of(case: Case) -> str:
    return case.plant.__name__.replace("_", "-")


def found_by(framework: str, dtype: str = "float64") -> tuple[parity.Report, Divergence | None]:
    report = parity.run(square(), against=[framework], dtypes=[dtype])
    ((one,),) = [run.implementations for run in report.results.scenarios[0].runs]
    assert report.results.scenarios[0].verdict is one.verdict
    return report, one.first_divergence


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_without_a_bug_it_holds(framework: str, dtype: str) -> None:
    report, divergence = found_by(framework, dtype)
    assert (report.verdict, report.exit_code, divergence) == (Verdict.HOLDS, 0, None)


def assert_named(case: Case, framework: str) -> None:
    report, named = found_by(framework)
    assert (report.verdict, report.exit_code) == (Verdict.BROKEN, 1)
    assert report.results.scenarios[0].name == "square"
    assert named is not None
    assert (named.step, named.quantity, named.parameter) == (case.step, case.quantity, case.parameter)
    assert case.index is None or named.index == case.index
    causes = report.results.scenarios[0].runs[0].implementations[0].causes
    assert [cause.code for cause in causes] == ([case.code] if case.code else [])
    assert named.noise_units > 1000, "bugs and rounding are orders of magnitude apart"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_torch_shows_the_bug(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    case.plant(monkeypatch)
    assert_named(case, "torch")


@pytest.mark.parametrize("case", CASES[4:6], ids=name_of)
def test_keras_shows_the_bug(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    case.plant(monkeypatch)
    assert_named(case, "keras")


TOML = """
name = "square-from-a-file"
title = "A square layer"

[data]
inputs = [[0.1, -0.7, 0.3], [0.9, 0.2, -0.4], [-0.5, 0.6, 0.8]]
targets = [[0.2, 0.9], [0.7, 0.1], [0.4, 0.6]]

[[layers]]
units = 3
activation = "sigmoid"

[[layers]]
units = 2
activation = "sigmoid"

[initial]
rule = "normal"
random_biases = true

[training]
loss = "mean_squared_error"
learning_rate = 0.5
epochs = 12
"""


def command(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run ``parity run`` in this process and return its exit code."""
    file = folder / "square-from-a-file.toml"
    file.write_text(TOML, encoding="utf-8")
    options = ["--against", "torch", "--dtype", "float64", "--out", str(folder / "report")]
    monkeypatch.setattr("sys.argv", ["parity", "run", str(file), *options])
    with pytest.raises(SystemExit) as stop:
        main()
    assert isinstance(stop.value.code, int)
    return stop.value.code


def test_the_command_exits_0_without_a_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(tmp_path, monkeypatch) == 0
    assert "BROKEN" not in capsys.readouterr().out


def test_a_mistake_of_the_catalogue_can_be_planted_by_its_code() -> None:
    report = parity.run(square(), against=["torch"], dtypes=["float64"], plant="G403")
    assert report.exit_code == 1
    assert report.results.settings["planted"] == "G403 bias gradient of the first sample only"
    assert "planted on purpose: G403" in str(report)
    (one,) = report.results.scenarios[0].runs[0].implementations
    assert [(cause.code, cause.whose) for cause in one.causes] == [("G403", "scratch")]


@pytest.mark.parametrize("code", ["G201", "G105"])
def test_a_mistake_that_changes_nothing_there_is_a_wrong_input(code: str) -> None:
    """Everything would hold, and it would look as if the mistake had not been seen."""
    with pytest.raises(
        ParityError, match=f"{code} .* is planted into xor-sigmoid, but should be where"
    ) as error:
        parity.run("xor-sigmoid", plant=code)
    assert error.value.hint.endswith(f"--plant {code}")


def test_an_unknown_code_is_a_wrong_input() -> None:
    with pytest.raises(ParityError, match="code is 'G999'"):
        parity.run(square(), plant="G999")


def test_the_command_exits_1_and_names_scenario_step_and_parameter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    weights_updated_before_the_error_is_propagated(monkeypatch)
    assert command(tmp_path, monkeypatch) == 1
    out = capsys.readouterr().out
    for word in (
        "square-from-a-file",
        "step 0",
        "dense_1/kernel",
        "gradient",
        "torch",
        "cause  G114",
        "parity explain G114",
    ):
        assert word in out
