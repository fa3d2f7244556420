"""Writing a folder all at once: a reader sees the old one or the new one, never half of either."""

import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from parity.errors import ParityError

LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}


@contextmanager
def replaced(directory: str | Path, ours: Collection[str]) -> Iterator[Path]:
    """Give an empty folder to write into; afterwards it takes the place of ``directory``.

    Everything happens in one temporary folder beside it (renaming works only within a file system). Two
    processes may do this at once: each swaps in a whole folder, and the one that comes last stays. On any
    error the old folder stays as it is, and nothing else is left behind.

    Args:
        directory: the folder to make or replace. If it is a link, what it points to.
        ours: names that may be in the old folder. If it holds anything else, it is not ours to delete.

    Raises:
        ParityError: the folder holds other things, is a file, or cannot be written.
    """
    target = Path(directory).resolve()
    refuse_others(target, ours)
    aside: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        new = aside / "new"
        new.mkdir()  # unlike the folder around it, with the permissions that other folders have
        yield new
        _swap(new, target, aside)
    except OSError as error:
        raise ParityError(
            f"Cannot write the report to {directory}: {error.strerror or error}.",
            "Make room there or allow writing, or choose another folder with --out.",
            3,
        ) from error
    finally:
        if aside:
            shutil.rmtree(aside, ignore_errors=True)


def refuse_others(target: Path, ours: Collection[str]) -> None:
    """Raise a ParityError if a folder holds anything that is not ours to replace, or is the one we stand in."""
    here = Path.cwd()
    if target == here or target in here.parents:
        raise ParityError(
            f"{target} is the folder you are in, and a report takes the place of its whole folder.",
            "Name a folder inside it: --out report",
        )
    try:  # one look only: another process may be swapping folders between two
        others = sorted({entry.name for entry in target.iterdir()} - set(ours) - LITTER)
    except FileNotFoundError:
        return
    except NotADirectoryError:
        if not target.is_file():  # then a folder above it is a file, which writing will find out
            return
        raise ParityError(
            f"{target} is a file, and the report is a folder.", "Choose another name."
        ) from None
    except OSError as error:
        raise ParityError(f"Cannot read {target}: {error.strerror}.", "Choose another folder.", 3) from error
    if others:
        names = ", ".join(others[:5]) + (" ..." if len(others) > 5 else "")
        raise ParityError(
            f"{target} holds more than a report, and would be replaced as a whole: {names}.",
            "Choose a folder of its own for the report.",
        )


def _swap(new: Path, target: Path, aside: Path) -> None:
    """Move the old folder out of the way and the new one in, as often as another process gets in between."""
    for attempt in count():
        old = aside / f"old-{attempt}"
        with suppress(FileNotFoundError):
            target.rename(old)
        try:
            new.rename(target)
        except FileExistsError:
            continue
        except OSError as error:
            if target.exists():  # "directory not empty" goes by several names
                continue
            if old.exists():
                old.rename(target)
            raise error
        return
