"""How the process of a program ends, what is left of it, and live objects in one."""

import gc
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parity.subject import places
from parity.subject.failure import SubjectFailure
from parity.subject.limits import Limits
from parity.subject.obituary import obituary
from parity.subject.process import Subject
from tests.subject.guards import TOY, Start, alive, failed


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is less")
def test_everything_holds_here(start: Start) -> None:
    subject = start()
    subject.call("echo", value=1)
    assert {"RLIMIT_DATA", "RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "audit"} <= set(
        subject.holds
    )


def test_it_is_ready_soon(start: Start) -> None:
    begun = time.monotonic()
    start().call("echo", value=1)
    assert time.monotonic() - begun < 2  # 0.15 s on an idle machine


def test_the_folder_goes_with_it(start: Start) -> None:
    subject = start("def f():\n    open('x', 'w').write('y')\n    import os\n    return os.getcwd()\n")
    folder = Path(subject.call("run", function="f"))
    assert (folder / "x").read_text() == "y"
    subject.close()
    assert not folder.exists()
    subject.close()
    assert failed(subject, "echo", value=1).message == "its process has been closed"


def test_nothing_is_left_by_who_forgets_to_close(start: Start, tmp_path: Path) -> None:
    (tmp_path / "mynet.py").write_text("import os\ndef f(): return [os.getpid(), os.getcwd()]\n")
    subject = Subject.of_file(tmp_path / "mynet.py", TOY)
    pid, folder = subject.call("run", function="f")
    del subject
    gc.collect()
    assert not alive(pid)
    assert not Path(folder).exists()


def test_a_notebook_is_told_by_its_cells(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": text} for text in ("x = 1", "%time\ndef f():\n    return 1 / 0")]
    (tmp_path / "net.ipynb").write_text(json.dumps({"cells": cells}))
    with Subject.of_file(tmp_path / "net.ipynb", TOY) as subject:
        assert failed(subject, "run", function="f").trace == ("cell 2, line 3, in f()",)


def test_modules_beside_it_come_along(start: Start, tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_text("import deeper.act\ndef g(): return deeper.act.h()\n")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "act.py").write_text("def h():\n    return 1 / 0\n")
    (tmp_path / "other.py").write_text("x = 1\n")
    subject = start(
        "from layers import g\nimport os\ndef files(): return sorted(os.listdir(os.path.dirname(__file__)))\n"
    )
    assert subject.call("run", function="files") == ["deeper", "layers.py", "mynet.py"]
    told = failed(subject, "run", function="g")
    assert told.trace == ("layers.py:2, in g()", "deeper/act.py:2, in h()")


def test_closing_while_a_call_runs(start: Start) -> None:
    subject = start("def f():\n    while True: pass\n")
    subject.call("names")
    told: list[SubjectFailure] = []
    thread = threading.Thread(target=lambda: told.append(failed(subject, "run", function="f")))
    thread.start()
    time.sleep(0.1)
    subject.close()
    thread.join(5)
    assert (told[0].kind, told[0].message) == ("crashed", "its process has been closed")


def test_two_at_once(start: Start) -> None:
    first, second = start("x = 1\n"), start("y = 2\n")
    assert (first.call("names"), second.call("names")) in ((["y"], ["y"]), (["x"], ["y"]))
    first.close()
    assert second.call("echo", value=1) == 1


def test_a_thread_that_ends_does_not_take_it_along(tmp_path: Path) -> None:
    (tmp_path / "mynet.py").write_text("x = 1\n")
    begun: list[Subject] = []
    thread = threading.Thread(target=lambda: begun.append(Subject.of_file(tmp_path / "mynet.py", TOY)))
    thread.start()
    thread.join()
    with begun[0] as subject:
        assert subject.call("names") == ["x"]


def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    (tmp_path / "mynet.py").write_text("def f():\n    while True: pass\n")
    program = f"""
import os, threading, time
from parity.subject.process import Subject
subject = Subject.of_file({str(tmp_path / "mynet.py")!r}, {TOY!r})
subject.call("names")
print(subject._child.process.pid, flush=True)
threading.Thread(target=lambda: subject.call("run", function="f"), daemon=True).start()
time.sleep(0.3)
os._exit(0)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    deadline = time.monotonic() + 3
    while alive(int(done.stdout)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(int(done.stdout))


DEATHS = {
    3: "exit code 3",
    -9: "was killed (SIGKILL)",
    -11: "crashed (SIGSEGV)",
    -24: "more than 120 s of processor time",
    -25: "a file larger than 16 MB",
    -99: "was killed (signal 99)",
    None: "no longer answers",
}


@pytest.mark.parametrize("code", DEATHS)
def test_obituaries(code: int | None) -> None:
    assert DEATHS[code] in obituary(code, Limits())[0]


# Live objects


class Live:
    """Holds what no pickle could."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def run(self, **arguments: Any) -> Any:
        return self._function(**arguments)


def test_an_object_is_kept_not_copied() -> None:
    weights = np.zeros(3)
    calls = []

    def step(by: float) -> Any:
        calls.append(by)
        weights[:] += by
        return {"weights": weights, "calls": len(calls)}

    with Subject.of_object(lambda: Live(step)) as subject:
        subject.call("run", by=1.0)
        told = subject.call("run", by=2.0)
    np.testing.assert_array_equal(told["weights"], [3, 3, 3])
    assert told["calls"] == 2
    assert not weights.any()
    assert not calls


def test_an_object_is_limited_too(tmp_path: Path) -> None:
    def bad(what: str) -> Any:
        if what == "write":
            (tmp_path / "x").write_text("y")
        elif what == "raise":
            raise ValueError("no")
        elif what == "exit":
            os._exit(4)
        elif what == "loop":
            while True:
                pass

    places.remember("another.py", "another.py")  # loaded here, before
    with Subject.of_object(lambda: Live(bad)) as subject:
        assert failed(subject, "run", what="write").kind == "refused"
        assert failed(subject, "run", what="raise").message == "ValueError: no"
        assert failed(subject, "run", what="raise").trace[-1].endswith("in bad()")
        assert failed(subject, "run", timeout=0.2, what="loop").kind == "timed out"
        assert failed(subject, "run", what="exit").message == "its process ended with exit code 4"
    assert not (tmp_path / "x").exists()


def test_where_there_is_no_fork_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    with pytest.raises(
        SubjectFailure, match="cannot be handed to another process on this platform"
    ) as caught:
        Subject.of_object(lambda: None)
    assert "check the file instead" in caught.value.hint
