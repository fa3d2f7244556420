"""The command: what it prints, where, and with which exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

QUICK = ("xor-hand-wired", "--dtype", "float64", "--against", "torch")


def parity(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, with warnings as errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "parity", *words],
        cwd=cwd,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "80"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from parity.cli import cli; cli.main(['--help'], standalone_mode=False);"
        "heavy = ('numpy', 'pandas', 'matplotlib', 'torch', 'tensorflow', 'keras', 'rich');"
        "print([module for module in heavy if module in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_list_names_every_scenario(tmp_path: Path) -> None:
    lines = parity("list", cwd=tmp_path).stdout.splitlines()
    assert lines[0].split()[0] == "sigmoid-values"
    assert {"xor-sigmoid", "sensor"} <= {line.split()[0] for line in lines}
    assert list(json.loads(parity("list", "--json", cwd=tmp_path).stdout)) == [
        line.split()[0] for line in lines
    ]


def test_run_writes_a_report_and_says_where(tmp_path: Path) -> None:
    done = parity("run", *QUICK, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "reports/latest"
    assert {path.name for path in folder.iterdir()} == {
        "index.html",
        "report.md",
        "results.json",
        "comparisons.csv",
        "figures",
    }
    assert "reports/latest/index.html" in done.stdout
    assert "xor-hand-wired" in done.stderr, "progress goes to standard error"


def test_json_is_all_that_is_on_stdout(tmp_path: Path) -> None:
    done = parity("run", *QUICK, "--json", cwd=tmp_path)
    results = json.loads(done.stdout)
    assert results["verdict"] == "holds"
    assert results["schema_version"] == 1


def test_quiet_is_one_line(tmp_path: Path) -> None:
    done = parity("run", *QUICK, "-q", cwd=tmp_path)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


def test_verbose_shows_the_claims(tmp_path: Path) -> None:
    done = parity("run", *QUICK, "-v", cwd=tmp_path)
    assert "C17" in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("lst",), "Did you mean 'list'"),
        (("run", "--against", "jax"), "is 'jax', but should be one or more of: torch, keras"),
        (
            ("run", "--dtype", "float16,float64"),
            "is 'float16', but should be one or more of: float64, float32",
        ),
        (("run", "--dtype", ""), "is empty"),
        (("run", "--seed", "-1"), "-1 is not in the range"),
        (("run", "--sed", "1"), "--seed"),
        (("run", "xor-sigmod"), "did you mean xor-sigmoid?"),
        (("run", "no/such.toml"), "no/such.toml does not exist"),
        (("report", "no/such.json"), "no/such.json"),
        (("report",), "Missing argument"),
    ],
)
def test_wrong_usage_is_two_and_a_message(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = parity(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_all_problems_at_once(tmp_path: Path) -> None:
    done = parity("run", "xor-sigmod", "no/such.toml", cwd=tmp_path)
    assert done.stderr.count("error: ") == 2


def test_nobody_to_compare_with_is_no_verdict(tmp_path: Path) -> None:
    done = parity("run", "xor-hand-wired", "--against", "none", cwd=tmp_path)
    assert done.returncode == 4


def test_weights_go_out_and_come_back(tmp_path: Path) -> None:
    assert parity("run", *QUICK, "-q", "--save-weights", "w", cwd=tmp_path).returncode == 0
    scenario = """
        name = "again"
        title = "Again"
        data = {name = "xor"}
        layers = [{units = 2, activation = "sigmoid"}, {units = 1, activation = "sigmoid"}]
        initial = {rule = "file", file = "w/xor-hand-wired.safetensors"}
        training = {loss = "mean_squared_error", learning_rate = 1.0, epochs = 1}
    """
    (tmp_path / "again.toml").write_text(scenario)
    assert parity("run", "again.toml", *QUICK[1:], "-q", cwd=tmp_path).returncode == 0
    weights = tmp_path / "w/xor-hand-wired.safetensors"
    weights.write_bytes(weights.read_bytes()[:40])
    done = parity("run", "again.toml", *QUICK[1:], "-q", cwd=tmp_path)
    assert done.returncode == 2
    assert "xor-hand-wired.safetensors cannot be read" in done.stderr


def test_report_renders_again_and_merges(tmp_path: Path) -> None:
    parity("run", *QUICK, "-q", "--out", "one", cwd=tmp_path)
    parity("run", "xor-one-neuron-by-hand", *QUICK[1:], "-q", "--out", "two", cwd=tmp_path)
    done = parity("report", "one/results.json", "two/results.json", "--out", "both", cwd=tmp_path)
    assert done.returncode == 0
    assert "xor-hand-wired" in done.stdout
    assert "xor-one-neuron-by-hand" in done.stdout


def test_summary_goes_to_ci(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    parity("run", *QUICK, "-q", cwd=tmp_path, GITHUB_STEP_SUMMARY=str(summary))
    assert "xor-hand-wired" in summary.read_text()


def test_a_file_in_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("I am a file")
    done = parity("run", *QUICK, "-q", "--out", "out/report", cwd=tmp_path)
    assert done.returncode == 3
    assert "out" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_keeps_what_there_is(tmp_path: Path) -> None:
    words = ["run", "xor-hand-wired", "xor-sigmoid-long", "--against", "torch"]
    process = subprocess.Popen(
        [sys.executable, "-m", "parity", *words],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    while "xor-hand-wired" not in (line := process.stderr.readline()):
        assert line, "ended before the first scenario"
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    assert "Ctrl-C" in out
    assert process.returncode == 4
    results = json.loads((tmp_path / "reports/latest/results.json").read_text())
    assert "xor-hand-wired" in [scenario["name"] for scenario in results["scenarios"]]


def test_two_runs_at_once_leave_one_whole_report(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "parity", "run", *QUICK, "-q"]
    both = [subprocess.Popen(words, cwd=tmp_path) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert json.loads((tmp_path / "reports/latest/results.json").read_text())["verdict"] == "holds"
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["latest"]


def test_doctor_finds_everything_well(tmp_path: Path) -> None:
    done = parity("doctor", "--json", cwd=tmp_path)
    found = {finding["what"]: finding["well"] for finding in json.loads(done.stdout)}
    assert found["python"]
    assert found["numpy"]
    assert set(found) >= {"torch", "keras", "reports"}
    assert done.returncode == (0 if all(found.values()) else 3)


def test_a_closed_pipe_is_no_verdict(tmp_path: Path) -> None:
    script = f"{sys.executable} -m parity list | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] in ("0", "141")
    assert done.stderr == ""


def test_the_folder_one_stands_in_is_not_replaced(tmp_path: Path) -> None:
    done = parity("run", *QUICK, "--out", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert "is the folder you are in" in done.stderr


def test_a_summary_that_cannot_be_written_changes_no_verdict(tmp_path: Path) -> None:
    done = parity("run", *QUICK, "-q", cwd=tmp_path, GITHUB_STEP_SUMMARY=str(tmp_path / "no/such/summary.md"))
    assert done.returncode == 0
    assert "warning" in done.stderr
