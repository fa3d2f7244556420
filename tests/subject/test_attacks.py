"""Programs that do harm: each guard alone stops what it should, and without any the same program does it.

The last part is the proof that these tests can fail: a harmless version of each attack works where no guard stands.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from parity.subject.limits import Limits
from tests.subject.guards import GUARDS, Start, alive, failure, linux


@pytest.fixture
def decoy() -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours that somebody may want to kill."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


FORKS = {
    "fork": "os.fork() or os._exit(0)",
    "system": "1 / (os.system('true') == 0)",
    "running": "subprocess.run(['true'], check=True)",
    "posix_spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "forking": "multiprocessing.get_context('fork').Process(target=int).start()",
    "exec": "os.execv('/bin/true', ['true'])",
}
FORKING = "\n".join(
    ["import os, subprocess, multiprocessing", *(f"def {way}(): {FORKS[way]}" for way in FORKS)]
)
RAW_FORK = """
import _posixsubprocess, os
def f():
    r, w = os.pipe()
    return _posixsubprocess.fork_exec(
        [b"true"], [b"/bin/true"], True, (), None, None, -1, -1, -1, -1, -1, -1, r, w,
        False, False, -1, None, None, None, -1, None, True)
"""


@pytest.mark.parametrize("guard", ["both", "audit", pytest.param("walls", marks=linux)])
def test_no_process_is_started(start: Start, guard: str) -> None:
    subject = start(FORKING, GUARDS[guard])
    for way in FORKS:
        told = failure(subject, way)
        if guard == "walls":
            assert told.message.startswith(("PermissionError", "ZeroDivisionError"))
        else:
            assert (told.kind, told.message) == ("refused", "the program starts another program")


@linux
@pytest.mark.parametrize("guard", ["both", "walls"])
def test_no_process_is_started_past_the_hook(start: Start, guard: str) -> None:
    told = failure(start(RAW_FORK, GUARDS[guard]))
    assert told.message.startswith("PermissionError")


@linux
def test_a_fork_bomb_is_none(start: Start) -> None:
    bomb = """
import os
def f():
    made = 0
    for _ in range(1000):
        try: made += os.fork() > 0
        except OSError: pass
    return made
"""
    assert start(bomb, GUARDS["walls"]).call("run", function="f") == 0


@linux
def test_a_bomb_of_threads_ends_with_the_call(start: Start) -> None:
    bomb = """
import threading, time
def f():
    while True: threading.Thread(target=time.sleep, args=(60,)).start()
"""
    subject = start(bomb, Limits(memory=2**28))
    assert failure(subject, timeout=2).kind in ("raised", "timed out", "crashed")


@linux
def test_who_survives_is_killed(start: Start) -> None:
    program = """
import os, time
def f():
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)  # no longer in the group that is killed
        time.sleep(60)
    time.sleep(0.1)
    return pid
"""
    subject = start(program, GUARDS["none"])
    pid = subject.call("run", function="f")
    assert alive(pid)
    subject.close()
    time.sleep(0.1)
    assert not alive(pid)


# Memory, processor, output


@linux
@pytest.mark.parametrize(
    "text",
    [
        "import numpy as np\ndef f(): return [np.ones(10**7) for _ in range(10**6)]",
        "def f():\n    x = 'x'\n    while True: x += x",
        "import mmap\ndef f(): return mmap.mmap(-1, 2**33)[0]",
        "def f(): return bytearray(2**40)",
    ],
)
def test_a_memory_bomb_runs_out_of_memory(start: Start, text: str) -> None:
    subject = start(text, Limits(memory=2**28))
    told = failure(subject)
    assert told.kind == "raised"
    assert "memory" in told.message
    assert subject.call("echo", value=1) == 1


@linux
@pytest.mark.parametrize("guard", ["both", "audit", "walls"])
def test_limits_cannot_be_changed(start: Start, guard: str) -> None:
    text = "import resource\ndef f(): resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))\n"
    told = failure(start(text, GUARDS[guard]))
    # A machine may take root's right to raise limits itself; lowering them it leaves to everybody.
    walled = "ValueError: not allowed to raise maximum limit"
    assert told.message == (walled if guard == "walls" else "the program changes settings of the system")


@linux
def test_root_is_nobody_special(start: Start) -> None:
    text = """
