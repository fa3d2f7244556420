"""Programs that change files which are not theirs, or use the network: see :mod:`tests.subject.test_attacks`."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from parity.subject.process import Subject
from tests.subject.guards import GUARDS, TOY, Start, failure, linux

HEAD = """
import os, shutil, socket, sqlite3, urllib.request
import numpy as np
"""

WRITES = {
    "opening": "open(v, 'w')",
    "appending": "open(v, 'ab').write(b'x')",
    "updating": "open(v, 'r+').write('x')",
    "os_open": "os.open(v, os.O_RDWR | os.O_TRUNC)",
    "removing": "os.remove(v)",
    "renaming": "os.rename(v, 'x')",
    "replacing": "open('y', 'w').close(), os.replace('y', v)",
    "truncating": "os.truncate(v, 0)",
    "modes": "os.chmod(v, 0o700)",
    "modes_of_open_files": "os.fchmod(os.open(v, os.O_RDONLY), 0o700)",
    "times": "os.utime(v, (1, 1))",
    "trees": "shutil.rmtree(os.path.dirname(v))",
    "folders": "os.mkdir(v + '.new')",
    "arrays": "np.ones(3).tofile(v)",
    "hard_links": "os.link(v, 'z'), open('z', 'w')",
    "symbolic_links": "os.symlink(v, 's'), open('s', 'w')",
    "relative": "open(os.path.relpath(v), 'w')",
    "databases": "sqlite3.connect(v + '.new').execute('create table x (y)')",
    "descriptors": "os.remove('victim', dir_fd=os.open(os.path.dirname(v), os.O_RDONLY))",
    "working_folder": "[home := os.getcwd(), os.chdir(os.path.dirname(v)), write_and_return('victim', home)]",
}
HELPERS = """
def write_and_return(name, home):
    try: open(name, "w")
    finally: os.chdir(home)
"""

PAST_THE_HOOK = {
    "fifos": "os.mkfifo(v + '.new')",
    "opening_at": "os.open('victim', os.O_TRUNC | os.O_RDWR, dir_fd=os.open(os.path.dirname(v), os.O_RDONLY))",
}
BLINDING = "[setattr(os.path, 'realpath', lambda p: os.getcwd()), setattr(os, 'fsdecode', str), open(v, 'w')]"


def program(ways: dict[str, str]) -> str:
    return HEAD + HELPERS + "".join(f"def {way}(v):\n    {code}\n" for way, code in ways.items())


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Subject]]:
    """One process for each guard: a refusal costs nobody the process."""
    file = tmp_path_factory.mktemp("program") / "mynet.py"
    file.write_text(program(WRITES))
    subjects = {guard: Subject.of_file(file, TOY, GUARDS[guard]) for guard in ("both", "audit", "walls")}
    yield subjects
    for subject in subjects.values():
        subject.close()


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "victim").write_text("precious")
    return tmp_path / "elsewhere" / "victim"


def state(victim: Path) -> object:
    """Return everything there is to change."""
    if not victim.parent.exists():
        return None
    stats = {path: path.stat() for path in victim.parent.iterdir()}
    return [
        (path.name, path.read_bytes() if path.is_file() else b"", s.st_mode, s.st_mtime)
        for path, s in stats.items()
    ]


@pytest.mark.parametrize("guard", ["both", "audit", pytest.param("walls", marks=linux)])
@pytest.mark.parametrize("way", WRITES)
def test_nothing_outside_is_changed(guarded: dict[str, Subject], victim: Path, way: str, guard: str) -> None:
    before = state(victim)
    told = failure(guarded[guard], way, arguments=[str(victim)])
    if guard != "walls":
        assert told.kind == "refused"
        assert "outside its folder" in told.message or "links" in told.message
        assert told.trace
    assert state(victim) == before


@linux
@pytest.mark.parametrize("way", PAST_THE_HOOK)
def test_nothing_outside_is_changed_past_the_hook(start: Start, victim: Path, way: str) -> None:
    before = state(victim)
    assert failure(start(program(PAST_THE_HOOK)), way, arguments=[str(victim)]).message.startswith(
        "PermissionError"
    )
    assert state(victim) == before


def test_the_hook_cannot_be_blinded(start: Start, victim: Path) -> None:
    told = failure(start(program({"f": BLINDING}), GUARDS["audit"]), "f", arguments=[str(victim)])
    assert told.kind == "refused"


def test_it_may_delete_its_own_folder(start: Start, tmp_path: Path) -> None:
    text = "import shutil, os\ndef f(): shutil.rmtree(os.path.dirname(__file__)); return os.path.exists(__file__)\n"
    subject = start(text)
    assert subject.call("run", function="f") is False
    assert (tmp_path / "mynet.py").read_text() == text
    assert subject.call("echo", value=1) == 1


def test_it_writes_where_it_may(start: Start) -> None:
    text = """
import os, shutil, tempfile
def f():
    os.makedirs("a/b")
    with open("a/b/c", "w") as file: file.write("x")
    os.rename("a/b/c", "a/d")
    open(os.devnull, "w").write("y")
    shutil.rmtree("a")
    return os.listdir(".")
"""
    assert start(text).call("run", function="f") == ["files"]


# The network

REACHES = {
    "connecting": "socket.create_connection(('127.0.0.1', v), 2)",
    "pages": "urllib.request.urlopen(f'http://127.0.0.1:{v}', timeout=2)",
    "binding": "socket.socket().bind(('127.0.0.1', 0))",
}


@pytest.mark.parametrize("guard", ["both", "audit", pytest.param("walls", marks=linux)])
def test_no_network(start: Start, guard: str) -> None:
    subject = start(program({**REACHES, "names": "socket.getaddrinfo('localhost', 80)"}), GUARDS[guard])
    with socket.create_server(("127.0.0.1", 0)) as server:
        for way in REACHES:
            told = failure(subject, way, arguments=[server.getsockname()[1]])
            if guard != "walls":
                assert (told.kind, told.message) == ("refused", "the program uses the network")
            else:
                assert "Operation not permitted" in told.message
    if guard != "walls":  # /etc/hosts is a file, and may be read
        assert failure(subject, "names", arguments=[0]).kind == "refused"


# Without guards the same programs do what they want: the tests above can fail


@linux
def test_unguarded_files_change(start: Start, victim: Path) -> None:
    subject = start(program(WRITES | PAST_THE_HOOK), GUARDS["none"])
    for way in WRITES | PAST_THE_HOOK:
        shutil.rmtree(victim.parent, ignore_errors=True)
        victim.parent.mkdir()
        victim.write_text("precious")
        before = state(victim)
        subject.call("run", function=way, arguments=[str(victim)])
        assert state(victim) != before, way


@linux
@pytest.mark.parametrize("way", PAST_THE_HOOK)
def test_the_hook_alone_is_no_wall(start: Start, victim: Path, way: str) -> None:
    before = state(victim)
    start(program(PAST_THE_HOOK), GUARDS["audit"]).call("run", function=way, arguments=[str(victim)])
    assert state(victim) != before


@linux
def test_unguarded_network(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        subject = start(program(REACHES), GUARDS["none"])
        subject.call("run", function="connecting", arguments=[server.getsockname()[1]])
