"""index.html: stands alone, says everything, and believes nothing that comes from a file."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from attrs import evolve

from parity.report import views
from parity.report.figures import Picture, draw_all
from parity.report.page import page
from parity.results import Verdict

from .examples import broken, classes, everything, forward_only, gap, honest, missing, results

VOID = {"meta", "link", "img", "br"}


class Outline(HTMLParser):
    """What is in a page: ids, links, resources, and which <details> is open."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.resources, self.tags, self.open, self.stack = [], [], [], Counter(), {}, []
        self.unlabelled = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags[tag] += 1
        if tag not in VOID:
            self.stack.append((tag, given))
        if "id" in given:
            self.ids.append(given["id"])
            inside = [a for t, a in self.stack if t == "details"]
            if inside:
                self.open[given["id"]] = "open" in inside[0]
        self.links += [given["href"]] if tag == "a" else []
        self.resources += [given[k] for k in ("src", "srcset", "data", "action") if k in given]
        self.resources += [given["href"]] if tag == "link" else []
        if (tag == "img" and not given.get("alt")) or (tag == "th" and "scope" not in given):
            self.unlabelled.append((tag, given))

    def handle_endtag(self, tag):
        assert self.stack[-1][0] == tag, f"</{tag}> closes <{self.stack[-1][0]}>"
        self.stack.pop()


def test_it_stands_alone(html):
    outline = Outline(html)
    assert outline.resources
    assert all(resource.startswith("data:") for resource in outline.resources)
    assert "http" not in re.sub(r'src="data:[^"]*"', "", html)
    assert "url(" not in html
    assert "@import" not in html
    assert outline.tags["script"] == 0


def test_it_is_well_formed_and_labelled(html):
    outline = Outline(html)
    assert outline.stack == []
    assert outline.unlabelled == []
    assert 'lang="en"' in html


def test_every_link_leads_somewhere_and_every_id_is_there_once(html):
    outline = Outline(html)
    assert Counter(outline.ids).most_common(1)[0][1] == 1
    assert {link for link in outline.links if link.removeprefix("#") not in outline.ids} == set()
    assert {"xor-sigmoid", "xor-sigmoid-float64-torch", "xor-relu-float32-keras"} <= set(outline.ids)
    assert "#xor-sigmoid-float64-torch" in outline.links


def test_failures_come_first_and_are_open(html):
    outline = Outline(html)
    assert outline.open["xor-missing-mean"]
    assert outline.open["xor-relu"]
    assert not outline.open["xor-sigmoid"]
    assert not outline.open["momentum-as-written"]
    order = ["xor-missing-mean", "xor-relu", "xor-sigmoid", "momentum-as-written", "forward-pass"]
    assert sorted(order, key=lambda name: html.index(f'id="{name}"')) == order


def test_it_says_what_is_the_matter(html):
    assert "Parity is broken in 2 of 7 scenarios." in html
    assert "Gradient of dense_1/kernel first differs at step 0, by 2.5e+24 noise units" in html
    assert "Worst at [2, 1]: scratch 0.00294, torch 0.094<br>Scratch is 0.03125 × torch everywhere" in html
    assert "<strong>keras could not run</strong> in 2 runs: keras is not installed." in html
    assert "pip install &#39;backprop-parity[all]&#39;" in html
    assert "parity broken, as expected" in html
    assert "0.1</td>" in html
    assert "0.100000001</td>" in html
    assert "3.0e+06 → 1.1" in html
    assert "does not hold 7" in html
    assert "3.4 noise units" in html


def text_only(*scenarios, **options):
    return page(results(*scenarios, **options), {})


def test_what_holds_is_said_calmly():
    text = text_only(honest(), gap())
    assert "Parity holds: all 2 scenarios came out as expected." in text
    assert "in 1 of them parity is not expected" in text
    assert 'role="alert"' not in text
    assert "Parity holds in 1 scenario." in text_only(honest())


