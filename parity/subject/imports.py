"""How a program's imports are found: its own modules loaded as it is, what checking never needs replaced."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

from parity.subject import stubs

PROTECTED = sys.stdlib_module_names | {"numpy", "parity", "attr", "attrs"}
"""Modules that stay what they are, also where a file of the program has the same name: we need them ourselves."""

REPLACED = frozenset((*stubs.PLOTTING, *stubs.HEAVY, *stubs.PROGRESS))

Execute = Callable[[ModuleType, Path], None]


class ProgramFinder(MetaPathFinder):
    """Finds the program's own modules, and nothing outside the folders that it has to do with."""

    def __init__(self, roots: Sequence[Path], execute: Execute, replace: bool = True) -> None:
        self._roots = [str(root) for root in roots]
        self._execute = execute
        self._replace = replace
        self._known_paths = set(sys.path)
        self._strict = 0
        self.stubs: dict[str, None] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module comes from, or None for Python to look."""
        top = fullname.partition(".")[0]
        if top in PROTECTED:
            return None
        own = self._own(fullname, self._folders() if path is None else [p for p in path if self._is_own(p)])
        if own is not None:
            return own
        if not self._replace or top not in REPLACED:
            return None
        if self._strict and top in stubs.HEAVY:
            raise ModuleNotFoundError(f"No module named {top!r}", name=top)
        self.stubs[top] = None
        return ModuleSpec(fullname, _StubLoader(), is_package=True)

    @contextmanager
    def strict(self) -> Iterator[None]:
        """Let heavy modules be missing: the program says itself what it does without them (``except ImportError``)."""
        self._strict += 1
        try:
            yield
        finally:
            self._strict -= 1

    def _folders(self) -> list[str]:
        """Return where top modules may be: the program's folders, and those that it has added to sys.path."""
        added = [
            os.path.abspath(path)
            for path in sys.path
            if isinstance(path, str) and path not in self._known_paths
        ]
        return [*self._roots, *added]

    def _is_own(self, folder: str) -> bool:
        return any(Path(folder).is_relative_to(root) for root in self._folders())

    def _own(self, fullname: str, folders: Sequence[str]) -> ModuleSpec | None:
        name = fullname.rpartition(".")[2]
        for folder in folders:
            file, package = Path(folder, f"{name}.py"), Path(folder, name)
            if (package / "__init__.py").is_file():
                return self._spec(fullname, package / "__init__.py", [str(package)])
            if file.is_file():
                return self._spec(fullname, file, None)
            if package.is_dir():
                spec = ModuleSpec(fullname, _EmptyLoader(), is_package=True)
                spec.submodule_search_locations = [str(package)]
                return spec
        return None

    def _spec(self, name: str, file: Path, locations: list[str] | None) -> ModuleSpec | None:
        loader = _ProgramLoader(file, self._execute)
        return spec_from_file_location(name, file, loader=loader, submodule_search_locations=locations)


class _ProgramLoader(Loader):
    def __init__(self, file: Path, execute: Execute) -> None:
        self._file, self._execute = file, execute

    def exec_module(self, module: ModuleType) -> None:
        self._execute(module, self._file)


class _EmptyLoader(Loader):
    """A folder without ``__init__.py``."""

    def exec_module(self, module: ModuleType) -> None:
        pass


class _StubLoader(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return stubs.make(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def is_importable(name: str) -> bool:
    """Whether a name belongs to a module that is there already, or that Python would find."""
    return name in sys.modules or name in PROTECTED or PathFinder.find_spec(name) is not None
