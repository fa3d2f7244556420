"""Read what ``mutmut run`` leaves in mutants/."""

import json
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

from tests.mutation.page import Survivor

MUTANTS = Path("mutants")


def found() -> tuple[dict[tuple[str, str], str], list[Survivor]]:
    """Return what became of each mutant, by its file and name, and the changes that nothing noticed."""
    outcomes, survivors = {}, []
    for meta in sorted(MUTANTS.rglob("*.meta")):
        file = str(meta.relative_to(MUTANTS)).removesuffix(".meta")
        for name, code in json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            status = outcomes[file, name] = status_by_exit_code[code]
            if status not in ("killed", "timeout"):
                survivors.append(survivor(file, name))
    return outcomes, sorted(survivors, key=lambda s: (s.file, s.line))


def survivor(file: str, name: str) -> Survivor:
    """Return the change that a mutant makes."""
    diff = get_diff_for_mutant(name, path=file).splitlines()[3:]  # behind the names and the position
    old, new = (" ".join(row[1:].strip() for row in diff if row.startswith(sign)) for sign in "-+")
    function, _ = orig_function_and_class_names_from_key(name)
    source = Path(file).read_text(encoding="utf-8").splitlines()
    start = next(i for i, row in enumerate(source) if row.strip().startswith(f"def {function}("))
    first = next(row[1:].strip() for row in diff if row.startswith("-"))
    line = next((i for i, row in enumerate(source) if i >= start and row.strip() == first), start)
    return Survivor(file, line + 1, old, new)
