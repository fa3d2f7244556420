"""Loading a file runs its definitions, and nothing else; whatever real files contain."""

import ast
import inspect
import sys
import traceback
from pathlib import Path

import numpy as np
import pytest

from parity.subject.copies import copy_program
from parity.subject.loading import Loaded, load
from tests.subject.guards import Load

pytestmark = pytest.mark.usefixtures("as_it_was")


def deferred(loaded: Loaded) -> list[str]:
    return [ast.unparse(statement) for statement in loaded.deferred]


HEAD = """
import math, os, sys, random, pathlib
import numpy as np
import matplotlib.pyplot as plt
import pandas as pd
from numpy import exp, loadtxt
from numpy.random import randn
X = np.array([[0, 1], [1, 1]])
rng = np.random.default_rng(0)
params = {}
log = []
def sigmoid(z): return 1 / (1 + exp(-z))
class Net:
    def fit(self): log.append("fit")
"""

RUN = (
    "a = 1",
    "a: int = 1",
    "a, b = 1, [2, 3]",
    "a = X.T.dot(X).reshape(-1)",
    "a = np.random.randn(3, 4) * np.sqrt(2 / 3)",
    "a = np.array([[1, 2]]).T.astype(float)[0].sum()",
    "a = randn(2)",
    "a = rng.normal(size=3)",
    "a = [math.exp(i) for i in range(3)]",
    "a = {k: len(k) for k in 'abc'}",
    "a = lambda z: sigmoid(z)",
    "a = os.path.join('x', 'y')",
    "a = pathlib.Path('x')",
    "a = np.vectorize(sigmoid)",
    "a = f'{len(X):>3}'.strip()",
    "a = list(map(int, '123'))",
    "params['W1'] = randn(2, 3)",
    "params.update(b=np.zeros(3))",
    "log.append(1)",
    "X[0, 0] += 3",
    "np.random.seed(0)",
    "np.set_printoptions(precision=3)",
    "np.seterr(all='ignore')",
    "random.seed(1)",
    "sys.path.append('lib')",
    "os.environ['A'] = '1'",
    "del X",
    "if len(X) > 1:\n    a = 1\nelse:\n    a = 2",
    "try:\n    a = np.float128\nexcept AttributeError:\n    a = float",
    "async def a(): pass",
)
DEFER = (
    "print('loss')",
    "a = Net()",
    "a = sigmoid(X)",
    "a = [sigmoid(x) for x in X]",
    "a = sum(sigmoid(x) for x in X)",
    "Net().fit()",
    "Net.fit(None)",
    "a = open('data.csv')",
    "a = pd.read_csv('data.csv')",
    "a = np.loadtxt('data.csv')",
    "a = loadtxt('data.csv')",
    "a = np.load('x.npy').T",
    "np.save('x.npy', X)",
    "X.tofile('x')",
    "plt.plot(X)",
    "plt.show()",
    "a = input('n? ')",
    "sys.exit()",
    "sys.setrecursionlimit(10**6)",
    "os.system('ls')",
    "a = os.listdir('.')",
    "a = pathlib.Path('x').read_text()",
    "a = eval('1')",
    "exec('a = 1')",
    "a = (lambda: 1)()",
    "a = np.vectorize(sigmoid)(X)",
    "np.exp = 1",
    "for i in range(3):\n    log.append(i)",
    "while True:\n    pass",
    "with open('x') as f:\n    a = f.read()",
    "if __name__ == '__main__':\n    a = 1",
    "if '__main__' == __name__:\n    a = 1\nelse:\n    a = 2",
    "if X.any():\n    print(X)",
    "if sigmoid(0) > 1:\n    a = 1",
    "try:\n    a = Net()\nexcept ValueError:\n    pass",
    "assert sigmoid(0) == 0.5",
    "X",
    "params['net'] = Net()",
)


@pytest.mark.parametrize("statement", RUN)
def test_what_defines_runs(program: Load, statement: str) -> None:
    loaded = program(HEAD + statement)
    assert deferred(loaded) == []
    assert loaded.notes == ()
    assert "a" in loaded.namespace or not statement.startswith(("a", "if", "try"))


@pytest.mark.parametrize("statement", DEFER)
def test_what_does_something_is_kept_for_later(program: Load, statement: str) -> None:
    loaded = program(HEAD + statement)
    assert deferred(loaded) == [ast.unparse(ast.parse(statement).body[0])]
    assert "a" not in loaded.namespace
    assert loaded.namespace["log"] == []


def test_a_statement_that_fails_stops_no_other(program: Load) -> None:
    loaded = program("""
        import numpy as np
        data = open("missing.csv")
        n = data.shape
        a = 1 / 0
        def forward(x): return x
    """)
    assert deferred(loaded) == ["data = open('missing.csv')", "n = data.shape", "a = 1 / 0"]
    assert loaded.notes == (
        "mynet.py:4 was not run: NameError: name 'data' is not defined",
        "mynet.py:5 was not run: ZeroDivisionError: division by zero",
    )
    assert loaded.namespace["forward"](3) == 3


