"""What is seen while a run goes on: on standard error, a bar where there is a terminal, else a line a run."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from parity.results import Run, Verdict
from parity.scenarios import Problem
from parity.suite.watching import Silent, Watcher

__all__ = ["Console", "progress"]

STYLES = {
    Verdict.HOLDS: "green",
    Verdict.BROKEN: "bold red",
    Verdict.UNCLEAR: "yellow",
    Verdict.FAILED: "bold magenta",
}


@contextmanager
def progress(quiet: bool) -> Iterator[Watcher]:
    """Show how a run gets on, or nothing if ``quiet``."""
    if quiet:
        yield Silent()
        return
    console = Console(file=sys.stderr, highlight=False)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield _Lines(bar, console)


class _Lines:
    """A line for each run that is done, above a bar for the one that is going on."""

    def __init__(self, bar: Progress, console: Console) -> None:
        self._bar = bar
        self._console = console
        self._task: TaskID | None = None

    def begin(self, problem: Problem, number: int, count: int) -> None:
        """Start the bar of a problem."""
        if self._task is not None:
            self._bar.remove_task(self._task)
        description = f"[{number + 1}/{count}] {problem.scenario.name} {problem.dtype}"
        self._task = self._bar.add_task(description, total=max(problem.steps, 1))

    def advance(self, steps: int) -> None:
        """Move the bar."""
        if self._task is not None:
            self._bar.advance(self._task, steps)

    def end(self, problem: Problem, run: Run) -> None:
        """Print how each framework did."""
        cells = []
        for one in run.implementations:
            units = "" if one.worst is None else f" {one.worst:.2g}"
            expected = one.verdict != "holds" and one.verdict == problem.scenario.expect
            style = STYLES[Verdict.HOLDS if expected else one.verdict]
            cells.append(
                f"{one.framework}{units} [{style}]{one.verdict}{', as expected' if expected else ''}[/]"
            )
        self._console.print(
            f"{problem.scenario.name:26} {problem.dtype:8} {'   '.join(cells)}", soft_wrap=True
        )
