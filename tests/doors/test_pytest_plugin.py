"""The pytest plugin, in sessions of its own: with subtests and without, alone and with pytest-xdist."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
Run = Callable[..., pytest.RunResult]

CONFTEST = """
import sys
from types import ModuleType
import parity.checking.missing
from tests.checking.fake import FakeBrain

fake = sys.modules["parity.checking.api"] = ModuleType("parity.checking.api")
fake.brain = FakeBrain()
fake.check = fake.brain.check
lacking = {lacking!r}
parity.checking.missing.find_spec = lambda name: None if name in lacking else object()
"""

RIGHT = "def test_right(parity):\n    assert parity.assert_parity('right.py')\n"
WRONG = "def test_wrong(parity):\n    parity.assert_parity('wrong.py')\n"


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run tests in a folder that has a file for each verdict, as a user would."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    for word in ("right", "wrong", "constant", "unclear", "failed", "unknown"):
        pytester.path.joinpath(f"{word}.py").write_text(f"# {word}\n")

    def session(tests: str, *words: str, lacking: tuple[str, ...] = (), ini: str = "") -> pytest.RunResult:
        pytester.makeconftest(CONFTEST.format(lacking=lacking))
        pytester.makeini(f"[pytest]\nfilterwarnings = error\n{ini}")
        pytester.makepyfile(tests)
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *words)

    return session


def test_it_imports_nothing_heavy() -> None:
    code = "import sys, parity.pytest_plugin; print(sorted({m.partition('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"numpy", "pandas", "rich", "jinja2", "click", "attr", "attrs", "torch", "keras", "cattrs"}
    assert not heavy & set(eval(done.stdout))  # noqa: S307 - our own list


def test_a_session_without_a_check_imports_nothing_either(run: Run) -> None:
    tests = (
        "import sys\ndef test_it():\n    assert 'numpy' not in sys.modules and 'attrs' not in sys.modules\n"
    )
    assert "1 passed" in run(tests, "-p", "no:hypothesispytest", "--noconftest").stdout.str()


def test_right_passes_and_says_nothing(run: Run) -> None:
    result = run(RIGHT)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*= parity =*")


def test_wrong_is_a_subtest_for_each_parameter_and_one_message(run: Run) -> None:
    result = run(WRONG, "-v")
    said = result.stdout.str()
    assert "SUBFAILED[gradient of layer_1/kernel]" in said
    assert "SUBFAILED[gradient of layer_1/bias]" in said
    assert "SUBPASSED[gradient of layer_2/kernel]" in said
    result.stdout.fnmatch_lines(
        [
            "PARITY BROKEN  wrong.py  against PyTorch 2.13.0, Keras 3.15.1, complex step",
            "  gradient of layer_1/kernel * 7.8e+13 noise units   worst at [[]2, 1]*",
            "  gradient of layer_1/bias * 1.2e+10 noise units*",
            "  cause  G114 weights updated*",
            "  fix    in train()*",
        ]
    )
    assert result.ret == 1


def test_without_subtests_there_is_one_message(run: Run) -> None:
    result = run(WRONG + RIGHT, "-p", "no:subtests")
    result.assert_outcomes(passed=1, failed=1)
    assert "SUBFAILED" not in result.stdout.str()
    result.stdout.fnmatch_lines(
        ["  gradient of layer_1/kernel*", "  gradient of layer_1/bias*", "  cause  G114*"]
    )


@pytest.mark.parametrize("word", ["unclear", "failed", "unknown"])
def test_anything_but_right_fails(word: str, run: Run) -> None:
    assert run(f"def test_it(parity):\n    parity.assert_parity('{word}.py')\n").ret == 1


def test_strict(run: Run) -> None:
    call = "def test_it(parity):\n    parity.assert_parity('constant.py'{})\n"
    assert run(call.format("")).ret == 0
    assert run(call.format(", strict=True")).ret == 1


def test_the_function_can_be_imported(run: Run) -> None:
    tests = "from parity.pytest_plugin import assert_parity\ndef test_it():\n    assert_parity('wrong.py')\n"
    result = run(tests)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*AssertionError: PARITY BROKEN  wrong.py*"])
    assert "asserting.py" not in result.stdout.str(), "our own lines are not shown"


ASKED = (
    "def test_it(parity):\n"
    "    from parity.checking.api import brain\n"
    "    assert parity.check('right.py', loss='sse')\n"
    "    assert not parity.check('wrong.py')\n"
    "    assert brain.calls[0][1] == {{'against': {against!r}, 'loss': 'sse'}}\n"
)


@pytest.mark.parametrize(
    ("words", "ini", "lacking", "against"),
    [
        ((), "", (), ("torch", "keras")),
        (("--parity-against", "torch"), "", (), ("torch",)),
        (("--parity-against=none",), "", (), ()),
        ((), "parity_against = keras", (), ("keras",)),
        (("--parity-against", "torch"), "parity_against = keras", (), ("torch",)),
        ((), "", ("tensorflow",), ("torch",)),
    ],
)
def test_it_compares_with(
    words: tuple[str, ...], ini: str, lacking: tuple[str, ...], against: tuple[str, ...], run: Run
) -> None:
    run(ASKED.format(against=against), *words, ini=ini, lacking=lacking).assert_outcomes(passed=1)


MISSING = "not compared with keras: tensorflow is not installed; pip install 'backprop-parity[[]keras]'"


@pytest.mark.parametrize("words", [(), ("-p", "no:subtests")], ids=["subtests", "none"])
def test_a_missing_framework_is_a_loud_skip(words: tuple[str, ...], run: Run) -> None:
    result = run(RIGHT, "-rs", *words, lacking=("tensorflow",))
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines([f"1 check was {MISSING}", f"SKIPPED * right, but {MISSING}"])


def test_wrong_is_wrong_whatever_is_missing(run: Run) -> None:
    assert run(WRONG, "-p", "no:subtests", lacking=("torch", "tensorflow")).ret == 1
    assert run(WRONG, lacking=("torch", "tensorflow")).ret == 1


@pytest.mark.parametrize(
    ("words", "ini"),
    [
        (("--parity-require",), ""),
        (("--parity-require=keras",), ""),
        ((), "parity_require = torch,keras"),
        ((), "parity_require = true"),
    ],
)
def test_a_required_framework_that_is_missing_is_a_failure(
    words: tuple[str, ...], ini: str, run: Run
) -> None:
    result = run(RIGHT, *words, ini=ini, lacking=("tensorflow",))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"{MISSING} (--parity-require)"])


def test_another_one_may_be_missing(run: Run) -> None:
    assert run(RIGHT, "--parity-require=torch", lacking=("tensorflow",)).ret == 0
    assert run(RIGHT, "--parity-require", "--parity-against=torch", lacking=("tensorflow",)).ret == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--parity-against=jax",),
            "--parity-against is 'jax', but should be one or more of: torch, keras, none",
        ),
        (
            ("--parity-require", "tests/"),
            "--parity-require is 'tests/', but should be one or more of: torch, keras",
        ),
    ],
)
def test_wrong_usage(words: tuple[str, ...], said: str, run: Run) -> None:
    result = run(RIGHT, *words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stderr.str()
    assert "Traceback" not in result.stderr.str()


GRADIENT = """
import numpy as np
def test_gradient(parity):
    x = np.array([1.0, 2.0])
    assert parity.check_gradient(lambda w: ((x * w) ** 2).sum(), np.array([0.5, 0.3]), 2 * x**2 * np.array([0.5, 0.3]))
    assert not parity.check_gradient(lambda w: ((x * w) ** 2).sum(), np.array([0.5, 0.3]), np.array([0.5, 0.3]))
