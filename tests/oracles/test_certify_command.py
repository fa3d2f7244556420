"""``parity certify``: what it prints, and with which exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from parity.cli import cli
from parity.oracles.certificate import Certificate
from scratch.layers import Sigmoid

KINK = """
    name = "kink"
    title = "On the kink"
    data = {inputs = [[1.0]], targets = [[1.0]]}
    layers = [{units = 2, activation = "sigmoid"}, {units = 1, activation = "relu"}]
    initial = {rule = "weights", weights = {"dense_1/kernel" = [[0.3, 0.3]], "dense_2/kernel" = [[1.0], [-1.0]]}}
    training = {loss = "mean_squared_error", learning_rate = 0.1, epochs = 2}
"""


def parity(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run ``parity certify`` as a user would, with warnings as errors and a cache of its own."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "parity", "certify", *words],
        cwd=cwd,
        env=os.environ | {"NO_COLOR": "1", "PARITY_CACHE": str(cwd / "cache")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_digits_are_printed(tmp_path: Path) -> None:
    done = parity("xor-sigmoid", "--epochs", "20", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == "certifying xor-sigmoid\n"
    heading, loss, proof, effort = done.stdout.splitlines()
    assert heading == "CERTIFIED  xor-sigmoid  loss before update 20, 20 certain digits"
    assert loss.startswith("  loss  0.2503195")
    assert "each of 17 entries" in proof
    assert "bits" in effort
    assert "from the cache" in parity("xor-sigmoid", "--epochs", "20", cwd=tmp_path).stdout


def test_json_is_all_that_is_on_stdout(tmp_path: Path) -> None:
    done = parity("xor-sigmoid", "--epochs", "2", "--quantity", "gradient", "--json", cwd=tmp_path)
    got = Certificate.from_dict(json.loads(done.stdout))
    assert got.numbers["step_1/dense_1/kernel"].shape == [2, 4]
    assert got.certain == 20


def test_wrong_backward_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path))
    right = Sigmoid.backward
    monkeypatch.setattr(Sigmoid, "backward", lambda *given: (right(*given)[0] * 2, {}))
    done = CliRunner().invoke(cli, ["certify", "xor-sigmoid", "--epochs", "3"])
    assert done.exit_code == 1
    assert "BACKWARD IS WRONG  xor-sigmoid" in done.output
    assert "gradient of dense_1/kernel at [0, 0], step 0: backward says" in done.output


def test_kink_is_four_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "kink.toml").write_text(KINK)
    done = parity("kink.toml", cwd=tmp_path)
    assert done.returncode == 4
    assert done.stdout.startswith("COULD NOT TELL  kink  loss\n  because  undecided at ")
    assert "input [0, 0] of relu_2, step 0 may be on either side of 0" in done.stdout


def test_what_could_be_certified_is_there(tmp_path: Path) -> None:
    done = parity("xor-rate-100", "--time-limit", "0.05", cwd=tmp_path)
    assert done.returncode == 4
    assert " of 1,000, 20 certain digits" in done.stdout
    assert "time limit of 0.05 s" in done.stdout


def test_many_numbers_are_capped(tmp_path: Path) -> None:
    done = parity(
        "sensor-mini-batches", "--epochs", "1", "--quantity", "weights", "--digits", "5", cwd=tmp_path
    )
    assert "and 59 more; --json has them all" in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("xor-sigmod",), "did you mean xor-sigmoid?"),
        (("no/such.toml",), "no/such.toml does not exist"),
        (("xor-sigmoid", "--quantity", "los"), "'los' is not one of 'loss'"),
        (("xor-sigmoid", "--digit", "3"), "--digits"),
        (("xor-sigmoid", "--digits", "0"), "0 is not in the range"),
        (("xor-sigmoid", "--epochs", "0"), "0 is not in the range"),
        (("lesson-neuron", "--quantity", "loss"), "nothing is trained"),
        ((), "Missing argument"),
    ],
)
def test_wrong_usage_is_two_and_a_message(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = parity(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
