"""``docs/power.md``, its figure and the README say what was measured, and nothing else."""

import json
from importlib.metadata import version
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner

from parity.judge import THRESHOLD
from parity.power import document as page
from parity.report.figures.clouds import alt, vector
from parity.results import Power
from parity.results.converting import to_plain
from parity.suite import stored_power as stored
from tests.report.measured import power

ROOT = Path(__file__).parents[2]
HINT = "write it anew: python -m parity.power.document --figures docs --readme README.md > docs/power.md"
MARKS = page.BEGIN + page.END


@pytest.fixture
def measured() -> Power:
    """What is kept beside the code."""
    found = stored.stored_power()
    assert found is not None, "nothing is kept: nox -s power"
    return found


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a made-up measurement, which is taken for the one that is kept."""
    file = tmp_path / "power.json"
    file.write_text(json.dumps(to_plain(power())))
    for module in (stored, page):
        monkeypatch.setattr(module, "STORED", file)
    return tmp_path


def test_the_page_is_what_was_measured(measured: Power) -> None:
    assert (ROOT / "docs/power.md").read_text(encoding="utf-8") == page.document(measured), HINT


def test_the_figure_is_what_was_measured(measured: Power) -> None:
    kept = (ROOT / "docs" / page.FIGURE).read_text(encoding="utf-8")
    assert measured.clouds is not None
    title = alt(measured, measured.clouds, THRESHOLD)
    assert f"<title>{title}</title>" in kept, HINT
    pinned = f"matplotlib=={version('matplotlib')}"  # another one draws the same picture in other words
    if pinned in (ROOT / "constraints.txt").read_text().split():
        assert kept == vector(measured, THRESHOLD), HINT


def test_the_readme_has_the_numbers_that_were_measured(measured: Power) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert page.BEGIN + page.in_short(measured) + page.END in readme, HINT


def test_the_readme_has_a_place_for_the_numbers() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert page.in_short(power()) in page.updated(readme, power())


def test_a_page_of_everything() -> None:
    text = page.document(power())
    assert "\n- 2 mistakes, planted one at a time into 3 scenarios" in text
    assert f"]({page.FIGURE})" in text
    assert "3.3 orders of magnitude lie between them, and the threshold is 10." in text
    assert "3 mistakes that people make in hand-written backprop, [the catalogue](mistakes.md)" in text
    assert "differs by more than 1e-16 of" in " ".join(text.split())
    assert "one to 4 dense layers of 1 to 64 units" in text
    assert "20-32-10, tanh, cross-entropy: 16 rows" in text
    tables = [block for block in text.split("\n\n") if block.startswith("|")]
    assert [table.count("\n") - 1 for table in tables] == [3, 2, 3]
    assert text.index("<details>") < text.index("| `G101` |") < text.index("</details>")
    assert "Last measured with numpy 2.4.6, parity 0.1.0." in text
    assert "```console\nnox -s power\n```" in text


def test_misses_are_on_the_page_and_in_the_readme() -> None:
    unlucky = power(missed=2, alarms=1)
    text = page.document(unlucky)
    assert "14 were caught, 2 were not (G118)" in text
    assert "| **6/8** |" in text
    short = " ".join(page.in_short(unlucky).split())
    assert "make 16 wrong runs: 14 are caught." in short
    assert "103,000 comparisons: 1 false alarm." in short


def test_the_numbers_in_short() -> None:
    short = page.in_short(power())
    assert max(map(len, short.splitlines())) <= page.WIDTH
    assert " ".join(short.split()) == (
        "2 mistakes of [a catalogue](docs/mistakes.md), planted wherever they change a number, make 16 wrong runs: all "
        "are caught. Right networks, drawn at random, make 600 runs with 103,000 comparisons: no false alarm. The "
        "smallest relative error of a float64 gradient that is caught is 2.5e-15 for `parity run`, 1.3e-07 for "
        "`torch.testing.assert_close` and 3.1e-04 for `jax.test_util.check_grads`. "
        "[How that was measured, and every mistake](docs/power.md)."
    )


def test_a_tool_without_a_number_is_not_among_the_numbers() -> None:
    given = power()
    given = evolve(given, sensitivity=[given.sensitivity[0], evolve(given.sensitivity[1], float64=None)])
    assert "is 2.5e-15 for `parity run`. [How" in " ".join(page.in_short(given).split())
    assert "is unknown." in " ".join(page.in_short(evolve(given, sensitivity=[])).split())


def test_numbers_take_the_place_of_old_ones() -> None:
    old = f"before\n{page.BEGIN}old\n{page.END}between\n{page.END}after\n"
    new = page.updated(old, power())
    assert new == f"before\n{page.BEGIN}{page.in_short(power())}{page.END}between\n{page.END}after\n"
    assert page.updated(new, power()) == new


def test_the_command_writes_page_figure_and_readme(kept: Path) -> None:
    readme = kept / "README.md"
    readme.write_text(f"# Title\n{MARKS}")
    done = CliRunner().invoke(page.main, ["--figures", str(kept / "new" / "docs"), "--readme", str(readme)])
    assert done.exit_code == 0, done.output
    assert done.stdout == page.document(power())
    figure = kept / "new" / "docs" / page.FIGURE
    assert figure.read_text(encoding="utf-8") == vector(power(), THRESHOLD)
    assert readme.read_text(encoding="utf-8") == f"# Title\n{page.BEGIN}{page.in_short(power())}{page.END}"


def test_the_command_alone_writes_the_page_only(kept: Path) -> None:
    done = CliRunner().invoke(page.main, [])
    assert done.stdout == page.document(power())
    assert [path.name for path in kept.iterdir()] == ["power.json"]


@pytest.mark.parametrize("text", ["no marks", page.BEGIN, page.END + page.BEGIN, MARKS * 2])
def test_a_readme_without_a_place_is_left_as_it_is(kept: Path, text: str) -> None:
    readme = kept / "README.md"
    readme.write_text(text)
    done = CliRunner().invoke(page.main, ["--readme", str(readme)])
    assert done.exit_code == 1
    assert "one place for the numbers: <!-- made by: nox -s power --> … <!-- end -->" in done.output
    assert readme.read_text() == text


def test_nothing_measured(kept: Path) -> None:
    (kept / "power.json").unlink()
    done = CliRunner().invoke(page.main, ["--figures", str(kept)])
    assert done.exit_code == 1
    assert "power.json is not there. Measure first: nox -s power" in done.output
    assert list(kept.iterdir()) == []
