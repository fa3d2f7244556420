"""Every command in the README and in docs/ is run, and does what the text says."""

import json
import re
import sys
from pathlib import Path

import pytest

from parity.checking.findings import Check, Outcome
from parity.cli import main
from parity.frameworks.conventions import as_markdown
from scratch.layers import Sigmoid
from scratch.tree import Array
from tests.docs.shown import (
    IN_EXAMPLES,
    OURS,
    PAGES,
    ROOT,
    Done,
    Example,
    blocks,
    clone,
    commands,
    examples,
    lines,
    run,
    shown,
)

OWN_CODES = ("parity check ", "parity watch ")
"""Commands whose exit code says what their verdict is."""

NAMES = re.compile(r"\b[A-Z]\d{3}\b|\b\w+\.(?:py|ipynb)(?::\d+)?|\bline \d+|\bcell \d+|\b\d+(?:-\d+)+\b")
"""What looks like a number, but must be as it is shown: codes, places, the sizes of a network."""

CODES = {outcome: Check("", outcome).exit_code() for outcome in Outcome}

Cache = dict[tuple[str, str], Done]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like a clone, where reports can be written; there has been a run before."""
    folder = clone(tmp_path_factory.mktemp("clone"))
    done = run(Example("", "console", "parity run xor-hand-wired --against none --dtype float64 -q"), folder)
    assert done.code == 4, done.errors  # with nobody to compare with one cannot tell
    return folder


@pytest.fixture(scope="module")
def cache() -> Cache:
    """What each command has done: no command is run twice."""
    return {}


def done_once(example: Example, workplace: Path, cache: Cache) -> Done:
    key = (str(example.page in IN_EXAMPLES), example.code)
    if key not in cache:
        cache[key] = run(example, workplace)
    return cache[key]


def ours() -> list[Example]:
    """Return every command of ``parity``, and those of pytest that are about networks, each once."""
    asked = [
        Example(page, "console", line)
        for page, line in lines()
        if line.startswith("parity ") or (page == "pytest.md" and line.startswith("pytest "))
    ]
    found = {(e.page in IN_EXAMPLES, e.code): e for e in asked}
    return list(found.values())


def right_codes(command: str, done: Done) -> set[int]:
    """Return the exit codes that fit a command and what it has printed."""
    if command.startswith(OWN_CODES):
        return {verdict_code(command, done.out)}
    if command.startswith("pytest "):
        return {1} if re.search(r"\bfailed\b", done.out) else {0}
    if command.startswith("parity grade "):
        return {3} if re.search(r"^\d+  could not run$", done.out, re.MULTILINE) else {0}
    if "--plant" in command:
        return {1}
    alone = "--against none" in command or command.startswith("parity report reports/latest")
    return {0, 4} if alone else {0}


def verdict_code(command: str, printed: str) -> int:
    """Return the exit code of the verdict that was printed."""
    if "--json" in command:
        said = Outcome(json.loads(printed)["outcome"])
    else:
        found = re.search(r"^Verdict +(.+)|^\S+  ([A-Z].+)", printed, re.MULTILINE)
        assert found, printed
        words = (found[1] or found[2]).lower()
        said = max((o for o in Outcome if words.startswith(str(o))), key=lambda outcome: len(outcome))
    return 1 if "--strict" in command and said.right and said is not Outcome.EXACT else CODES[said]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("example", ours(), ids=lambda e: e.code)
def test_command_runs(example: Example, workplace: Path, cache: Cache) -> None:
    done = done_once(example, workplace, cache)
    assert done.code in right_codes(example.code, done), done.out + done.errors
    assert "Traceback" not in done.errors
    assert done.out.strip()


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
        + commands("cat ")
        + commands("python -m tests.docs.shown")
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
def test_python_example_runs(page: str, code: str, workplace: Path, cache: Cache) -> None:
    done = done_once(Example(page, "python", code.strip()), workplace, cache)
    assert done.code == 0, f"{page}\n{done.errors}"


def masked(text: str) -> list[str]:
    """Return the words of an output without its numbers, which differ from machine to machine."""
    words = re.sub(r"[<~]?[-+]?\d[\d.,]*(e[-+]?\d+)?(\+\w+)?", "#", re.sub("─+", "─", text)).split()
    return [word for word in words if word != "#"]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("example", examples(), ids=lambda e: f"{e.page}: {e.code.splitlines()[-1]}")
def test_output_is_what_it_prints(example: Example, workplace: Path, cache: Cache) -> None:
    printed = shown(example, done_once(example, workplace, cache))
    ordered = sorted if example.code.startswith("parity grade ") else list  # files end when they end
    assert ordered(masked(example.output)) == ordered(masked(printed)), "python -m tests.docs.shown renews it"
    names, others = (NAMES.findall(" ".join(text.split())) for text in (example.output, printed))
    assert ordered(names) == ordered(others)


def test_commands_about_networks_show_what_they_print() -> None:
    asked = [line for page, line in lines() if page in IN_EXAMPLES and line.startswith(OURS)]
    without = [line for line in asked if line not in {e.code for e in examples()}]
    assert without == []


@pytest.mark.timeout(400)
def test_output_in_the_readme_is_what_it_prints(workplace: Path, cache: Cache) -> None:
    said = next(text for page, text in blocks("text") if page == "README.md" and "xor-sigmoid" in text)
    done = done_once(Example("README.md", "console", "parity run xor-sigmoid sensor"), workplace, cache)
    assert masked(done.out) == masked(said)


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
    message = next(text for page, text in blocks("text") if page == "README.md" and "PARITY BROKEN" in text)
    said = capsys.readouterr().out
    assert masked(message) == masked(said[said.index("PARITY BROKEN") : said.index("✗ Parity is broken")])


def test_scenario_in_the_page_is_the_file() -> None:
    there = [text for page, text in blocks("toml") if page == "scenarios.md"]
    assert there == [(ROOT / "docs/examples/my-network.toml").read_text()]


def test_fixed_network_is_the_wrong_one_with_one_line_moved() -> None:
    wrong, fixed = ((ROOT / f"docs/examples/{name}").read_text() for name in ("mynet.py", "mynet_fixed.py"))
    assert wrong != fixed
    assert sorted(wrong.splitlines()[1:]) == sorted(fixed.splitlines()[1:])


@pytest.mark.parametrize(
    "code", [text for page, text in blocks("python") if page in {*IN_EXAMPLES, "README.md"}]
)
def test_code_that_is_shown_stands_in_its_file(code: str) -> None:
    """Code without an import is a piece of an example."""
    if re.search(r"^(import|from) ", code, re.MULTILINE):
        return
    files = [path.read_text() for path in (ROOT / "docs/examples").rglob("*.py")]
    assert any(without_margin(code) in without_margin(text) for text in files), code


def without_margin(code: str) -> str:
    return "\n".join(line.strip() for line in code.strip().splitlines())


def test_page_of_conventions_is_up_to_date() -> None:
    assert (ROOT / "docs/conventions.md").read_text() == as_markdown() + "\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)", page.read_text())
    broken = [t for t in targets if not t.startswith("http") and not (page.parent / t).exists()]
    assert broken == []
