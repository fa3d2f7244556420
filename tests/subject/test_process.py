"""A program in a process of its own: calls, answers, failures in words, and what is left when it ends."""

import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parity.errors import ParityError
from parity.subject import places
from parity.subject.failure import SubjectFailure
from parity.subject.limits import Limits
from parity.subject.obituary import obituary
from parity.subject.printed import Printed
from parity.subject.process import Subject
from parity.subject.timing import TimeLimit, time_limit
from tests.subject.guards import TOY, Start, alive


def failure(subject: Subject, *arguments: Any, **named: Any) -> SubjectFailure:
    with pytest.raises(SubjectFailure) as caught:
        subject.call(*arguments, **named)
    return caught.value


# Calls


def test_a_program_answers(start: Start) -> None:
    subject = start("import numpy as np\ndef double(x): return 2 * x\nprint('x')\n")
    np.testing.assert_array_equal(subject.call("run", function="double", arguments=[np.arange(3)]), [0, 2, 4])
    assert subject.call("names") == ["np", "double"]


def test_an_exception_is_told_with_its_place(start: Start) -> None:
    subject = start("def f():\n    return g()\n\ndef g():\n    raise ValueError('wrong\\nsecond line')\n")
    told = failure(subject, "run", function="f")
    assert (told.kind, told.message) == ("raised", "ValueError: wrong")
    assert told.trace == ("mynet.py:2, in f()", "mynet.py:5, in g()")
    assert subject.call("echo", value=1) == 1


RAISING = {
    "def f(): f()": "a function calls itself without end (RecursionError)",
    "def f(): exit()": "the program ends itself: it calls exit()",
    "import sys\ndef f(): sys.exit(3)": "the program ends itself: it calls exit()",
    "def f(): raise KeyboardInterrupt": "KeyboardInterrupt",
    "class Bad(Exception):\n    def __str__(self): raise self\ndef f(): raise Bad": "Bad",
    "def f(): raise GeneratorExit": "GeneratorExit",
}


@pytest.mark.parametrize("text", RAISING)
def test_whatever_is_raised_the_next_call_works(start: Start, text: str) -> None:
    subject = start(text)
    told = failure(subject, "run", function="f")
    assert (told.kind, told.message) == ("raised", RAISING[text])
    assert subject.call("echo", value=1) == 1


def test_no_program_is_refused_in_words(start: Start) -> None:
    told = failure(start("def f(:\n"), "names")
    assert (told.kind, told.message) == ("refused", "mynet.py is no Python: invalid syntax [line 1]")
    assert "py_compile" in told.hint


def test_no_file_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ParityError, match="does not exist"):
        Subject.of_file(tmp_path / "none.py")


def test_private_methods_are_not_called(start: Start) -> None:
    assert "no public method" in failure(start(), "__init__", path="x", name="y").message


def test_a_handler_that_cannot_be_imported_is_a_death(start: Start) -> None:
    told = failure(start(handler="tests.subject.toy:Missing"), "echo", value=1)
    assert (told.kind, told.message) == ("crashed", "its process ended with exit code 1")


def test_what_cannot_be_sent_back_is_said(start: Start) -> None:
    subject = start("def f(): return object()\n")
    assert "object cannot be sent" in failure(subject, "run", function="f").message
    assert "a message of 300 MB is too large" in failure(subject, "huge", megabytes=300).message
    assert subject.call("huge", megabytes=40).nbytes == 40 * 2**20


# Time


def test_a_loop_without_end_costs_one_call(start: Start) -> None:
    subject = start("def f():\n    while True: pass\n")
    begun = time.monotonic()
    told = failure(subject, "run", timeout=0.3, function="f")
    assert (told.kind, told.message) == ("timed out", "took longer than 0.3 s, and was stopped")
    assert told.trace == ("mynet.py:2, in f()",)
    assert time.monotonic() - begun < 2
    assert subject.call("patient", function="f", seconds=0.1) == "stopped"
    assert subject.call("echo", value=1) == 1


def test_what_cannot_be_stopped_is_killed(start: Start) -> None:
    subject = start("def f():\n    return sum(iter(int, 1))\n")
    subject.call("names")
    begun = time.monotonic()
    told = failure(subject, "run", timeout=0.2, function="f")
    assert time.monotonic() - begun < 5
    assert (told.kind, told.message) == (
        "timed out",
        "took longer than its time limit, and its process was killed",
    )
    assert failure(subject, "echo", value=1).kind == "timed out"


