"""Programs in any encoding, out of notebooks and out of Python 2; and what is no program."""

import json
import re
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parity.errors import ParityError
from parity.subject.loading import load
from tests.subject.guards import Load

pytestmark = pytest.mark.usefixtures("as_it_was")


def test_names_of_any_language(program: Load) -> None:
    loaded = program("сеть = 1\n权重 = [2]\nname = '<script>alert(1)</script>'\n")
    assert loaded.namespace["сеть"] + loaded.namespace["权重"][0] == 3


TEXTS = {
    "cookie": ("# -*- coding: cp1251 -*-\nx = 'сеть'\n".encode("cp1251"), "сеть", None),
    "byte order mark": (b"\xef\xbb\xbfx = '\xc3\xa9'\n", "é", None),
    "utf-16": ("x = 'é'\n".encode("utf-16"), "é", "its encoding is UTF-16"),
    "latin-1": (b"x = '\xe9'\n", "é", "read as Latin-1"),
    "unknown cookie": (b"# coding: klingon\nx = '\xe9'\n", "é", "read as Latin-1"),
    "carriage returns": (b"x = 'a'\ry = 1\r", "a", None),
    "tabs": (
        b"def f():\n        if 1:\n\treturn 2\nx = 'a'\n".replace(b"if 1:\n\t", b"y = 1\n\t"),
        "a",
        "tabs and spaces",
    ),
    "form feed": (b"\x0cx = 'a'\n", "a", None),
}


@pytest.mark.parametrize("case", TEXTS)
def test_encodings(tmp_path: Path, case: str) -> None:
    data, expected, note = TEXTS[case]
    (tmp_path / "mynet.py").write_bytes(data)
    loaded = load(tmp_path / "mynet.py")
    assert loaded.namespace["x"] == expected
    assert any(note in told for told in loaded.notes) if note else loaded.notes == ()


def test_an_empty_file(program: Load) -> None:
    assert program("").deferred == ()


def write(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


WRONG: dict[str, tuple[Callable[[Path], Path], str, str]] = {
    "missing": (lambda t: write(t, "mynet.py", b"") and t / "mynte.py", "mynte.py does not", "did you mean .*mynet.py"),
    "folder": (lambda t: t, "is a folder, but should be a file", "parity grade"),
    "device": (lambda t: Path("/dev/zero"), "is no ordinary file", ""),
    "compiled": (lambda t: write(t, "x.pyc", b"x"), "is compiled", "source"),
    "nul": (lambda t: write(t, "x.py", b"x = 1\0"), "x.py contains NUL bytes", "Save it again"),
    "syntax": (lambda t: write(t, "x.py", b"a = 1\ndef f(:\n"), r"x.py is no Python: .* \[line 2\]", "py_compile"),
    "deep": (lambda t: write(t, "x.py", b"x = " + b"(" * 9999), "x.py is no Python", ""),
    "huge": (lambda t: write(t, "x.py", b"#" * 3_000_000), "is larger than 2 MB", "data in files"),
    "notebook": (lambda t: write(t, "x.ipynb", b"{}"), "is no notebook", "Jupyter"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_program(tmp_path: Path, case: str) -> None:
    make, message, hint = WRONG[case]
    with pytest.raises(ParityError, match=message) as caught:
        load(make(tmp_path))
    assert re.search(hint, caught.value.hint)


# Notebooks


def code(*lines: str) -> dict[str, Any]:
    return {"cell_type": "code", "source": [line + "\n" for line in lines], "metadata": {}, "outputs": []}


def test_notebooks(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": "# Title"},
        code("%matplotlib inline", "import numpy as np", "!pip install x", "if True:", "    %time 3"),
        code("%%bash", "rm -rf /"),
        code("%%time", "def f(x):", "    get_ipython().run_line_magic('x', '')", "    return 1 / x"),
        code("a = 'x %d' \\", "  % 3", "np.array?", "files = !ls"),
        code("this is no Python"),
        code("print 'Python 2'", "b = 2"),
    ]
    (tmp_path / "net.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
    loaded = load(tmp_path / "net.ipynb")
    assert [name in loaded.namespace for name in ("np", "f", "a", "b")] == [True, True, True, True]
    assert "cell 5 is no Python, and was left out: invalid syntax [line 1]" in loaded.notes
    with pytest.raises(ZeroDivisionError) as caught:
        loaded.namespace["f"](0)
    line = traceback.extract_tb(caught.value.__traceback__)[-1].lineno
    assert line is not None
    assert loaded.place(line) == "cell 3, line 4"


def test_old_notebooks(tmp_path: Path) -> None:
    book = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1\n", "y = 2"]}]}], "nbformat": 3}
    (tmp_path / "net.ipynb").write_text(json.dumps(book))
    assert load(tmp_path / "net.ipynb").namespace["y"] == 2


# Python 2


def test_python2(program: Load) -> None:
    loaded = program("""
        import numpy as np
        import cPickle
        def f(d, (a, b)):
            print "loss", d
            for k, v in d.iteritems():
                print k
            raise ValueError, "x"
        def g():
            return 1 / 0
        for i in xrange(10**12): print i
    """)
    assert loaded.notes[0] == "converted from Python 2 (in which 1/2 is 0, and here 0.5)"
    assert loaded.namespace["pickle"].__name__ == "pickle"
    with pytest.raises(ValueError, match="x"):
        loaded.namespace["f"]({}, (1, 2))


def test_python2_keeps_line_numbers(program: Load) -> None:
    loaded = program("print 'x'\ndef g(n):\n    print n\n    return 1 / 0\n")
    with pytest.raises(ZeroDivisionError) as caught:
        loaded.namespace["g"](1)
    assert traceback.extract_tb(caught.value.__traceback__)[-1].lineno == 4
    assert len(loaded.notes) == 1