def f():
    lines = dict(line.split(":") for line in open("/proc/self/status"))
    return [int(lines[name], 16) for name in ("CapEff", "CapPrm", "CapBnd")]
"""
    subject = start(text)
    may_read = 1 << 2
    assert all(rights | may_read == may_read for rights in subject.call("run", function="f"))


def test_a_gigabyte_is_printed_to_nowhere(start: Start) -> None:
    text = "import sys, os\ndef f():\n    for _ in range(1000): print('x' * 10**6)\n    os.write(1, b'y' * 10**6)\n"
    subject = start(text)
    begun = time.monotonic()
    told = subject.call("printed", function="f")
    assert time.monotonic() - begun < 5
    assert len(told["text"]) == 65_536
    assert told["lost"] > 999 * 10**6


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
@pytest.mark.parametrize("guard", ["both", "none"])
def test_a_huge_file_is_not_written(start: Start, guard: str) -> None:
    text = (
        "def f():\n    with open('x', 'wb') as file:\n        for _ in range(100): file.write(bytes(10**6))\n"
    )
    assert failure(start(text, GUARDS[guard])).message == "OSError: [Errno 27] File too large"


def test_many_files_are_not_written(start: Start) -> None:
    text = "def f():\n    for i in range(1000): open(f'{i}', 'wb').close()\n"
    assert failure(start(text)).message == "the program makes or changes more than 100 files"


def test_a_huge_reply_is_no_reply(start: Start) -> None:
    subject = start("def f(): return {'x': ['y' * 10**6] * 100}\n")
    assert "is too large" in failure(subject).message
    assert subject.call("echo", value=1) == 1


# Other processes, and itself


@pytest.mark.parametrize("guard", ["both", "audit", pytest.param("walls", marks=linux)])
@pytest.mark.parametrize("way", ["os.kill({pid}, 9)", "os.killpg(os.getpgid({pid}), 9)", "os.kill(-1, 0)"])
def test_others_are_not_killed(start: Start, decoy: subprocess.Popen[bytes], way: str, guard: str) -> None:
    subject = start(f"import os\ndef f(): {way.format(pid=decoy.pid)}\n", GUARDS[guard])
    told = failure(subject)
    assert "sends a signal" in told.message or "PermissionError" in told.message
    assert decoy.poll() is None


@linux
@pytest.mark.parametrize("guard", ["both", "walls"])
def test_others_are_not_killed_by_way_of_a_file(
    start: Start, decoy: subprocess.Popen[bytes], guard: str
) -> None:
    text = f"""
import fcntl, os
def f():
    r, w = os.pipe()
    fcntl.fcntl(r, fcntl.F_SETOWN, {decoy.pid})
    fcntl.fcntl(r, 10, 9)  # F_SETSIG
    fcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC)
    os.write(w, b"x")