def forever() -> None:
    while True:
        pass


def test_time_limits_nest() -> None:
    begun = time.monotonic()
    with pytest.raises(TimeLimit) as caught, time_limit(0.05), time_limit(3):
        forever()
    assert time.monotonic() - begun < 2
    assert caught.value.seconds == 0.05
    stopped = []
    with time_limit(10):
        for _ in range(2):
            try:
                with time_limit(0.05):
                    forever()
            except TimeLimit:
                stopped.append(True)
    time.sleep(0.06)
    assert stopped == [True, True]


def test_somebody_elses_alarm_is_put_back() -> None:
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    signal.setitimer(signal.ITIMER_REAL, 0.15)
    with pytest.raises(TimeLimit), time_limit(0.05):
        forever()
    assert not rung
    time.sleep(0.15)
    signal.signal(signal.SIGALRM, before)
    assert rung == [True]


def test_a_time_limit_that_is_swallowed_comes_again(start: Start) -> None:
    subject = start("""
def forever():
    while True: pass
def f():
    try: forever()
    except: forever()
""")
    assert subject.call("patient", timeout=2, function="f", seconds=0.05) == "stopped"


def test_processor_time_has_an_end(start: Start) -> None:
    subject = start(
        "import signal\ndef f():\n    signal.setitimer(signal.ITIMER_REAL, 0)\n    while True: pass\n",
        Limits(processor=1),
    )
    told = failure(subject, "run", timeout=20, function="f")
    assert (told.kind, told.message) == ("crashed", "it used more than 1 s of processor time")


# Printing


def test_printing_is_kept_up_to_a_limit(start: Start) -> None:
    subject = start("""
import sys
def f():
    print('loss', 0.5)
    sys.stderr.write('x' * 100_000)
    sys.stdout.buffer.write(b'y')
""")
    told = subject.call("printed", function="f")
    assert told["text"].startswith("loss 0.5\nxxx")
    assert len(told["text"]) == 65_536
    assert told["lost"] == 100_000 + 10 - 65_536


def test_printed_can_be_nested() -> None:
    before = sys.stdout
    with Printed() as outer:
        print("a")
        with Printed() as inner:
            print("b")
        print("c", flush=True)
    assert (outer.text, inner.text) == ("a\nc\n", "b\n")
    assert sys.stdout is before


# Life and death


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
    assert failure(subject, "echo", value=1).message == "its process has been closed"


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
        assert failure(subject, "run", function="f").trace == ("cell 2, line 3, in f()",)


def test_modules_beside_it_come_along(start: Start, tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_text("import deeper.act\ndef g(): return deeper.act.h()\n")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "act.py").write_text("def h():\n    return 1 / 0\n")
    (tmp_path / "other.py").write_text("x = 1\n")
    subject = start(
        "from layers import g\nimport os\ndef files(): return sorted(os.listdir(os.path.dirname(__file__)))\n"
    )
    assert subject.call("run", function="files") == ["deeper", "layers.py", "mynet.py"]
    told = failure(subject, "run", function="g")
    assert told.trace == ("layers.py:2, in g()", "deeper/act.py:2, in h()")


def test_closing_while_a_call_runs(start: Start) -> None:
    subject = start("def f():\n    while True: pass\n")
    subject.call("names")
    told: list[SubjectFailure] = []
    thread = threading.Thread(target=lambda: told.append(failure(subject, "run", function="f")))
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
        assert failure(subject, "run", what="write").kind == "refused"
        assert failure(subject, "run", what="raise").message == "ValueError: no"
        assert failure(subject, "run", what="raise").trace[-1].endswith("in bad()")
        assert failure(subject, "run", timeout=0.2, what="loop").kind == "timed out"
        assert failure(subject, "run", what="exit").message == "its process ended with exit code 4"
    assert not (tmp_path / "x").exists()


def test_where_there_is_no_fork_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    with pytest.raises(
        SubjectFailure, match="cannot be handed to another process on this platform"
    ) as caught:
        Subject.of_object(lambda: None)
    assert "check the file instead" in caught.value.hint
