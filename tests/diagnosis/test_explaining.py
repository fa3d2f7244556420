"""What a reader sees of the catalogue: in the terminal, as JSON, and as a page."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from parity.cli import cli
from parity.diagnosis import CATALOGUE, GROUPS, Bug
from parity.diagnosis.explaining import WIDTH, as_markdown, explain, find, listing, right_rule
from parity.errors import ParityError
from scratch.layers import Sigmoid

PAGE = Path(__file__).parents[2] / "docs" / "mistakes.md"

every_bug = pytest.mark.parametrize("bug", CATALOGUE.values(), ids=CATALOGUE)


@every_bug
def test_an_explanation_says_everything(bug: Bug) -> None:
    text = explain(bug)
    flat = " ".join(text.split())
    for part in (bug.code, bug.name, bug.looks, bug.fix, bug.hidden, *bug.seen):
        assert part in flat
    assert all(line.strip() in text for line in bug.source.splitlines())
    assert f"--plant {bug.code}" in text


@every_bug
def test_an_explanation_fits_a_terminal(bug: Bug) -> None:
    prose = explain(bug).split("The wrong rule")[0]
    assert all(len(line) <= WIDTH or "http" in line for line in prose.splitlines())


@pytest.mark.parametrize(
    ("code", "first"), [("G512", "mistakes-relu"), ("G319", "xor-relu"), ("G110", "mistakes-sigmoid")]
)
def test_it_is_shown_where_it_can_be_seen(code: str, first: str) -> None:
    assert explain(CATALOGUE[code]).endswith(f"parity run {first} --plant {code}")


def test_the_right_rule_is_shown_beside_the_wrong_one() -> None:
    shown = right_rule(CATALOGUE["G304"])
    assert shown is not None
    where, source = shown
    assert where.startswith("scratch/layers/sigmoid.py:")
    assert source.splitlines()[0].startswith("def backward(self")
    assert source.splitlines()[-1] == "    return dy * (y * (1 - y)), {}"
    assert Sigmoid.backward.__doc__ not in source


def test_a_rule_of_every_loss_has_no_single_right_one() -> None:
    assert right_rule(CATALOGUE["G101"]) is None


def test_the_list_has_every_entry_once() -> None:
    lines = listing().splitlines()
    for bug in CATALOGUE.values():
        assert lines.count(f"  {bug.code}  {bug.name}") == 1
    for group in GROUPS:
        assert group.title in lines


@pytest.mark.parametrize("code", ["G304", "g304", " G304 "])
def test_a_code_is_found_in_any_case(code: str) -> None:
    assert find(code) is CATALOGUE["G304"]


@pytest.mark.parametrize(
    ("code", "hint"), [("G3040", "parity explain G304"), ("nonsense", "parity explain  lists")]
)
def test_an_unknown_code_says_what_to_do(code: str, hint: str) -> None:
    with pytest.raises(ParityError, match=f"code is '{code}', but should be one of the catalogue") as error:
        find(code)
    assert hint in error.value.hint


def test_the_page_is_the_catalogue() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_markdown()


def test_the_command_explains_and_lists() -> None:
    runner = CliRunner()
    assert runner.invoke(cli, ["explain", "G304"]).output == explain(CATALOGUE["G304"]) + "\n"
    assert runner.invoke(cli, ["explain"]).output == listing() + "\n"
    both = runner.invoke(cli, ["explain", "G101", "G102"]).output
    assert both.index("G101  ") < both.index("G102  ")


def test_the_command_prints_json() -> None:
    runner = CliRunner()
    (one,) = json.loads(runner.invoke(cli, ["explain", "G603", "--json"]).output)
    assert (one["code"], one["sizes"][0]) == ("G603", 0.01)
    assert [entry["code"] for entry in json.loads(runner.invoke(cli, ["explain", "--json"]).output)] == list(
        CATALOGUE
    )
