"""``parity watch mynet.py``: the verdict again at every save."""

import sys
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
    from parity.checking.api import HANDLER, check
    from parity.checking.target import split
    from parity.checking.witnesses import Witnesses
    from parity.subject.spare import Spare
    from parity.watching import Screen, watch_file

    file, _ = split(target)
    frameworks = NAMES["against"] if asked.against is None else asked.against
    with Witnesses(frameworks) as witnesses, Spare(HANDLER) as spare:
        witnesses.warm_aside()

        def check_again() -> Any:
            try:
                return check(target, **asked._asdict(), witnesses=witnesses, spare=spare)
            finally:
                spare.prepare()

        code = watch_file(file, check_again, Screen(style.words, machine=as_json, quiet=quiet), strict=strict)
    sys.exit(code)
