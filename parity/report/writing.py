"""The report as a folder: what people read, what programs read, and every picture."""

from pathlib import Path

from parity.report.folders import replaced
from parity.report.markdown import markdown
from parity.results import Results, csv, dumps

OURS = {"index.html", "report.md", "results.json", "comparisons.csv", "figures"}


def write(results: Results, directory: str | Path) -> Path:
    """Write the report into a folder, all at once, and return the path of its ``index.html``.

    Raises:
        ParityError: the folder cannot be written, or holds something else than a report.
    """
    with replaced(directory, OURS) as folder:
        (folder / "index.html").write_text("<!doctype html><title>parity</title>", encoding="utf-8")
        (folder / "report.md").write_text(markdown(results), encoding="utf-8")
        (folder / "comparisons.csv").write_text(csv(results), encoding="utf-8")
        (folder / "results.json").write_text(dumps(results), encoding="utf-8")
    return Path(directory) / "index.html"
