"""Copies of the files that a program consists of: it runs on those, so that it cannot harm the originals."""

import re
import shutil
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from parity.subject.locating import UPWARDS, is_installed, layout

MOST_FILES = 200
MOST_BYTES = 20 * 2**20
MOST_FOLDERS = 50

ABSOLUTE = re.compile(
    r"^[ \t\"]*(?:from[ \t]+(\w+)[\w.]*[ \t]+import|import[ \t]+([\w., \t]+))", re.MULTILINE
)
RELATIVE = re.compile(r"^[ \t\"]*from[ \t]+(\.+)(\w*)", re.MULTILINE)
PASSED_OVER = ("node_modules", "site-packages", "venv", "env")


def copy_program(file: Path, folder: Path) -> Path:
    """Copy a file, and the modules beside it that it imports, to a folder.

    Args:
        file: see :func:`parity.subject.locating.locate`.
        folder: an empty one.

    Returns:
        The path of the copy. A file of an installed package is not copied: its path is returned as it is.
    """
    if is_installed(file):
        return file
    text = _text(file)
    base = layout(file, text).root
    if base == file.parent and UPWARDS.search(text):
        base = base.parent
    home = folder / "files"
    size = 0
    for number, source in enumerate(_needed(file, base)):
        size += source.stat().st_size
        # The file itself in any case: how large it may be, its reader decides.
        if number and (number >= MOST_FILES or size > MOST_BYTES):
            break
        target = home / source.relative_to(base)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return home / file.relative_to(base)


def _needed(file: Path, base: Path) -> Iterator[Path]:
    """Yield a file and what it imports from its own folder or the base, and what that imports, and so on."""
    known, todo = {file}, deque([file])
    while todo:
        source = todo.popleft()
        yield source
        for found in _imported(source, base):
            if found not in known:
                known.add(found)
                todo.append(found)


def _imported(source: Path, base: Path) -> Iterator[Path]:
    """Yield the files that the import statements of a file may mean, and the packages they are in."""
    text = _text(source)
    for one, several in ABSOLUTE.findall(text):
        parts = [one] if one else [part for part in several.split(",") if part.strip()]
        for name in (part.split()[0].partition(".")[0] for part in parts):
            for home in dict.fromkeys((source.parent, base)):
                yield from _module(home / name)
    for dots, name in RELATIVE.findall(text):
        home = source.parent
        for _ in dots[1:]:
            home = home.parent
        if home.is_relative_to(base):
            yield from _module(home / name) if name else _below(home, 0)
    home = source.parent
    while home.is_relative_to(base) and (home / "__init__.py").is_file():
        yield home / "__init__.py"
        home = home.parent


def _module(path: Path) -> Iterator[Path]:
    """Yield the file of a module, or all files of a package."""
    file = path.with_name(path.name + ".py")
    if file.is_file():
        yield file
    if path.is_dir():
        yield from _below(path, 3)


def _below(folder: Path, depth: int) -> Iterator[Path]:
    """Yield the Python files in a folder, nearest first."""
    todo, folders = deque([(folder, 0)]), 0
    while todo and folders < MOST_FOLDERS:
        (home, level), folders = todo.popleft(), folders + 1
        try:
            entries = sorted(home.iterdir())
        except OSError:
            continue
        yield from (entry for entry in entries if entry.suffix == ".py" and entry.is_file())
        if level < depth:
            todo += [(entry, level + 1) for entry in entries if _is_open(entry)]


def _is_open(entry: Path) -> bool:
    return entry.is_dir() and not entry.name.startswith((".", "__")) and entry.name not in PASSED_OVER


def _text(file: Path) -> str:
    """Return what is in a file, roughly, also in a notebook: enough to find import statements."""
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES).decode("utf-8", errors="replace").replace("\\n", "\n")
    except OSError:
        return ""