def test_a_definition_without_end_is_given_up(program: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parity.subject.execution.SECONDS", 0.1)
    loaded = program("class Net:\n    while True:\n        pass\nx = [0 for _ in iter(int, 1)]\ny = 1")
    assert loaded.namespace["y"] == 1
    assert loaded.notes == (
        "mynet.py:1 was not run: TimeLimit: took longer than 0.1 s",
        "mynet.py:4 was not run: TimeLimit: took longer than 0.1 s",
    )


def test_exit_in_a_definition_is_no_end(program: Load) -> None:
    loaded = program("class Net:\n    exit()\nx = 1")
    assert loaded.namespace["x"] == 1
    assert len(loaded.deferred) == 1


def test_traces_and_sources_are_the_users(program: Load) -> None:
    loaded = program("""
        class Net:
            def forward(self, x):
                return x @ self.missing


        def gradient(x):
            return Net().forward(x)
    """)
    with pytest.raises(AttributeError) as caught:
        loaded.namespace["gradient"](3)
    frames = traceback.extract_tb(caught.value.__traceback__)[1:]
    assert [(frame.filename, frame.lineno, frame.line) for frame in frames] == [
        (str(loaded.path), 8, "return Net().forward(x)"),
        (str(loaded.path), 4, "return x @ self.missing"),
    ]
    assert inspect.getsource(loaded.namespace["Net"]).startswith("class Net:\n    def forward")
    assert inspect.getsource(loaded.namespace["gradient"]).startswith("def gradient(x):")
    assert loaded.place(8) == "mynet.py:8"


# Imports


def test_missing_modules_complain_only_when_used(program: Load) -> None:
    loaded = program("""
        import nowhere
        import nowhere.deep as deep
        from elsewhere.far import thing, other
        def use(): return nowhere.thing(3)
        def later(): return thing + 1
        def third(): return deep.x.y[0]
    """)
    assert loaded.stubs == ("nowhere", "elsewhere")
    with pytest.raises(
        ImportError, match=r"^nowhere is not installed, and nowhere.thing is used in mynet.py:5$"
    ):
        loaded.namespace["use"]()
    with pytest.raises(
        ImportError, match=r"elsewhere is not installed, and elsewhere.far.thing is used in mynet.py:6"
    ):
        loaded.namespace["later"]()
    with pytest.raises(ImportError, match=r"nowhere.deep.x.y is used in mynet.py:7"):
        loaded.namespace["third"]()


@pytest.mark.usefixtures("without_frameworks")
def test_heavy_modules_are_not_imported(program: Load) -> None:
    loaded = program("""
        import torch, torch.nn as nn
        from torch.nn import functional as F
        from numba import njit
        import tensorflow as tf
        @njit(parallel=True)
        def f(x: torch.Tensor | None = None): return x
        @njit
        def g(x): return x
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.w = 1
        def h(): return torch.zeros(3)
    """)
    assert "torch" in loaded.stubs
    assert not hasattr(sys.modules["torch"], "__version__")
    assert (loaded.namespace["f"](3), loaded.namespace["g"](4), loaded.namespace["Net"]().w) == (3, 4, 1)
    with pytest.raises(
        ImportError, match=r"torch is not imported while a network is checked, and torch.zeros is used"
    ):
        loaded.namespace["h"]()


def test_plots_do_nothing_and_bars_are_loops(program: Load) -> None:
    loaded = program("""
        import matplotlib.pyplot as plt
        import seaborn as sns
        from tqdm import tqdm, trange
        def train():
            import matplotlib.pyplot as late
            fig, ax = plt.subplots()
            ax.plot([1, 2]); plt.show(); sns.set(); late.title("x")
            bar = tqdm(range(3), desc="epochs")
            seen = []
            for i in bar:
                bar.set_description("x")
                seen.append(i)
            with tqdm(total=3) as t:
                t.update(1)
            return seen + [i for i in trange(2)]
    """)
    assert loaded.namespace["train"]() == [0, 1, 2, 0, 1]


@pytest.mark.usefixtures("without_frameworks")
def test_a_file_that_helps_itself_is_let(program: Load) -> None:
    loaded = program("""
        try:
            import cupy as xp
        except ImportError:
            import numpy as xp
        try:
            import torch
            HAS_TORCH = True
        except ModuleNotFoundError:
            HAS_TORCH = False
    """)
    assert loaded.namespace["xp"] is np
    assert loaded.namespace["HAS_TORCH"] is False
    assert loaded.notes == ()


def test_modules_beside_it_are_loaded_the_same_way(program: Load) -> None:
    loaded = program(
        """
        import numpy as np
        from layers import Dense, missing
        import lib.tools as tools
        from sub.deep import DEEP
        """,
        layers="""
        import numpy as np
        class Dense: pass
        print("training"); raise SystemExit
        for i in range(10**12): pass
        """,
        lib__of__tools="import layers\nX = 3",
        sub__of____init__="",
        sub__of__deep="from . import other\nfrom .other import Y\nDEEP = Y + 1",
        sub__of__other="Y = 1",
    )
    assert loaded.namespace["Dense"].__module__ == "layers"
    assert loaded.namespace["tools"].layers is sys.modules["layers"]
    assert loaded.namespace["DEEP"] == 2
    with pytest.raises(
        ImportError, match=r"layers cannot be imported \(ImportError: cannot import name 'missing'"
    ):
        loaded.namespace["missing"]()


def test_an_error_beside_it_is_told_with_its_place(program: Load) -> None:
    loaded = program("import layers", layers="x = 1\ny = 1 / 0\ndef f(): return 1 / 0\n")
    assert loaded.notes == ("layers.py:2 was not run: ZeroDivisionError: division by zero",)


def test_python_itself_is_not_shadowed(program: Load) -> None:
    loaded = program("import random\nimport numpy", random="x = 1", numpy="x = 1")
    assert hasattr(loaded.namespace["random"], "gauss")
    assert loaded.namespace["numpy"] is np


@pytest.mark.parametrize("marked", [True, False])
def test_relative_imports(tmp_path: Path, marked: bool) -> None:
    package = tmp_path / "nets" / "deep"
    package.mkdir(parents=True)
    if marked:
        (tmp_path / "nets" / "__init__.py").write_text("from .deep.mynet import Net\n")
        (package / "__init__.py").write_text("")
    (package / "mynet.py").write_text("from .act import relu\nfrom ..util import X\nclass Net: x = X\n")
    (package / "act.py").write_text("def relu(z): return z\n")
    (tmp_path / "nets" / "util.py").write_text("X = 3\n")
    loaded = load(package / "mynet.py")
    assert loaded.notes == ()
    assert loaded.stubs == ()
    assert loaded.namespace["Net"].x == 3


def test_the_folder_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ch05").mkdir()
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "layers.py").write_text("class Affine: pass\nprint('x')\n")
    (tmp_path / "ch05" / "net.py").write_text(
        "import sys, os\nsys.path.append(os.pardir)\nfrom common.layers import *\n"
    )
    (tmp_path / "copy").mkdir()
    copied = copy_program(tmp_path / "ch05" / "net.py", tmp_path / "copy")
    monkeypatch.chdir(copied.parent)
    loaded = load(copied, str(tmp_path / "ch05" / "net.py"))
    assert loaded.namespace["Affine"].__module__ == "common.layers"
    assert inspect.getfile(loaded.namespace["Affine"]).startswith(str(tmp_path / "copy"))


