"""Programs that are loaded here, or started in a process that ends with the test."""

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from parity.subject import oldnames, stubs
from parity.subject.limits import Limits
from parity.subject.loading import Loaded, load
from parity.subject.process import Subject
from tests.subject.guards import TOY, Load, Start


@pytest.fixture(autouse=True, scope="session")
def toys_are_found() -> Iterator[None]:
    """Have the processes find the tests' toys: where parity is installed, they are not beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        yield


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts a process for a program's text."""
    begun: list[Subject] = []

    def start_program(text: str = "", limits: Limits | None = None, handler: str = TOY) -> Subject:
        file = tmp_path / "mynet.py"
        file.write_text(text)
        begun.append(Subject.of_file(file, handler, limits))
        return begun[-1]

    yield start_program
    for subject in begun:
        subject.close()


@pytest.fixture
def as_it_was() -> Iterator[None]:
    """Loading belongs in a process of its own; here, what it changes is put back."""
    finders, path, modules = list(sys.meta_path), list(sys.path), set(sys.modules)
    attributes = {module: module.__dict__.get("__getattr__") for module in oldnames.OLD}
    yield
    sys.meta_path[:], sys.path[:] = finders, path
    for name in set(sys.modules) - modules:
        del sys.modules[name]
    stubs.reasons.clear()
    for module, attribute in attributes.items():
        if attribute is None:
            module.__dict__.pop("__getattr__", None)
        else:
            module.__dict__["__getattr__"] = attribute


@pytest.fixture
def program(tmp_path: Path, as_it_was: None) -> Load:
    """Return a function that loads a program's text here, and what is beside it."""

    def write_and_load(text: str, **others: str) -> Loaded:
        for name, content in others.items():
            file = tmp_path / (name.replace("__of__", "/") + ".py")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(content))
        file = tmp_path / "mynet.py"
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        return load(file)

    return write_and_load


@pytest.fixture
def without_frameworks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide frameworks that other tests have imported: where a program is loaded, nobody has."""
    for name in [n for n in sys.modules if n.partition(".")[0] in ("keras", "tensorflow", "torch")]:
        monkeypatch.delitem(sys.modules, name)
