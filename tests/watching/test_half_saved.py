"""Files in the middle of being written."""

from pathlib import Path

import pytest

from parity.watching.half_saved import complaint


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"def f(:\n    pass\n", "net.py:1 is not Python yet: invalid syntax\n    def f(:\n          ^"),
        (b"a = 1\nf(1,\n", "net.py:2 is not Python yet: '(' was never closed"),
        (b"def f():\n", "expected an indented block"),
        (b"a = '\xff'\n", "net.py"),
        (b"a = 1\0\n", "null bytes"),
        (b"(" * 500, "net.py"),
        (b"a = " + b"-" * 100_000 + b"1\n", "net.py is not Python yet"),
    ],
)
def test_it_says_why(source: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_bytes(source)
    assert said in complaint(file)


def test_python_is_fine(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text("a = '\\d'  # an invalid escape warns, and warnings are errors in these tests\n")
    assert complaint(file) == ""


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    assert "cannot be read" in complaint(tmp_path / "net.py")