"""


def test_gradients(run: Run) -> None:
    run(GRADIENT, "--parity-report=out").assert_outcomes(passed=1)


@pytest.mark.parametrize("words", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_the_report(words: tuple[str, ...], run: Run, pytester: pytest.Pytester) -> None:
    tests = RIGHT + WRONG + GRADIENT
    ini = "parity_report = out/checks"
    for _ in range(2):  # a second session replaces the report of the first
        result = run(tests, *words, ini=ini, lacking=("tensorflow",))
        assert "report  out/checks/index.html" in result.stdout.str().replace(os.sep, "/")
        result.stdout.fnmatch_lines([f"1 check was {MISSING}"])
    folder = pytester.path / "out/checks"
    assert sorted(path.name for path in folder.iterdir()) == ["checks.json", "index.html"]
    found = json.loads((folder / "checks.json").read_text(encoding="utf-8"))["checks"]
    assert [one["test"].rpartition("::")[2] for one in found] == [
        "test_gradient",
        "test_gradient",
        "test_right",
        "test_wrong",
    ]
    assert [one["check"]["outcome"] for one in found] == ["exact", "wrong", "exact", "wrong"]
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "2 of 4 networks right" in page
    assert "not compared with keras" in page


def test_nothing_is_lost_when_a_worker_dies(run: Run, pytester: pytest.Pytester) -> None:
    crash = "import os\ndef test_crash(parity):\n    parity.check('right.py')\n    os._exit(1)\n"
    run(crash, "-n", "1", "--max-worker-restart=0", "--parity-report=out")
    assert len(json.loads((pytester.path / "out/checks.json").read_text(encoding="utf-8"))["checks"]) == 1
