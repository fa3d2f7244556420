"""How a check is printed: as text, as one line, or as JSON."""

import json
from typing import TYPE_CHECKING, NamedTuple

import click

from parity.commands.options import coloured, columns

if TYPE_CHECKING:
    from parity.checking.findings import Check


class Style(NamedTuple):
    """What the user wants to see of a check.

    Attributes:
        strict: whether a constant factor, or another loss than the one reported, is wrong.
        as_json: JSON, in one line.
        quiet: only the verdict.
        verbose: every part.
    """

    strict: bool = False
    as_json: bool = False
    quiet: bool = False
    verbose: bool = False

    def show(self, check: "Check") -> None:
        """Print a check on standard output."""
        click.echo(
            self.words(check), color=coloured()
        )  # else click drops the colours that FORCE_COLOR asks for

    def words(self, check: "Check") -> str:
        """Return a check the way it is to be seen."""
        if self.as_json:
            from parity.results.converting import to_plain

            exit_code = {"exit_code": check.exit_code(self.strict)}
            return json.dumps(to_plain(check) | exit_code, ensure_ascii=True)
        from parity.checking.text import as_text, one_line

        if self.quiet:
            return one_line(check, coloured())
        text = as_text(check, columns(), coloured(), self.verbose)
        if check.outcome.right and check.exit_code(self.strict):
            text += f"\nStrict       this counts as wrong, for it is not exact: {check.outcome}"
        return text
