"""The report on the summary page of a GitHub workflow."""

import os
from pathlib import Path

from parity.errors import ParityError
from parity.report.markdown import markdown
from parity.results import Results

VARIABLE = "GITHUB_STEP_SUMMARY"


def publish_summary(results: Results) -> Path | None:
    """Append the Markdown report to the file that GitHub shows, and return it; None outside of a workflow.

    Raises:
        ParityError: the file cannot be written.
    """
    name = os.environ.get(VARIABLE)
    if not name:
        return None
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(markdown(results) + "\n")
    except OSError as error:
        problem = f"Cannot write the summary to {name}: {error.strerror or error}."
        raise ParityError(problem, f"Unset {VARIABLE} to do without it.", 3) from error
    return Path(name)
