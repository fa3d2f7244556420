"""How a certificate is told: what is on the terminal while it is proved, and afterwards."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from parity.oracles.certificate import Certificate
from parity.oracles.certify import Watcher
from parity.results import Verdict

MOST_NUMBERS = 40
HEADINGS = {
    Verdict.HOLDS: "CERTIFIED",
    Verdict.BROKEN: "BACKWARD IS WRONG",
    Verdict.UNCLEAR: "COULD NOT TELL",
}


@contextmanager
def progress(name: str) -> Iterator[Watcher]:
    """Show on standard error how far the run is: a bar on a terminal, else one line at the start."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(file=sys.stderr, highlight=False)
    if not console.is_terminal:
        console.print(f"certifying {name}", soft_wrap=True)
        yield lambda bits, done, steps: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda bits, done, steps: bar.update(
            task, description=f"{name} {bits:,} bits", completed=done, total=steps
        )


def lines(certificate: Certificate) -> Iterator[str]:
    """Yield what is said of a certificate."""
    c = certificate
    yield f"{HEADINGS[c.verdict]}  {c.scenario}  {_what(c)}"
    if c.reason:
        yield f"  because  {c.reason}"
    yield from (f"  also     {mistake}" for mistake in c.mistakes[1:])
    if c.verdict is Verdict.BROKEN:
        yield "  fix      compare backward of that layer, or of one behind it, with the derivative in its docstring"
        return
    yield from _numbers(c)
    again = " (from the cache)" if c.cached else ""
    yield f"  proof    {c.method}"
    yield f"  effort   {c.precision:,} bits, {c.seconds:.2g} s{again}"
    if c.verdict is Verdict.UNCLEAR:
        yield "  more     --time-limit SECONDS, fewer --epochs or --digits"


def _what(c: Certificate) -> str:
    """Return which number it is, after how many updates, and to how many digits."""
    if not c.numbers:
        return c.quantity
    steps = f"{c.updates:,}"
    if c.updates < c.updates_wanted:
        steps += f" of {c.updates_wanted:,}"
    moment = {
        "loss": f"loss before update {steps}",
        "gradient": f"gradients of the first update and of update {steps}",
        "weights": f"weights after {steps} updates",
        "predictions": f"predictions after {steps} updates" if c.updates_wanted else "predictions",
    }[c.quantity]
    return f"{moment}, {c.certain} certain digits"


def _numbers(c: Certificate) -> Iterator[str]:
    """Yield a line for each number, up to a limit."""
    shown, count = 0, sum(len(array.entries) for array in c.numbers.values())
    for path, array in c.numbers.items():
        for index, number in zip(np.ndindex(*array.shape), array.entries, strict=True):
            if shown == MOST_NUMBERS:
                yield f"  and {count - shown:,} more; --json has them all"
                return
            shown += 1
            name = f"{path}{list(index)}" if index else path
            off = "  exactly" if number.radius == "0" else f"  ± {number.radius}"
            yield f"  {name}  {number.decimal}{off}"
