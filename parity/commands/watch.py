"""``parity watch mynet.py``: the verdict again at every save."""

import sys
from contextlib import nullcontext
from typing import Any

import click

from parity.commands.options import NAMES, Asked, about_the_network, about_the_output
from parity.commands.showing import Style


@click.command()
@click.argument("target", metavar="FILE[:NAME]")
@about_the_network
@about_the_output
def watch(target: str, strict: bool, as_json: bool, quiet: bool, verbose: bool, **about: Any) -> None:
    """Check a network that you are writing, again at every save, until Ctrl-C.

    The options are those of `parity check`, and the exit code is that of the last check.
    """
    asked = Asked(**about).checked()
    style = Style(strict, as_json, quiet, verbose)
    from parity.checking.api import check
    from parity.checking.target import split
    from parity.checking.witnesses import Witnesses
    from parity.watching import Screen, watch_file

    file, _ = split(target)
    frameworks = NAMES["against"] if asked.against is None else asked.against
    with Witnesses(frameworks) if frameworks else nullcontext() as witnesses:
        if witnesses is not None:
            witnesses.warm()

        def check_again() -> Any:
            return check(target, **asked._asdict(), witnesses=witnesses)

        code = watch_file(file, check_again, Screen(style.words, machine=as_json, quiet=quiet), strict=strict)
    sys.exit(code)
