"""Which files are meant, and how feedback on them is called."""

from pathlib import Path

import pytest

from parity.errors import ParityError
from parity.grading.files import find, short_names


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (
        "a.py",
        "b.py",
        "notes.txt",
        "in/ann/net.py",
        "in/bob/x/y/net.py",
        "net[1].py",
        "only/readme.md",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "in/folder.py").mkdir()


@pytest.mark.parametrize(
    ("patterns", "files"),
    [
        (["a.py"], ["a.py"]),
        (["?.py"], ["a.py", "b.py"]),
        (["b.py", "?.py"], ["b.py", "a.py"]),
        (["*"], ["a.py", "b.py", "net[1].py"]),
        (["net[1].py"], ["net[1].py"]),
        (["in/**/*.py"], ["in/ann/net.py", "in/bob/x/y/net.py"]),
        (["./a.py", "a.py"], ["a.py"]),
        (["notes.txt"], ["notes.txt"]),
    ],
)
def test_find(patterns: list[str], files: list[str]) -> None:
    assert find(patterns) == list(map(Path, files))


def test_every_problem_is_said() -> None:
    with pytest.raises(ParityError) as caught:
        find(["a.py", "in", "no.py", "no/*.py", "only/*"])
    assert caught.value.problems == [
        "in is a folder, but should be files: 'in/*.py', or 'in/**/*.py'",
        "no.py does not exist, but should be a file of Python or a pattern",
        "no/*.py matches no file of Python (.py)",
        "only/* matches only other things than files of Python (.py)",
    ]


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["a.py", "b.py"], ["a", "b"]),
        (["in/ann/net.py", "in/bob/net.py", "in/bob/a.py"], ["ann__net", "bob__net", "a"]),
        (["in/Net.py", "other/net.py"], ["in__Net", "other__net"]),
        (["a__net.py", "a/net.py", "b/net.py"], ["a__net", "a__net-2", "b__net"]),
        (["a/net.py", "a/net.txt"], ["net", "net-2"]),
    ],
)
def test_names_differ(files: list[str], names: list[str]) -> None:
    found = short_names(list(map(Path, files)))
    assert list(found) == list(map(Path, files))
    assert list(found.values()) == names
