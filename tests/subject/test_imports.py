"""What a program imports: its own modules, what is missing, and what is replaced."""

import inspect
import sys
from pathlib import Path

import numpy as np
import pytest

from parity.subject.copies import copy_program
from parity.subject.loading import load
from tests.subject.guards import Load

pytestmark = pytest.mark.usefixtures("as_it_was")


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
