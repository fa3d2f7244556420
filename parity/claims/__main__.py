"""Write ``docs/claims.md``: ``python -m parity.claims > docs/claims.md``."""

import sys

from parity.claims.checking import check
from parity.claims.document import document
from parity.scenarios import load, shipped


def main() -> None:
    """Check every claim of every shipped scenario, and write the page."""
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(document({name: check(load(name)) for name in shipped()}))


if __name__ == "__main__":
    main()
