"""Which files are meant."""

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path

from parity.errors import ParityError


def find(patterns: Sequence[str]) -> list[Path]:
    """Return the Python files that patterns stand for, each once, in the order in which they are named.

    A shell expands patterns before we see them, but not in quotes, and not every shell: so we do too, ``**`` included.

    Raises:
        ParityError: a pattern stands for nothing, or for a folder; all problems at once.
    """
    problems: list[str] = []
    found: dict[Path, Path] = {}
    for pattern in patterns:
        files = list(_meant(pattern))
        problems += [] if files else [_nothing(pattern)]
        for file in files:
            found.setdefault(file.resolve(), file)
    if problems:
        raise ParityError(problems, "parity grade 'submissions/**/*.py'")
    return list(found.values())


def _meant(pattern: str) -> Iterator[Path]:
    path = Path(pattern)
    if path.is_file():  # a file may be called net[1].py
        yield path
    elif glob.has_magic(pattern):
        matched = sorted(map(Path, glob.glob(pattern, recursive=True)))
        yield from (path for path in matched if path.suffix == ".py" and not path.is_dir())


def _nothing(pattern: str) -> str:
    path = Path(pattern)
    if path.is_dir():
        return f"{pattern} is a folder, but should be files: '{path / '*.py'}', or '{path / '**' / '*.py'}'"
    if glob.has_magic(pattern):
        others = any(True for _ in glob.iglob(pattern, recursive=True))
        return f"{pattern} matches {'only other things than files' if others else 'no file'} of Python (.py)"
    return f"{pattern} does not exist, but should be a file of Python or a pattern"


def short_names(files: Sequence[Path]) -> dict[Path, str]:
    """Return a name for every file that can be that of another file: ``alice`` or, where two are alike, ``anna__net``.

    Names that differ by capitals only count as alike: on many file systems they are.
    """
    absolute = {file: file.absolute().with_suffix("") for file in files}
    common = _common([path.parent for path in absolute.values()])
    stems = [path.stem.casefold() for path in files]
    names: dict[Path, str] = {}
    taken: set[str] = set()
    for file, path in absolute.items():
        alike = stems.count(file.stem.casefold()) > 1
        base = "__".join(path.relative_to(common).parts) if alike else file.stem
        name, number = base, 2
        while name.casefold() in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(name.casefold())
        names[file] = name
    return names


def _common(folders: Sequence[Path]) -> Path:
    common = folders[0]
    while not all(folder.is_relative_to(common) for folder in folders):
        common = common.parent
    return common
