r"""What a user points at: ``mynet.py``, ``mynet.py:Net``, on Windows also ``C:\nets\mynet.py:Net``."""

from pathlib import Path


def split(target: str) -> tuple[Path, str]:
    r"""Return the file and the name in it, which is empty where there is none.

    A colon belongs to the file if there is such a file, if what follows it is not a name of Python (the drive in
    ``C:\nets\mynet.py``), or if only one letter stands before it (``C:mynet.py`` is a file too).
    """
    file, colon, name = target.rpartition(":")
    is_name = bool(name) and all(part.isidentifier() for part in name.split("."))
    if not colon or not is_name or len(file) < 2 or name.endswith(".py") or Path(target).exists():
        return Path(target), ""
    return Path(file), name
