"""When a file counts as saved, whatever its editor does; with notifications, and by looking often."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue

import pytest

from parity.watching import saves as module
from parity.watching.saves import Stamp, saves, waiting

LONG = 5.0


class Watcher:
    """Runs ``saves`` in a thread, and keeps what it yields."""

    def __init__(self, file: Path) -> None:
        self.seen: Queue[Stamp | None] = Queue()
        self._stop = False
        self._thread = threading.Thread(target=self._run, args=(file,), daemon=True)
        self._thread.start()

    def _run(self, file: Path) -> None:
        wait = waiting(file)

        def until_stopped() -> None:
            wait()
            if self._stop:
                raise StopIteration

        try:
            for state in saves(file, until_stopped):
                self.seen.put(state)
        except RuntimeError:  # what a generator makes of StopIteration
            return

    def next(self, timeout: float = LONG) -> Stamp | None:
        return self.seen.get(timeout=timeout)

    def silent(self, seconds: float = 0.3) -> bool:
        try:
            self.seen.get(timeout=seconds)
        except Empty:
            return True
        return False

    def stop(self) -> None:
        self._stop = True
        self._thread.join(LONG)
        assert not self._thread.is_alive()


@pytest.fixture(params=["notified", "looking often"])
def watch(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Path], Watcher]]:
    if request.param == "notified":
        pytest.importorskip("watchfiles")
    else:
        monkeypatch.setattr(module, "_notified", lambda file: (_ for _ in ()).throw(ImportError))
    started: list[Watcher] = []

    def start(file: Path) -> Watcher:
        started.append(Watcher(file))
        started[-1].next()
        time.sleep(0.1)  # until it waits
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text("a = 1\n")
    return path


def test_a_save_is_seen_at_once(watch: Callable[[Path], Watcher], file: Path) -> None:
    watcher = watch(file)
    for number in range(3):
        file.write_text(f"a = {number}\n")
        begun = time.perf_counter()
        assert watcher.next() is not None
        assert time.perf_counter() - begun < 0.3
    assert watcher.silent()


def test_an_editor_that_replaces_the_file(watch: Callable[[Path], Watcher], file: Path) -> None:
    watcher = watch(file)
    for number in range(2):
        aside = file.with_suffix(".swp")
        aside.write_text(f"a = {number}\n")
        os.replace(aside, file)
        assert watcher.next() is not None
        assert watcher.silent()


def test_a_file_that_vanishes_for_a_moment(watch: Callable[[Path], Watcher], file: Path) -> None:
    watcher = watch(file)
    file.rename(file.with_suffix(".bak"))
    time.sleep(0.15)
    file.write_text("b = 2\n")
    assert watcher.next() is not None, "nothing is said about a moment"
    assert watcher.silent()


def test_a_file_that_is_gone_and_comes_back(watch: Callable[[Path], Watcher], file: Path) -> None:
    watcher = watch(file)
    file.unlink()
    assert watcher.next() is None
    file.write_text("b = 2\n")
    assert watcher.next() is not None


def test_a_folder_that_is_gone_and_comes_back(watch: Callable[[Path], Watcher], tmp_path: Path) -> None:
    file = tmp_path / "inner" / "net.py"
    file.parent.mkdir()
    file.write_text("a = 1\n")
    watcher = watch(file)
    file.parent.rename(tmp_path / "elsewhere")
    assert watcher.next() is None
    file.parent.mkdir()
    file.write_text("b = 2\n")
    assert watcher.next() is not None


def test_a_save_in_pieces_is_one_save(watch: Callable[[Path], Watcher], file: Path) -> None:
    watcher = watch(file)
    with file.open("w") as stream:
        for number in range(5):
            stream.write(f"a{number} = 1\n")
            stream.flush()
            time.sleep(0.005)
    assert watcher.next() is not None
    assert watcher.silent()


def test_the_target_of_a_link(watch: Callable[[Path], Watcher], file: Path, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "net.py"
    link.symlink_to(file)
    watcher = watch(link)
    file.write_text("b = 22\n")
    assert watcher.next(timeout=0.3) is not None


def test_a_file_that_only_went_away_and_back(watch: Callable[[Path], Watcher], file: Path) -> None:
    watcher = watch(file)
    file.rename(file.with_suffix(".bak"))
    time.sleep(0.15)
    file.with_suffix(".bak").rename(file)
    assert watcher.silent()


def test_other_files_are_not_ours(watch: Callable[[Path], Watcher], file: Path) -> None:
    watcher = watch(file)
    file.with_name("other.py").write_text("c = 3\n")
    assert watcher.silent()


def test_a_save_while_the_caller_works_is_not_lost(file: Path) -> None:
    states = saves(file, lambda: pytest.fail("there is something new: no need to wait"))
    next(states)
    file.write_text("b = 22\n")
    assert next(states) is not None