def test_a_module_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("raise RuntimeError('was run')\n")
    (tmp_path / "pkg" / "net.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    loaded = load("pkg.net")
    assert loaded.namespace["x"] == 1
    assert loaded.path == tmp_path / "pkg" / "net.py"


def test_an_installed_module_keeps_its_own_imports() -> None:
    loaded = load("cycler")
    assert loaded.stubs == ()
    assert "Cycler" in loaded.namespace


# Old names


def test_old_names_are_brought_back(program: Load) -> None:
    loaded = program("""
        import numpy as np, time, collections
        x = np.array([1], dtype=np.float)
        y = np.product(x) + np.Infinity
        t = time.clock()
        h = collections.Hashable
        n = np.random.random_integers(1, size=3)
        def later(): return np.int(3)
    """)
    assert loaded.deferred == ()
    assert "numpy.float no longer exists; taken as it was" in loaded.notes
    assert "time.clock no longer exists; taken as it was" in loaded.notes
    assert not any("numpy.int " in note for note in loaded.notes)
    assert loaded.namespace["later"]() == 3
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        np.nonsense  # type: ignore[attr-defined] # noqa: B018


def test_what_python2_had_and_np_are_supplied(program: Load) -> None:
    loaded = program("def f():\n    return [np.sum(x) for x in xrange(3)]\n")
    assert loaded.namespace["f"]() == [0, 1, 2]
    assert loaded.notes == (
        "np is used, but not defined; taken as numpy",
        "xrange is used, but not defined; taken as range",
    )
    assert program("xrange = 3\nimport random as np\ny = xrange\nz = np").notes == ()


def test_future_annotations_hold_for_every_statement(program: Load) -> None:
    loaded = program("from __future__ import annotations\ndef f(x: Missing) -> Missing: return x\n")
    assert loaded.notes == ()
    assert loaded.namespace["f"].__annotations__["x"] == "Missing"
