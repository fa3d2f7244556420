"""A program in a process of its own: calls, answers, failures in words, and what is left when it ends."""

import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from parity.errors import ParityError
from parity.subject.limits import Limits
from parity.subject.printed import Printed
from parity.subject.process import Subject
from parity.subject.timing import TimeLimit, time_limit
from tests.subject.guards import Start, failed

# Calls


def test_a_program_answers(start: Start) -> None:
    subject = start("import numpy as np\ndef double(x): return 2 * x\nprint('x')\n")
    np.testing.assert_array_equal(subject.call("run", function="double", arguments=[np.arange(3)]), [0, 2, 4])
    assert subject.call("names") == ["np", "double"]


def test_an_exception_is_told_with_its_place(start: Start) -> None:
    subject = start("def f():\n    return g()\n\ndef g():\n    raise ValueError('wrong\\nsecond line')\n")
    told = failed(subject, "run", function="f")
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
    told = failed(subject, "run", function="f")
    assert (told.kind, told.message) == ("raised", RAISING[text])
    assert subject.call("echo", value=1) == 1


def test_no_program_is_refused_in_words(start: Start) -> None:
    told = failed(start("def f(:\n"), "names")
    assert (told.kind, told.message) == ("refused", "mynet.py is no Python: invalid syntax [line 1]")
    assert "py_compile" in told.hint


def test_no_file_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ParityError, match="does not exist"):
        Subject.of_file(tmp_path / "none.py")


def test_private_methods_are_not_called(start: Start) -> None:
    assert "no public method" in failed(start(), "__init__", path="x", name="y").message


def test_a_handler_that_cannot_be_imported_is_a_death(start: Start) -> None:
    told = failed(start(handler="tests.subject.toy:Missing"), "echo", value=1)
    assert (told.kind, told.message) == ("crashed", "its process ended with exit code 1")


def test_what_cannot_be_sent_back_is_said(start: Start) -> None:
    subject = start("def f(): return object()\n")
    assert "object cannot be sent" in failed(subject, "run", function="f").message
    assert "a message of 300 MB is too large" in failed(subject, "huge", megabytes=300).message
    assert subject.call("huge", megabytes=40).nbytes == 40 * 2**20


# Time


def test_a_loop_without_end_costs_one_call(start: Start) -> None:
    subject = start("def f():\n    while True: pass\n")
    begun = time.monotonic()
    told = failed(subject, "run", timeout=0.3, function="f")
    assert (told.kind, told.message) == ("timed out", "took longer than 0.3 s, and was stopped")
    assert told.trace == ("mynet.py:2, in f()",)
    assert time.monotonic() - begun < 2
    assert subject.call("patient", function="f", seconds=0.1) == "stopped"
    assert subject.call("echo", value=1) == 1


def test_what_cannot_be_stopped_is_killed(start: Start) -> None:
    subject = start("def f():\n    return sum(iter(int, 1))\n")
    subject.call("names")
    begun = time.monotonic()
    told = failed(subject, "run", timeout=0.2, function="f")
    assert time.monotonic() - begun < 5
    assert (told.kind, told.message) == (
        "timed out",
        "took longer than its time limit, and its process was killed",
    )
    assert failed(subject, "echo", value=1).kind == "timed out"


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
    told = failed(subject, "run", timeout=20, function="f")
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
