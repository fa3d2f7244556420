"""What the README and docs/ show: commands, and below them what they print. ``python -m tests.docs.shown`` renews it.

A block ``console`` with one command, or a block ``python``, may be followed by a block ``text``: that is its output.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
IN_EXAMPLES = ("check.md", "grading.md", "pytest.md")
"""Pages whose commands are run in docs/examples, as they say."""

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WITH_OUTPUT = re.compile(
    r"^```(console|python)\n((?:(?!^```$).)*?)^```\n+```text\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
OURS = ("parity check ", "parity watch ", "parity grade ", "pytest ", "cat ")

WATCHED = 60.0


@frozen
class Example:
    """A command or a piece of Python, and what the page says that it prints.

    Attributes:
        page: the name of the file.
        kind: ``console`` or ``python``.
        code: the command or the Python.
        output: what the page shows; empty where it shows nothing.
    """

    page: str
    kind: str
    code: str
    output: str = ""


@frozen
class Done:
    """What has come of a command."""

    code: int
    out: str
    errors: str


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
    return sorted({line for _, line in lines() if line.startswith(program)})


def lines() -> list[tuple[str, str]]:
    """Return every command line, with the page it stands on."""
    return [(page, line) for page, text in blocks("console") for line in text.splitlines()]


def examples() -> list[Example]:
    """Return everything whose output is shown, in the order of the pages."""
    return [
        Example(page.name, kind, code.strip(), output)
        for page in PAGES
        for kind, code, output in WITH_OUTPUT.findall(page.read_text())
        if kind == "python" or code.startswith(OURS)
    ]


def place(page: str, clone: Path) -> Path:
    """Return the folder in which the commands of a page are run."""
    return clone / "docs/examples" if page in IN_EXAMPLES else clone


def run(example: Example, clone: Path) -> Done:
    """Run a command as a user would."""
    words = shlex.split(example.code) if example.kind == "console" else []
    if words[:1] == ["cat"]:
        return Done(0, _written(place(example.page, clone) / words[1], example.page, clone), "")
    flags = ["-W", "error"]
    if example.kind == "python":
        command = [sys.executable, *flags, "-c", example.code]
    elif words[0] == "pytest":
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words[1:]]
    else:
        command = [sys.executable, *flags, "-m", *words]
    # In CI, pytest cuts no line short; the pages show what is seen at a terminal.
    foreign = ("CI", "BUILD_NUMBER")
    settings = {n: v for n, v in os.environ.items() if not n.startswith("PYTEST_") and n not in foreign}
    settings |= {"PARITY_CACHE": str(clone / "cache"), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100"}
    folder = place(example.page, clone)
    if words[:2] == ["parity", "watch"]:
        return _watched(command, folder, settings)
    done = subprocess.run(
        command, cwd=folder, env=settings, capture_output=True, text=True, timeout=300, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


def _written(path: Path, page: str, clone: Path) -> str:
    """Return what is in a file, which a command above on the page has written."""
    if not path.exists():
        run(next(e for e in examples() if e.page == page and e.code.startswith("parity grade ")), clone)
    return path.read_text()


def _watched(command: list[str], folder: Path, settings: dict[str, str]) -> Done:
    """Start what runs until Ctrl-C, and press it when there is a verdict and nothing more comes."""
    process = subprocess.Popen(
        command, cwd=folder, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said: list[str] = []
    try:
        for line in process.stdout:  # the test's own time limit ends a program that says nothing
            said.append(line)
            if line.startswith("More "):
                break
        time.sleep(0.5)  # it has said its verdict, but not yet taken the exit code from it
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=WATCHED)
    finally:
        process.kill()
        process.wait()
    return Done(process.returncode, "".join(said) + rest, errors)


def shown(example: Example, done: Done) -> str:
    """Return what a person sees of a command: grading tells on standard error how far it is."""
    text = done.errors + done.out if example.code.startswith("parity grade") else done.out
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def clone(folder: Path) -> Path:
    """Make a folder like a clone, as far as examples need one."""
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def _renewed(page: Path, folder: Path) -> Iterator[str]:
    """Yield a page in pieces, with the outputs of today."""
    text, end = page.read_text(), 0
    for match in WITH_OUTPUT.finditer(text):
        kind, code, output = match.groups()
        yield text[end : match.start(3)]
        end = match.end(3)
        if kind == "console" and not code.startswith(OURS):
            yield output
            continue
        example = Example(page.name, kind, code.strip(), output)
        yield shown(example, run(example, folder))
    yield text[end:]


def main() -> None:
    """Renew all outputs, or those of the pages that are named."""
    with tempfile.TemporaryDirectory() as folder:
        there = clone(Path(folder) / "clone")
        for page in PAGES:
            if page.name in sys.argv[1:] or not sys.argv[1:]:
                text = "".join(_renewed(page, there))
                if text != page.read_text():
                    page.write_text(text)
                    print(f"{page.name}: renewed")


if __name__ == "__main__":
    main()
