"""Mistakes that a person can mend: shown as a message, never as a traceback."""

from collections.abc import Sequence


class ParityError(Exception):
    """Something is wrong with what the user gave us.

    Attributes:
        problems: every problem found, not only the first.
        hint: what to do next.
        exit_code: 2 wrong usage or input, 3 could not run.
    """

    def __init__(self, problems: str | Sequence[str], hint: str = "", exit_code: int = 2) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        self.hint = hint
        self.exit_code = exit_code
        super().__init__("\n".join([*self.problems, *([hint] if hint else [])]))