def test_nothing_compared_is_not_a_pass():
    text = text_only()
    assert "Nothing was compared" in text
    assert '<header class="unclear">' in text
    assert Outline(text).stack == []


def test_a_partial_result_is_said_loudly():
    text = text_only(honest(), partial="stopped by <Ctrl-C>")
    notice = '<div class="notice" role="alert"><p><strong>This report is not complete.</strong> stopped by '
    assert notice + "&lt;Ctrl-C&gt;" in text
    assert "Could not tell: not everything was run." in text


def test_a_gap_that_should_be_there_and_is_not_fails():
    text = text_only(evolve(honest("quiet"), expected=Verdict.BROKEN))
    assert "parity holds, but expected: broken" in text
    assert "Parity is unexpectedly fine in 1 of 1 scenario." in text
    assert Outline(text).open["quiet"]


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "../../etc/passwd",
    "größe-Ω-网络",
    "xor-sigmoid",
    "XOR-Sigmoid",
    "matrix",
    "",
    "x" * 300,
]


def test_names_from_files_are_made_harmless():
    scenarios = [evolve(s, title=s.name, about=s.name, sources=[s.name]) for s in map(honest, HOSTILE)]
    scenarios[0] = evolve(scenarios[0], runs=missing().runs, verdict=Verdict.FAILED)
    text = text_only(*scenarios, partial=HOSTILE[0])
    outline = Outline(text)
    assert outline.tags["script"] == 0
    assert outline.tags["img"] == 0
    assert "&lt;script&gt;" in text
    assert "49" not in outline.ids
    assert len(set(outline.ids)) == len(outline.ids)
    assert {link for link in outline.links if link.removeprefix("#") not in outline.ids} == set()


def test_anchors_are_file_names_that_differ_on_every_file_system():
    names = list(views.anchors(results(*map(honest, HOSTILE))).values())
    assert len({name.lower() for name in names}) == len(HOSTILE)
    assert all(re.fullmatch(r"[\w.-]+", name) and not name.startswith(".") for name in names)
    assert all(len(f"{name}-landscape.png".encode()) < 255 for name in names)
    assert "größe-Ω-网络" in names


def test_thirty_scenarios_stay_below_five_megabytes():
    shapes = {name: draw_all(results(make(name)), {name: name}, 10.0) for name, make in SHAPES.items()}
    pictures = {
        f"{name}-{i}-{kind.removeprefix(name + '-')}": picture
        for name, drawn in shapes.items()
        for i in range(10)
        for kind, picture in drawn.items()
        if kind.startswith(name)
    }
    scenarios = [evolve(make(name), name=f"{name}-{i}") for name, make in SHAPES.items() for i in range(10)]
    text = page(results(*scenarios), pictures)
    assert Outline(text).tags["img"] == 90
    assert 1_000_000 < len(text.encode()) < 5_000_000


SHAPES = {"boundary": honest, "curve": lambda name: honest(name, "curve"), "classes": classes}


def test_a_figure_is_shown_where_there_is_one():
    picture = Picture("xor-sigmoid-loss", 'alt "text"', b"png", 10, 20)
    text = page(results(honest(), forward_only()), {picture.name: picture})
    assert 'src="data:image/png;base64,cG5n" alt="alt &#34;text&#34;" width="10" height="20"' in text
    assert "forward pass only" in text


@pytest.mark.parametrize(
    ("given", "limit"), [("10", 10), ("12 | 20", 20), ("soon", 10), ("nan", 10), ("", 10)]
)
def test_the_threshold_is_the_one_that_was_used(given, limit):
    assert views.threshold(evolve(everything(), settings={"threshold": given})) == limit


def test_the_farthest_off_is_named_first():
    found = views.failures(results(missing(), broken()))
    assert [f.implementation.verdict for f in found] == [Verdict.BROKEN] * 2 + [Verdict.FAILED] * 2
    assert found[0].run.dtype == "float64"
