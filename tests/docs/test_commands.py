"""Every command in the README and in docs/ is run, and does what the text says."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from parity.cli import main
from parity.frameworks.conventions import as_markdown
from scratch.layers import Sigmoid
from scratch.tree import Array

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[tuple[str, str]]:
    """Return all code blocks of one kind, with the page they stand on."""
    return [
        (page.name, text)
        for page in PAGES
        for found, text in BLOCK.findall(page.read_text())
        if found == kind
    ]


def commands(program: str) -> list[str]:
    """Return every command line that starts with ``program``."""
    lines = [line for _, text in blocks("console") for line in text.splitlines()]
    return sorted({line for line in lines if line.startswith(program)})


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like a clone, where reports can be written; there has been a run before."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "docs", folder / "docs")
    done = parity("parity run xor-hand-wired --against none --dtype float64 -q", folder)
    assert done.returncode == 4, done.stderr  # with nobody to compare with one cannot tell
    return folder


def parity(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a ``parity`` command as a user would."""
    words = [sys.executable, "-W", "error", "-m", *shlex.split(command)]
    settings = os.environ | {"PARITY_CACHE": str(folder / "cache")}
    return subprocess.run(
        words, cwd=folder, env=settings, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.timeout(400)
@pytest.mark.parametrize("command", commands("parity "))
def test_command_runs(command: str, workplace: Path) -> None:
    done = parity(command, workplace)
    alone = "--against none" in command or command.startswith("parity report reports/latest")
    right = {1} if "--plant" in command else {0, 4} if alone else {0}
    assert done.returncode in right, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("command", commands("pip install nox && "))
def test_nox_commands_are_what_ci_runs(command: str) -> None:
    session = command.split("nox -s ")[1]
    assert re.search(rf"^nox -s .*\b{session}\b", (ROOT / ".ci/run").read_text(), re.MULTILINE)


def test_no_command_is_left_out() -> None:
    known = (
        commands("parity ")
        + commands("pip install nox")
        + commands("nox ")
        + commands("pytest ")
        + commands("git ")
    )
    assert sorted(known) == commands("")


@pytest.mark.parametrize("command", commands("nox "))
def test_nox_sessions_exist(command: str) -> None:
    text = (ROOT / "noxfile.py").read_text()
    there = set(re.findall(r"^def (\w+)\(session", text, re.MULTILINE)) | set(
        re.findall(r'name="([\w-]+)"', text)
    )
    asked = command.removeprefix("nox -s ").split()
    assert asked
    assert set(asked) <= there


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("page", "code"), blocks("python"))
def test_python_example_runs(page: str, code: str, workplace: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=workplace,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{page}\n{done.stderr}"


def masked(text: str) -> list[str]:
    """Return the words of an output without its numbers, which differ a little from machine to machine."""
    words = re.sub(r"[<~]?[-+]?\d[\d.,]*(e[-+]?\d+)?(\+\w+)?", "#", re.sub("─+", "─", text)).split()
    return [word for word in words if word != "#"]


@pytest.mark.timeout(400)
def test_output_in_the_readme_is_what_it_prints(workplace: Path) -> None:
    shown = [text for page, text in blocks("text") if page == "README.md"]
    done = parity("parity run xor-sigmoid sensor", workplace)
    assert masked(done.stdout) == masked(shown[0])


@pytest.mark.timeout(400)
def test_message_in_the_readme_is_what_it_prints(
    workplace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def twice(self: Sigmoid, params: object, y: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        return dy * (y * (1 - y)) * (y * (1 - y)), {}

    monkeypatch.setattr(Sigmoid, "backward", twice)
    monkeypatch.setattr(
        sys, "argv", ["parity", "run", "xor-sigmoid", "--against", "torch", "--dtype", "float64"]
    )
    monkeypatch.chdir(workplace)
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1
    shown = [text for page, text in blocks("text") if page == "README.md"]
    said = capsys.readouterr().out
    assert masked(shown[1]) == masked(said[said.index("PARITY BROKEN") : said.index("✗ Parity is broken")])


def test_scenario_in_the_page_is_the_file() -> None:
    shown = [text for page, text in blocks("toml") if page == "scenarios.md"]
    assert shown == [(ROOT / "docs/examples/my-network.toml").read_text()]


def test_page_of_conventions_is_up_to_date() -> None:
    assert (ROOT / "docs/conventions.md").read_text() == as_markdown() + "\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)", page.read_text())
    broken = [t for t in targets if not t.startswith("http") and not (page.parent / t).exists()]
    assert broken == []
