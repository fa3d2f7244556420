"""The report as a folder: what people read, what programs read, and every picture."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext
from pathlib import Path

from attrs import evolve

from parity.report import views
from parity.report.folders import refuse_others, replaced
from parity.report.markdown import markdown
from parity.results import Results, csv, dumps

WORTH_IT = 12
MOST_ARTISTS = 4
OURS = {"index.html", "report.md", "results.json", "comparisons.csv", "figures"}


def check(directory: str | Path) -> None:
    """Find out before a long run whether a report could take the place of what is there.

    Raises:
        ParityError: it could not: the folder holds something else than a report, or is a file.
    """
    refuse_others(Path(directory).resolve(), OURS)


def write(results: Results, directory: str | Path, executor: Executor | None = None) -> Path:
    """Write the report into a folder, all at once, and return the path of its ``index.html``.

    Args:
        results: any: a run that was cut short, or in which nothing could run, is reported too.
        directory: made, or replaced as a whole.
        executor: draws pictures side by side; without it processes are started where they pay.

    Raises:
        ParityError: the folder cannot be written, or holds something else than a report.
    """
    from parity.report.figures import draw_all  # matplotlib takes half a second; a table needs none of it
    from parity.report.page import page

    begun = time.perf_counter()
    with nullcontext(executor) if executor else _artists(len(results.scenarios)) as artists:
        pictures = draw_all(results, views.anchors(results), views.threshold(results), artists)
    results = _timed(results, time.perf_counter() - begun)
    with replaced(directory, OURS) as folder:
        (folder / "figures").mkdir()
        for name, picture in pictures.items():
            (folder / "figures" / f"{name}.png").write_bytes(picture.png)
        (folder / "index.html").write_text(page(results, pictures), encoding="utf-8")
        (folder / "report.md").write_text(markdown(results), encoding="utf-8")
        (folder / "comparisons.csv").write_text(csv(results), encoding="utf-8")
        (folder / "results.json").write_text(dumps(results), encoding="utf-8")
    return Path(directory) / "index.html"


@contextmanager
def _artists(scenarios: int) -> Iterator[Executor | None]:
    """Give processes that draw side by side; for a few pictures, or on one processor, they cost more than they save."""
    if scenarios < WORTH_IT or (os.cpu_count() or 1) == 1:
        yield None
        return
    from loky import ProcessPoolExecutor

    with ProcessPoolExecutor(max_workers=min(os.cpu_count() or 1, MOST_ARTISTS)) as executor:
        yield executor


def _timed(results: Results, seconds: float) -> Results:
    """Note the time that drawing took, the first time: rendered again, a report says the same as before."""
    if not results.timings or "drawing" in results.timings:
        return results
    everything = results.timings.get("all", 0.0) + seconds
    return evolve(results, timings=results.timings | {"drawing": seconds, "all": everything})
