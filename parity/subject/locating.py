"""Find the file that somebody means, and the folder that its imports start from; nothing is imported for that."""

import difflib
import os
import re
import sysconfig
from importlib.machinery import PathFinder
from pathlib import Path

from attrs import frozen

from parity.errors import ParityError

MODULE_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
RELATIVE = re.compile(r"^[ \t]*from[ \t]+(\.+)", re.MULTILINE)
UPWARDS = re.compile(r"sys\.path\.\w+\(.*(pardir|\.\.|dirname)")
"""How files reach the folder above: ``sys.path.append(os.pardir)``."""

COMPILED = (".pyc", ".pyo", ".pyd", ".so", ".dll")


@frozen
class Layout:
    """Where a file stands.

    Attributes:
        root: the folder in which its top package is, or the file itself.
        module: its name as seen from there, ``package.module``.
    """

    root: Path
    module: str

    @property
    def package(self) -> str:
        """The package it is in; empty for a file on its own."""
        return self.module.rpartition(".")[0]


def locate(target: Path | str) -> Path:
    """Return the absolute path of a file that is named by its path or as a module.

    Raises:
        ParityError: there is none, or it cannot be a program.
    """
    path = Path(target)
    if not path.exists() and MODULE_NAME.fullmatch(str(target)):
        path = _module_file(str(target)) or path
    if path.is_dir():
        raise ParityError(
            f"{path} is a folder, but should be a file", f"all files in it: parity grade {path}"
        )
    if not path.exists():
        raise ParityError(f"{path} does not exist", _similar(path))
    if not path.is_file():
        raise ParityError(f"{path} is no ordinary file, but should be a Python file or a notebook (.ipynb)")
    if path.suffix in COMPILED:
        raise ParityError(
            f"{path} is compiled, but should be a Python file (.py) or a notebook (.ipynb)",
            "check the source that it was made from",
        )
    if not os.access(path, os.R_OK):
        raise ParityError(f"{path} cannot be read: permission denied", f"chmod u+r {path}")
    return Path(os.path.abspath(path))


def _module_file(name: str) -> Path | None:
    """Return the file of a module. Packages on the way are looked into, not imported."""
    folders, spec = None, None
    parts = name.split(".")
    try:
        for n in range(len(parts)):
            spec = PathFinder.find_spec(".".join(parts[: n + 1]), folders if n else None)
            spec = spec or (PathFinder.find_spec(parts[0], [os.getcwd()]) if n == 0 else None)
            if spec is None:
                return None
            folders = list(spec.submodule_search_locations or ())
    except KeyError:  # below a folder without __init__.py, which nobody has imported
        file = Path(*parts).with_suffix(".py")
        return file if file.is_file() else None
    return Path(spec.origin) if spec is not None and spec.origin and Path(spec.origin).is_file() else None


def _similar(path: Path) -> str:
    try:
        names = [entry.name for entry in os.scandir(path.parent) if entry.name.endswith((".py", ".ipynb"))]
    except OSError:
        return f"{path.parent} does not exist either" if str(path.parent) != "." else ""
    near = [
        *difflib.get_close_matches(path.name, names, 1),
        *difflib.get_close_matches(f"{path.name}.py", names, 1),
    ]
    if near:
        return f"did you mean {path.parent / near[0]}?"
    return "give the path of a .py or .ipynb file, or the name of a module"


def layout(file: Path, text: str = "") -> Layout:
    """Return where a file stands.

    Args:
        file: its path.
        text: what is in it: relative imports make its folder a package, also without ``__init__.py``.
    """
    root = file.parent
    while (root / "__init__.py").is_file() and root.parent != root:
        root = root.parent
    if root == file.parent:
        for _ in range(max((len(dots) for dots in RELATIVE.findall(text)), default=0)):
            root = root.parent
    parts = [part.replace(".", "_") for part in file.relative_to(root).with_suffix("").parts]
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return Layout(root, ".".join(parts))


def is_installed(file: Path) -> bool:
    """Whether a file belongs to a package that is installed: it is checked where it is, among its own."""
    homes = {sysconfig.get_path(kind) for kind in ("purelib", "platlib", "stdlib", "platstdlib")}
    return any(file.is_relative_to(home) for home in homes)
