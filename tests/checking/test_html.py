"""A check as HTML: all of it, harmless, and complete in itself."""

from html.parser import HTMLParser

import pytest

from parity.checking.findings import Check
from parity.checking.html import fragment, page
from parity.checking.sections import sections
from tests.checking.records import ALL, NASTY, RIGHT, UNCLEAR, WRONG

VOID = {"meta", "link", "br", "wbr", "img"}


class Reader(HTMLParser):
    """Collects elements and text, and notices elements that are not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("check", ALL, ids=lambda check: str(check.outcome))
def test_it_says_what_the_terminal_says(check: Check) -> None:
    html = Reader(fragment(check))
    assert html.open == []
    said = "".join(html.text.split())
    for section in sections(check):
        assert section.label in html.text
        for line in section.lines:
            assert "".join(line.split()) in said.replace("·", "")
        for row in section.rows:
            assert "".join((row.what + row.noise_units + row.message).split()) in said


@pytest.mark.parametrize("html", [fragment(NASTY), page([NASTY], "<b>", ["<b>"])], ids=["fragment", "page"])
def test_names_from_files_are_harmless(html: str) -> None:
    read = Reader(html)
    assert not {"script", "img", "b", "i", "u", "s", "em", "q", "a", "note", "next"} & set(read.tags)
    assert not [name for name, _ in read.attributes if name.startswith("on")]
    html.encode("utf-8")


def test_it_needs_nothing_else() -> None:
    for html in (fragment(WRONG), page(ALL, "all")):
        assert "http" not in html
        assert "<script" not in html
        assert "@import" not in html


def test_code_keeps_its_lines() -> None:
    assert "def forward(x):\n    return net.predict(x)" in Reader(fragment(UNCLEAR)).text


def test_a_page_shows_the_worst_first_and_open() -> None:
    html = page([RIGHT, WRONG], "two")
    assert html.index("mynet.py") < html.index("good.py")
    assert html.count("<details") == 2
    assert html.count(" open>") == 1
    assert "prefers-color-scheme: dark" in html


def test_a_page_of_nothing() -> None:
    assert "No network was checked" in page([], "none")


def test_a_notebook_shows_the_fragment() -> None:
    assert WRONG._repr_html_() == fragment(WRONG)
