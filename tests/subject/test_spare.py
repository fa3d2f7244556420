"""A process that waits for a program: taken once, replaced where it has died, and never left behind."""

import time
from pathlib import Path

import pytest

from parity.subject.process import Subject
from parity.subject.spare import Spare, Started
from tests.subject.guards import TOY, alive


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "mynet.py"
    file.write_text("def two():\n    return 2\n")
    return file


def waiting(spare: Spare) -> Started:
    assert spare._next is not None
    return spare._next


def test_the_process_that_waits_serves_the_program(program: Path) -> None:
    with Spare(TOY) as spare:
        child, _ = waiting(spare)
        with Subject.of_file(program, TOY, spare=spare) as subject:
            assert subject.call("run", function="two") == 2
            assert subject._child is child


def test_every_program_has_a_process_of_its_own(program: Path) -> None:
    with Spare(TOY) as spare:
        pids = []
        for _ in range(3):  # the second finds none that waits
            with Subject.of_file(program, TOY, spare=spare) as subject:
                assert subject.call("run", function="two") == 2
                pids.append(subject._child.process.pid)
        spare.prepare()
        spare.prepare()
        pids.append(waiting(spare)[0].process.pid)
    assert len(set(pids)) == 4


def test_one_that_has_died_is_replaced(program: Path) -> None:
    with Spare(TOY) as spare:
        child, folder = waiting(spare)
        child.process.kill()
        assert child.wait(5.0) is not None
        with Subject.of_file(program, TOY, spare=spare) as subject:
            assert subject.call("run", function="two") == 2
        assert not folder.exists()


def test_nothing_is_left_behind() -> None:
    with Spare(TOY) as spare:
        child, folder = waiting(spare)
        assert folder.is_dir()
    time.sleep(0.05)
    assert not alive(child.process.pid)
    assert not folder.exists()
