"""Loading a file runs its definitions, and nothing else; whatever real files contain."""

import ast
import inspect
import traceback

import numpy as np
import pytest

from parity.subject.loading import Loaded
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
