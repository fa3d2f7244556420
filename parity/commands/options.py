"""Options that several commands share, and how their values are read. Nothing heavy is imported here."""

import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

NAMES = {"against": ("torch", "keras"), "dtype": ("float64", "float32")}
LOSSES = ("mse", "sse", "half_mse", "half_sse", "bce", "ce")
ROWS = ("samples", "features")
WIDEST = 100
"""Characters of a line, however wide the terminal is: longer ones are hard to read."""


def list_of(kind: str) -> Any:
    """Return a callback that splits ``a,b`` and checks every part; ``none`` stands for nothing."""

    def split(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...] | None:
        if value is None:
            return None
        given = _parts(value)
        if kind == "against" and given == ["none"]:
            return ()
        unknown = [part for part in given if part not in NAMES[kind]]
        if unknown or not given:
            named = ", ".join(map(repr, unknown)) or "empty"
            raise click.BadParameter(f"is {named}, but should be one or more of: {', '.join(NAMES[kind])}")
        return tuple(dict.fromkeys(given))

    return split


def _parts(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _sizes(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    """Read ``2-4-1``."""
    if value is None:
        return None
    words = value.replace(",", "-").split("-")
    # isdecimal() alone takes digits of every script, and so does int()
    if len(words) < 2 or not all(word.isascii() and word.isdecimal() and int(word) for word in words):
        raise click.BadParameter(f"is {value!r}, but should be the units of every layer, like 2-4-1")
    return tuple(map(int, words))


def _activations(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """Read ``sigmoid,softmax``; how many are needed is known only after all options are read."""
    if value is None:
        return None
    given = _parts(value)
    if not given:
        raise click.BadParameter("is empty, but should be one for every layer, like sigmoid,sigmoid")
    return tuple(given)


class Asked(NamedTuple):
    """What the user says about the network, and with whom it is compared.

    Attributes:
        against: frameworks; None for all of them, empty for none.
        layers: units of every layer, the inputs first; None where the program is to find out, as everywhere below.
        activations: one for every layer but the inputs.
        loss: one of :data:`LOSSES`.
        rows: what a row of the data is: ``samples`` or ``features``.
        time_limit: in seconds.
    """

    against: tuple[str, ...] | None = None
    layers: tuple[int, ...] | None = None
    activations: tuple[str, ...] | None = None
    loss: str | None = None
    rows: str | None = None
    time_limit: float = 60.0

    def checked(self) -> "Asked":
        """Return it, if its parts fit each other.

        Raises:
            click.UsageError: they do not.
        """
        if self.layers and self.activations and len(self.activations) != len(self.layers) - 1:
            given, needed = len(self.activations), len(self.layers) - 1
            raise click.UsageError(
                f"--activations names {given}, but should name {needed}: one for each layer after the inputs"
            )
        return self


def about_the_network(command: Command) -> Command:
    """Add the options that :class:`Asked` holds to a command."""
    options = (
        click.option(
            "--against",
            callback=list_of("against"),
            metavar="torch,keras|none",
            help="Frameworks to compare with, or none.  [default: all that there are]",
        ),
        click.option("--layers", callback=_sizes, metavar="2-4-1", help="Units of each layer, inputs first."),
        click.option(
            "--activations",
            callback=_activations,
            metavar="sigmoid,sigmoid",
            help="One for each layer after the inputs.",
        ),
        click.option("--loss", type=click.Choice(LOSSES), help="What is minimised."),
        click.option("--rows", type=click.Choice(ROWS), help="What a row of the data is."),
        click.option(
            "--time-limit",
            type=click.FloatRange(min=0, min_open=True),
            default=60.0,
            show_default=True,
            metavar="SECONDS",
            help="For one network.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def about_the_output(command: Command) -> Command:
    """Add the options that say how a check is shown to a command."""
    options = (
        click.option(
            "--strict",
            is_flag=True,
            help="A constant factor, or another loss than the one printed, is wrong.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option("-q", "--quiet", is_flag=True, help="Only the verdict, in one line."),
        click.option("-v", "--verbose", is_flag=True, help="Also list every part that is right."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def coloured() -> bool:
    """Whether standard output takes colours, and nobody forbids them (https://no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def columns() -> int:
    """Return the characters of a line."""
    import shutil

    return min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
