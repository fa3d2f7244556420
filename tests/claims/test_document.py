"""``docs/claims.md`` is what the program writes."""

from pathlib import Path

import pytest

from parity.claims.document import document
from parity.claims.systems import ARTICLES, SYSTEMS
from parity.results import Claim
from parity.scenarios import load, shipped

PAGE = Path(__file__).parents[2] / "docs" / "claims.md"


def test_the_page_is_up_to_date(checked: dict[str, list[Claim]]):
    hint = "regenerate it: python -m parity.claims > docs/claims.md"
    assert PAGE.read_text(encoding="utf-8") == document(checked), hint


def test_a_small_page():
    claims = {
        "some-net": [
            Claim("C10", "ten", ARTICLES[1], "1", "2", "does not hold", "a | b"),
            Claim("C9b", "nine", f"{ARTICLES[0]}; {ARTICLES[1]}", "", "yes", "holds"),
        ]
    }
    page = document(claims)
    first, second = (page.split(f"## {title}\n")[1].split("\n## ")[0] for title in ARTICLES[:2])
    assert "| C9b | nine | `some-net` |  | yes | holds |  |" in first
    assert "C10" not in first
    assert second.index("C9b") < second.index("C10")
    assert "| C10 | ten | `some-net` | 1 | 2 | **does not hold** | a \\| b |" in second
    assert "| does not hold | 1 |" in page


def test_every_source_is_an_article_by_its_title():
    sources = {title for name in shipped() for spec in load(name).claims for title in spec.source.split("; ")}
    assert sources == set(ARTICLES)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.text[:40])
def test_every_system_has_its_place(system):
    assert set(system.scenarios) <= set(shipped())
    assert system.scenarios
    assert set(system.articles) <= set(ARTICLES)
    for title in system.articles:
        assert any(title in load(name).sources for name in system.scenarios), title