"""
    assert failure(start(text, GUARDS[guard])).message.startswith("PermissionError")
    assert decoy.poll() is None


DEATHS = {
    "import os\ndef f(): os._exit(3)": "its process ended with exit code 3",
    "import os\ndef f(): os.kill(os.getpid(), 9)": "its process was killed (SIGKILL)",
    "import os\ndef f(): os.abort()": "its process was killed (SIGABRT)",
    "import os, signal\ndef f(): signal.raise_signal(signal.SIGSEGV)": "its process crashed (SIGSEGV)",
    "import os\ndef f():\n    os.closerange(0, 64)\n    return 1": None,
}


@pytest.mark.parametrize("text", DEATHS)
def test_its_own_death_is_reported(start: Start, text: str) -> None:
    subject = start(text)
    told = failure(subject)
    assert told.kind == "crashed"
    if DEATHS[text]:
        assert told.message == DEATHS[text]
    assert failure(subject).message == told.message


def test_foreign_code_is_refused(start: Start) -> None:
    told = failure(start("import ctypes\ndef f(): ctypes.string_at(0)\n"))
    assert (told.kind, told.message) == ("refused", "the program calls foreign code (ctypes)")
    assert failure(start("import ctypes\ndef f(): ctypes.CDLL(None).abort()\n")).kind == "refused"


def test_a_segmentation_fault_is_only_a_death(start: Start) -> None:
    told = failure(start("import ctypes\ndef f(): ctypes.string_at(0)\n", GUARDS["none"]))
    assert (told.kind, told.message) == ("crashed", "its process crashed (SIGSEGV)")


def test_input_is_refused(start: Start) -> None:
    told = failure(start("def f(): return int(input('n? '))\n"))
    assert (told.kind, told.message) == ("refused", "the program asks for input()")
    assert start("import sys\ndef f(): return sys.stdin.read()\n").call("run", function="f") == ""


def test_secrets_of_the_environment_do_no_harm(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    assert start("import os\ndef f(): return os.environ.get('SECRET')\n").call("run", function="f") == "x"


@pytest.mark.parametrize(
    "text", ["def f():\n    while True: pass\n", "while True: pass\ndef f(): return 1\n"]
)
def test_endless_loops(start: Start, text: str) -> None:
    subject = start(text)
    if text.startswith("def"):
        assert failure(subject, timeout=0.3).kind == "timed out"
    else:
        assert subject.call("run", function="f") == 1


def test_an_alarm_that_is_taken_away_does_not_save_it(start: Start) -> None:
    text = "import signal\ndef f():\n    signal.setitimer(signal.ITIMER_REAL, 0)\n    while True: pass\n"
    told = failure(start(text), timeout=0.3)
    assert (told.kind, told.message) == (
        "timed out",
        "took longer than its time limit, and its process was killed",
    )


# The protocol

FIND_PIPE = """
import os
def pipes():
    return [fd for fd in range(3, 64) if os.path.exists(f"/proc/self/fd/{fd}")
            and os.readlink(f"/proc/self/fd/{fd}").startswith("pipe:")]
def write(data):
    for fd in pipes():
        try: os.write(fd, data)
        except OSError: pass
"""
GARBAGE = {
    "noise": "b'x' * 1000",
    "a giant": "b'PRTY' + (10).to_bytes(8, 'little') + (2**50).to_bytes(8, 'little')",
    "a pickle": "b'PRTY' + (12).to_bytes(8, 'little') + bytes(8) + b'cos\\nsystem\\n('",
    "an answer": "m.encode({'result': 5})",
    "half a message": "m.encode({'result': 5})[:30]",
}


@linux
@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_in_the_pipe_is_told(start: Start, kind: str) -> None:
    text = f"{FIND_PIPE}\nimport parity.subject.wire as m\ndef f(): write({GARBAGE[kind]}); os._exit(0)\n"
    told = failure(start(text))
    assert told.kind == ("crashed" if kind == "half a message" else "garbled")


@linux
def test_a_flood_in_the_pipe_ends(start: Start) -> None:
    text = f"{FIND_PIPE}\ndef f():\n    while True: write(b'PRTY' + bytes(16) + b'z' * 60000)\n"
    begun = time.monotonic()
    assert failure(start(text), timeout=1).kind == "garbled"
    assert time.monotonic() - begun < 3


def test_names_cannot_move_the_cursor(start: Start) -> None:
    told = failure(start("def f(): raise ValueError('\\x1b[2J\\x07red')\n"))
    assert told.message == "ValueError: [2Jred"


# Without guards the same programs do what they want: the tests above can fail


@linux
def test_unguarded_processes_start(start: Start) -> None:
    subject = start(FORKING, GUARDS["none"])
    for way in FORKS:
        if way == "exec":
            assert failure(subject, way).message == "its process ended with exit code 0"
        else:
            subject.call("run", function=way)


@linux
def test_unguarded_raw_forks_start(start: Start) -> None:
    assert start(RAW_FORK, GUARDS["audit"]).call("run", function="f") > 0


@linux
def test_unguarded_kills(start: Start, decoy: subprocess.Popen[bytes]) -> None:
    start(f"import os\ndef f(): os.kill({decoy.pid}, 9)\n", GUARDS["none"]).call("run", function="f")
    assert decoy.wait(2) == -signal.SIGKILL
