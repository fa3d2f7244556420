"""``parity check``: options, output, exit codes; what is found out is somebody else's affair."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from parity.cli import main
from tests.checking.fake import NAMED, FakeBrain, brain

__all__ = ["brain"]


@pytest.fixture
def run(brain: FakeBrain, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., int]:
    """Run the command in a folder with a file for each verdict."""
    for word in [*NAMED, "usage", "bug"]:
        (tmp_path / f"{word}.py").write_text(f"# {word}\n")
    monkeypatch.chdir(tmp_path)

    def parity(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["parity", *words])
        with pytest.raises(SystemExit) as stop:
            main()
        return int(stop.value.code or 0)

    return parity


CODES = [("right", 0), ("wrong", 1), ("constant", 0), ("unclear", 4), ("failed", 3), ("usage", 2), ("bug", 3)]


@pytest.mark.parametrize(("word", "code"), CODES)
def test_exit_codes(
    word: str, code: int, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check", f"{word}.py") == code
    out, err = capsys.readouterr()
    assert ("Traceback" in err) == (word == "bug")
    assert bool(out) == (word not in ("usage", "bug"))


def test_text_without_colours_where_there_is_no_terminal(
    run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    run("check", "wrong.py")
    out = capsys.readouterr().out
    assert out.startswith("Understood ")
    assert "\x1b" not in out


@pytest.mark.parametrize(("variables", "painted"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours(
    variables: dict[str, str],
    painted: bool,
    run: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in ({"FORCE_COLOR": "1"} | variables).items():
        monkeypatch.setenv(name, value)
    run("check", "wrong.py")
    assert ("\x1b[1;31mWRONG" in capsys.readouterr().out) == painted


def test_quiet_is_one_line_and_verbose_is_more(
    run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    run("check", "-q", "wrong.py")
    assert len(capsys.readouterr().out.splitlines()) == 1
    run("check", "-v", "wrong.py")
    assert "gradient of layer_2/kernel" in capsys.readouterr().out


def test_json_is_strict_and_has_the_exit_code(
    run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    for word in NAMED:
        code = run("check", "--json", f"{word}.py")
        found = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
        assert found["outcome"] == str(NAMED[word].outcome)
        assert found["exit_code"] == code
        assert len(found["parts"]) == len(NAMED[word].parts)


def test_strict(run: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--strict", "constant.py") == 1
    assert "this counts as wrong" in capsys.readouterr().out
    assert run("check", "--strict", "right.py") == 0


def test_what_is_asked_is_passed_on(run: Callable[..., int], brain: FakeBrain) -> None:
    words = "--against torch --layers 2-4-1 --activations sigmoid,relu --loss half_sse --rows features --time-limit 5"
    run("check", "right.py:Net", *words.split())
    assert brain.calls == [
        (
            "right.py:Net",
            {
                "against": ("torch",),
                "layers": (2, 4, 1),
                "activations": ("sigmoid", "relu"),
                "loss": "half_sse",
                "rows": "features",
                "time_limit": 5.0,
            },
        )
    ]


@pytest.mark.parametrize(
    ("words", "against"),
    [((), None), (("--against", "none"), ()), (("--against", "keras,torch"), ("keras", "torch"))],
)
def test_against(words: tuple[str, ...], against: object, run: Callable[..., int], brain: FakeBrain) -> None:
    run("check", "right.py", *words)
    assert brain.calls[0][1]["against"] == against


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("check",), "Missing argument"),
        (("check", "no.py"), "no.py does not exist"),
        (("check", "right.py", "--against", "jax"), "is 'jax', but should be one or more of: torch, keras"),
        (
            ("check", "right.py", "--layers", "2"),
            "is '2', but should be the units of every layer, like 2-4-1",
        ),
        (("check", "right.py", "--layers", "2-0-1"), "like 2-4-1"),
        (("check", "right.py", "--layers", "2-²-1"), "like 2-4-1"),
        (("check", "right.py", "--activations", ","), "is empty"),
        (("check", "right.py", "--loss", "mae"), "'mae' is not one of"),
        (("check", "right.py", "--rows", "columns"), "'columns' is not one of"),
        (("check", "right.py", "--time-limit", "0"), "0.0 is not in the range x>0"),
        (("check", "right.py", "--layers", "2-4-1", "--activations", "relu"), "names 1, but should name 2"),
        (("chek", "right.py"), "Did you mean 'check'"),
    ],
)
def test_wrong_usage_is_two_and_a_message(
    words: tuple[str, ...], message: str, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 2
    out, err = capsys.readouterr()
    assert message in err
    assert "Traceback" not in err
    assert out == ""


def test_help_of_every_command_imports_nothing_heavy() -> None:
    code = (
        "import sys; from parity.cli import cli\n"
        "for name in ('check', 'watch', 'grade'): cli.main([name, '--help'], standalone_mode=False)\n"
        "print([m for m in ('numpy', 'pandas', 'rich', 'jinja2', 'attrs', 'watchfiles') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_watch_says_when_there_is_no_file(
    run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("watch", "no.py") == 2
    assert "no.py is not there, but should be a file of Python" in capsys.readouterr().err


def test_grade_writes_a_table_and_sums_up(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("grade", "[rwc]*.py", "--against", "none", "--out", "o/g.csv", "--feedback", "hint") == 0
    out, err = capsys.readouterr()
    assert "[3/3] " in err
    assert "1  wrong" in out
    assert "G114 weights updated" in out
    assert {p.name for p in (tmp_path / "o").iterdir()} == {"g.csv", "g.html", "g.journal.jsonl", "feedback"}
    assert run("grade", "*.py", "--against", "none", "-q") == 3
    assert capsys.readouterr().err == ""
