"""``parity check mynet.py``: is the backprop in this file right?"""

import sys
from typing import Any

import click

from parity.commands.options import Asked, about_the_network, about_the_output
from parity.commands.showing import Style


@click.command()
@click.argument("target", metavar="FILE[:NAME]")
@about_the_network
@about_the_output
def check(target: str, strict: bool, as_json: bool, quiet: bool, verbose: bool, **about: Any) -> None:
    """Check a network that you wrote: its forward pass, its gradients, its update.

    FILE is Python with NumPy. What is in it is found out; NAME says which class or function is meant where there are
    several, and the options say what cannot be found out.

    Exit codes: 0 right, 1 wrong, 2 wrong usage or input, 3 could not run, 4 could not tell.
    """
    asked = Asked(**about).checked()
    from parity.checking.api import check as check_network

    found = check_network(target, **asked._asdict())
    Style(strict, as_json, quiet, verbose).show(found)
    sys.exit(found.exit_code(strict))
