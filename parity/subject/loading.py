"""Load somebody's program without running it: its definitions and constants, not its training, plots and prints."""

import ast
import builtins
import importlib
import linecache
import os
import sys
import warnings
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from attrs import frozen

from parity.errors import ParityError
from parity.subject import oldnames, places
from parity.subject.execution import Execution, future_flags
from parity.subject.imports import ProgramFinder, is_importable
from parity.subject.locating import Layout, is_installed, layout, locate
from parity.subject.source import Source, read_source


@frozen(eq=False)
class Loaded:
    """A program whose definitions have been run.

    Attributes:
        namespace: the module's names and what they stand for.
        tree: of the whole file.
        source: its text, in Python 3.
        path: the original's.
        file: the name of the file in tracebacks.
        deferred: the statements of the module's level that were not run, in their order.
        stubs: the modules that were replaced.
        notes: what a reader of the findings should know.
    """

    namespace: dict[str, Any]
    tree: ast.Module
    source: str
    path: Path
    file: str
    deferred: tuple[ast.stmt, ...] = ()
    stubs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def place(self, line: int) -> str:
        """Return the name of a line, as a person would look it up: ``mynet.py:57`` or ``cell 3, line 5``."""
        return places.place_of(self.file, line)


def load(path: Path | str, name: str | None = None) -> Loaded:
    """Load a program: run what defines something, keep the rest.

    Args:
        path: a Python file, a notebook, or the name of a module.
        name: the path of the original, where this is a copy; for messages.

    Raises:
        ParityError: there is no such file, or it is no program in Python.
    """
    path = locate(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "\d" in a string, an old name of NumPy: nobody has asked
        return _Loading(path, Path(name or path)).main()


class _Loading:
    """One program and its modules on their way in."""

    def __init__(self, path: Path, original: Path) -> None:
        self._path, self._original = path, original
        self._notes: list[str] = []
        self._source = read_source(path, original.name)
        self._layout = layout(path, self._source.text)
        self._done: dict[Path, Loaded] = {}
        installed = is_installed(path)
        roots = [] if installed else list(dict.fromkeys([path.parent, self._layout.root]))
        self._finder = ProgramFinder(roots, self.execute, replace=not installed)

    def main(self) -> Loaded:
        """Load the program that was asked for, and by its imports, what else is in its folder."""
        oldnames.bring_back(self._notes.append)
        sys.meta_path.insert(0, self._finder)
        if self._layout.package:
            self._import_package(self._layout)
        if self._path not in self._done:
            self.execute(self._module(self._layout), self._path)
        loaded = self._done[self._path]
        more = [note for path, other in self._done.items() if path != self._path for note in other.notes]
        return Loaded(
            loaded.namespace, loaded.tree, loaded.source, self._original, loaded.file,
            loaded.deferred, tuple(self._finder.stubs), tuple(dict.fromkeys([*loaded.notes, *more, *self._notes])),
        )  # fmt: skip

    def _import_package(self, layout: Layout) -> None:
        """Import the packages around the program first: relative imports need them, and they may import it back."""
        try:
            importlib.import_module(layout.module if self._path.suffix == ".py" else layout.package)
        except Exception as error:  # noqa: BLE001 - what is missing will be said where it is needed
            self._notes.append(
                f"its package {layout.package} cannot be imported: {type(error).__name__}: {error}"
            )

    def _module(self, layout: Layout) -> ModuleType:
        """Return a new module for the program, known to Python by a name that nothing else has."""
        name = layout.module
        while "." not in name and is_importable(name):
            name += "_"
        module = ModuleType(name)
        module.__package__ = layout.package
        module.__spec__ = ModuleSpec(name, None, origin=str(self._path))
        sys.modules[name] = module
        return module

    def execute(self, module: ModuleType, file: Path) -> None:
        """Run the definitions of a file in a module."""
        relative = os.path.relpath(file, self._path.parent)
        shown = os.path.normpath(self._original.parent / relative)
        if file == self._path:
            source, shown = self._source, str(self._original)
            module.__file__ = str(file)
        else:
            try:
                source = read_source(file, relative)
            except ParityError as error:
                raise ImportError(error.problems[0]) from None
        _remember(source, shown, str(file), self._original.name if file == self._path else relative)
        execution = Execution(
            module.__dict__,
            shown,
            lambda line: places.place_of(shown, line),
            self._finder,
            future_flags(source.tree),
        )
        module.__doc__ = ast.get_docstring(source.tree)
        notes = _supply(module.__dict__, source.tree)
        execution.run(source.tree.body)
        self._done[file] = Loaded(
            module.__dict__, source.tree, source.text, file, shown, tuple(execution.deferred),
            notes=(*source.notes, *notes, *execution.notes),
        )  # fmt: skip


def _remember(source: Source, shown: str, file: str, name: str) -> None:
    """Have tracebacks and inspect.getsource find the program's lines, as they are after mending."""
    lines = [line + "\n" for line in source.text.split("\n")]
    for key in (shown, file):
        places.remember(key, name, source.cells)
        linecache.cache[key] = (len(source.text), None, lines, key)


def _supply(namespace: dict[str, Any], tree: ast.Module) -> Sequence[str]:
    """Give a program the names that it uses without having them: ``np``, and what Python 2 had built in."""
    import numpy as np

    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    bound |= {
        (alias.asname or alias.name).partition(".")[0] for node in ast.walk(tree) for alias in _aliases(node)
    }
    bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    notes: list[str] = []
    offered: dict[str, tuple[Any, str]] = {"np": (np, "numpy"), "numpy": (np, "numpy")}
    offered |= {name: (value, value.__name__) for name, value in oldnames.BUILTINS.items()}
    for name in dict.fromkeys(node.id for node in names):
        if name in offered and name not in bound and "*" not in bound and not hasattr(builtins, name):
            namespace[name], meant = offered[name]
            notes.append(f"{name} is used, but not defined; taken as {meant}")
    return notes


def _aliases(node: ast.AST) -> Sequence[ast.alias]:
    return node.names if isinstance(node, ast.Import | ast.ImportFrom) else ()
