"""Reading scenarios from TOML files."""

import tomllib
from pathlib import Path

import cattrs
from attrs import evolve

from parity.scenarios.model import Scenario

SHIPPED = Path(__file__).parent / "shipped"


def shipped() -> list[str]:
    """Return the names of the scenarios that come with parity, in the order in which they are run."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load(name: str | Path) -> Scenario:
    """Return a shipped scenario by its name, or one from a TOML file."""
    path = Path(name) if str(name).endswith(".toml") else SHIPPED / f"{name}.toml"
    with path.open("rb") as file:
        raw = tomllib.load(file)
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_structure_hook(str | float | bool | None, lambda v, t: v)
    converter.register_structure_hook(list[float] | list[list[float]], lambda v, t: v)
    converter.register_structure_hook_func(lambda t: t is object, lambda v, t: v)
    return evolve(converter.structure(raw, Scenario), path=path)
