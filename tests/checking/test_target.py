"""``FILE:NAME``."""

from pathlib import Path

import pytest

from parity.checking.target import split


@pytest.mark.parametrize(
    ("target", "file", "name"),
    [
        ("net.py", "net.py", ""),
        ("net.py:Net", "net.py", "Net"),
        ("a/net.py:Net.Inner", "a/net.py", "Net.Inner"),
        (r"C:\nets\net.py", r"C:\nets\net.py", ""),
        (r"C:\nets\net.py:Net", r"C:\nets\net.py", "Net"),
        ("C:/nets/net.py:Net", "C:/nets/net.py", "Net"),
        ("C:net.py", "C:net.py", ""),
        ("C:net", "C:net", ""),
        ("C:net.py:Net", "C:net.py", "Net"),
        ("net.py:", "net.py:", ""),
        ("net.py:3", "net.py:3", ""),
        ("odd:dir/net.py", "odd:dir/net.py", ""),
    ],
)
def test_split(target: str, file: str, name: str) -> None:
    assert split(target) == (Path(file), name)


def test_a_file_with_a_colon_in_its_name(tmp_path: Path) -> None:
    file = tmp_path / "net:v2"
    file.touch()
    assert split(str(file)) == (file, "")
