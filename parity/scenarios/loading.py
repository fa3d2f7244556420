"""Reading scenarios from TOML files, and saying everything that is wrong with them at once."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from parity.errors import ParityError
from parity.scenarios.catalogue import SHIPPED, shipped
from parity.scenarios.model import Scenario
from parity.scenarios.structuring import plain, structure
from parity.scenarios.validation import mistakes
from parity.scenarios.wording import Complaint, suggestion

LIST_HINT = "parity list shows the scenarios that there are"
FILE_HINT = f"one that works: {SHIPPED / 'xor-sigmoid.toml'}"


def load(name: str | Path) -> Scenario:
    """Return a shipped scenario by its name, or one from a TOML file.

    Raises:
        ParityError: there is no such scenario or file, or the file is not right: with everything
            that is wrong with it.
    """
    path = _find(name)
    parts, complaints = structure(_read(path))
    complaints += mistakes(parts)
    if complaints:
        raise ParityError([complaint.within(path) for complaint in complaints])
    return Scenario(**parts, path=path)


def load_all(names: Sequence[str | Path] = ()) -> list[Scenario]:
    """Return several scenarios, each once; without names all that are shipped, in their order.

    Raises:
        ParityError: something is wrong with one or more of them, or two have the same name.
    """
    scenarios: dict[str, Scenario] = {}
    problems: list[str] = []
    hints: list[str] = []
    for name in dict.fromkeys(names or shipped()):
        try:
            scenario = load(name)
        except ParityError as error:
            problems += error.problems
            hints.append(error.hint)
            continue
        first = scenarios.setdefault(scenario.name, scenario)
        if first.path != scenario.path:
            text = f"is {scenario.name}, but should differ from that of {first.path}"
            problems.append(Complaint(("name",), text).within(scenario.path))
    if problems:
        raise ParityError(problems, hint="\n".join(dict.fromkeys(filter(None, hints))))
    return list(scenarios.values())


def check(scenario: Scenario) -> Scenario:
    """Return a scenario that was made or changed in Python, if it could stand in a file as it is.

    Raises:
        ParityError: with everything that is wrong with it.
    """
    parts, complaints = structure(plain(scenario))
    complaints += mistakes(parts)
    if complaints:
        raise ParityError([complaint.within() for complaint in complaints])
    return evolve(Scenario(**parts), path=scenario.path)


def _find(name: str | Path) -> Path:
    """Return the file that is meant; a name without a folder and without ``.toml`` is a shipped one."""
    path = Path(name)
    if isinstance(name, Path) or path.suffix == ".toml" or path.name != name:
        return path
    if name in shipped():
        return SHIPPED / f"{name}.toml"
    beside = path.with_name(f"{name}.toml")
    meant = f"; did you mean the file {beside}?" if beside.is_file() else suggestion(name, shipped())
    raise ParityError(f"there is no scenario {name!r}{meant}", hint=LIST_HINT)


def _read(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file."""
    try:
        text = path.read_bytes().decode("utf-8-sig")  # editors on Windows like to put a mark in front
        tables = tomllib.loads(text)
    except FileNotFoundError:
        raise ParityError(f"{path} does not exist", hint=LIST_HINT) from None
    except IsADirectoryError:
        raise ParityError(f"{path} is a folder, but should be a TOML file") from None
    except OSError as error:
        raise ParityError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        byte = f"0x{error.object[error.start]:02x}"
        raise ParityError(
            f"{path} is not UTF-8: line {line} has a byte {byte}", hint="save it as UTF-8"
        ) from None
    except (ValueError, RecursionError) as error:
        raise ParityError(f"{path} is not valid TOML: {error}", hint=FILE_HINT) from None
    if not tables:
        raise ParityError(f"{path} is empty, but should describe a scenario", hint=FILE_HINT)
    return tables
