"""What the checks are worth: said on the page and in Markdown as it was measured, misses and false alarms too."""

import io
import math
import re

import pytest
from attrs import evolve
from PIL import Image

from parity.report import markdown
from parity.report import power as words
from parity.report.figures import clouds, draw_all
from parity.report.page import page
from parity.results import Clouds, Power, dumps, loads

from .examples import honest, results
from .measured import power
from .test_page import Outline

TITLE = "What these checks are worth"


def given(measured=None):
    return evolve(results(honest()), power=measured or power())


def text_of(measured=None):
    return page(given(measured), {})


def test_everything_in_three_sentences():
    assert words.totals(power()) == [
        "2 mistakes, planted one at a time into 3 scenarios wherever they change a number, in float64 and float32 "
        "against torch, make 16 wrong runs: all of them were caught; 1 mistake of the catalogue had no place to show.",
        "300 right networks, drawn at random, in float64 and float32 against torch, make 600 right runs with 103,000 "
        "comparisons: no false alarm, and 3 in which a dead unit left nothing to judge.",
        "The smallest relative error of a gradient that parity run catches is 2.5e-15 in float64 and "
        "1.2e-06 in float32.",
    ]


def test_what_was_missed_is_said_with_its_code():
    assert "14 were caught, 2 were not (G118);" in words.caught(power(missed=2))
    many = power(missed=1)
    many = evolve(many, planted=[evolve(many.planted[1], code=f"G{n}") for n in range(9)])
    assert "63 were caught, 9 were not (G0, G1, G2, G3, G4, G5 and 3 more)." in words.caught(many)


def test_false_alarms_are_said():
    assert "103,000 comparisons: 1 false alarm, and 3" in words.alarms(power(alarms=1))
    assert "2 false alarms" in words.alarms(power(alarms=2))
    calm = power()
    calm = evolve(calm, honest=[evolve(row, unclear=0) for row in calm.honest])
    assert words.alarms(calm).endswith("comparisons: no false alarm.")


def test_the_gap_in_orders_of_magnitude():
    assert words.orders(power()) == pytest.approx(math.log10(4.2e3 / 2.1))
    assert words.separation(power(), 10.0) == (
        "The loudest right run came to 2.1 noise units, the quietest mistake to 4200: 3.3 orders of magnitude lie "
        "between them, and the threshold is 10. 12 more wrong runs gave NaN or infinity."
    )
    assert "the quietest mistake that was caught to 14: 0.8 orders" in words.separation(
        power(2, least=14.0), 10.0
    )
    assert "NaN" not in words.separation(power(infinite=0), 10.0)


def test_clouds_that_overlap_are_not_called_apart():
    assert words.orders(power(least=1.5)) == 0.0
    assert "the two overlap, and the threshold" in words.separation(power(least=1.5), 10.0)
    loud = power()
    assert words.orders(evolve(loud, honest=[evolve(loud.honest[0], worst=math.inf)])) == 0.0


def test_what_is_infinite_is_no_gap():
    odd = power(least=math.inf)
    assert words.quietest(odd) == 5e6
    odd = evolve(odd, planted=odd.planted[1:])
    assert words.quietest(odd) is None
    assert words.separation(odd, 10.0) == ""


def test_the_page_has_every_table():
    text = text_of()
    outline = Outline(text)
    assert outline.stack == []
    assert outline.unlabelled == []
    assert "power" in outline.ids
    assert "#power" in outline.links
    cells = re.sub(r"<[^>]+>", "|", text)
    cells = re.sub(r"[|\s]*\|[|\s]*", "|", cells)
    assert "|torch float64|300|52,000|0|2|1.9|" in cells
    assert "|parity run|0.1.0|2.5e-15|1.2e-06|" in cells
    assert "|jax.test_util.check_grads|0.10.2|3.1e-04|–|" in cells
    assert "|G118|digits lost on the way|2|0|8/8|6/8|4200|" in cells
    assert "|G514|one velocity for all &lt;parameters&gt;|0|1|0/0|0/0|–|" in cells
    assert "Measured with numpy 2.4.6, parity 0.1.0." in text


def test_the_long_table_is_closed_and_the_others_are_not_inside_of_it():
    text = text_of()
    fold = re.search(r'<details class="fold">.*?</details>', text, re.DOTALL)
    assert fold
    assert fold[0].count("<tr>") == 1 + 3
    assert "G101" in fold[0]
    assert "assert_close" not in fold[0]


def test_tools_stay_in_the_order_in_which_they_are_given():
    text = text_of()
    names = ["parity run</code>", "torch.testing.assert_close</code>", "jax.test_util.check_grads</code>"]
    assert sorted(names, key=text.index) == names


def test_misses_and_false_alarms_stand_out():
    text = text_of(power(missed=2, alarms=1))
    assert '<strong class="says-broken">6/8</strong>' in text
    assert '<strong class="says-broken">1</strong>' in text
    assert '<strong class="says-broken">' not in text_of()
    assert "| **6/8** | 6/8 |" in markdown(given(power(missed=2)))


@pytest.mark.parametrize("show", [markdown, lambda r: page(r, {})], ids=["markdown", "html"])
def test_without_a_measurement_nothing_is_said(show):
    assert TITLE in show(given())
    assert TITLE not in show(results(honest()))
    assert 'href="#power"' not in show(results(honest()))
    assert TITLE in show(given(Power()))


def test_markdown_has_the_same():
    text = markdown(given())
    assert f"## {TITLE}" in text
    assert "all of them were caught" in text
    assert "3.3 orders of magnitude" in text
    assert "| torch float64 | 300 | 52,000 | 0 | 2 | 1.9 |" in text
    note = "float64: rtol = 1e-7, atol = 1e-7 \\| 1e-5"
    assert f"| `torch.testing.assert_close` | 2.13.0 | 1.3e-07 | 1.4e-06 | {note} |" in text
    assert "| --- | --- | --: | --: | --- |" in text
    assert text.index("<details><summary>Every mistake") < text.index("| `G101` |")
    assert "| `G514` | one velocity for all &lt;parameters&gt; | 0 | 1 | 0/0 | 0/0 | – |" in text


def test_it_comes_back_from_the_file():
    assert page(loads(dumps(given())), {}) == text_of()


def test_the_picture_is_small_and_says_what_it_shows():
    picture = draw_all(given(), {"xor-sigmoid": "xor-sigmoid"}, 10.0)["power"]
    assert len(picture.png) < 42_000
    assert picture.alt.startswith(
        "Histogram of the noise units of 547 right runs and 9,600 runs with a planted mistake. The loudest right run"
    )
    text = page(given(), {"power": picture})
    assert Outline(text).tags["img"] == 1


def colours(measured):
    picture = clouds.draw(measured, "power", 10.0)
    image = Image.open(io.BytesIO(picture.png)).convert("RGB")
    return {colour: n for n, colour in image.getcolors(image.width * image.height)}


def near(found, wanted):
    """How many pixels have nearly this colour."""
    return sum(n for c, n in found.items() if max(abs(a - b) for a, b in zip(c, wanted, strict=True)) < 12)


BLUE, VERMILION, INK = (0, 0x72, 0xB2), (0xD5, 0x5E, 0), (0x22, 0x22, 0x22)


def test_both_clouds_are_drawn_and_what_is_not_finite_too():
    found = colours(power())
    assert near(found, BLUE) > 3_000
    assert near(found, VERMILION) > 20_000
    only_right = colours(
        evolve(power(infinite=0), clouds=Clouds([-3, -2, -1, 0, 1, 2], [0, 0, 5, 9, 0], [0] * 5))
    )
    assert near(only_right, BLUE) > 3_000
    assert near(only_right, VERMILION) == 0
    assert near(found, INK) > near(colours(power(infinite=0)), INK) + 500


def test_where_clouds_overlap_the_smaller_one_is_still_seen():
    both = Clouds([-3, -2, -1, 0, 1, 2], [0, 0, 0, 0, 2], [0, 0, 0, 0, 300])
    found = colours(evolve(power(least=1.5), clouds=both))
    assert near(found, BLUE) > 3_000
    assert near(found, VERMILION) > 3_000
    swapped = colours(evolve(power(least=1.5), clouds=Clouds(both.edges, both.planted, both.honest)))
    assert near(swapped, BLUE) > 3_000
    assert near(swapped, VERMILION) > 3_000


@pytest.mark.parametrize("odd", [None, Clouds([-3, -2, -1], [0, 0], [0, 0])])
def test_no_picture_of_nothing(odd):
    assert clouds.draw(evolve(power(), clouds=odd), "power", 10.0) is None
    assert clouds.vector(evolve(power(), clouds=odd), 10.0) == ""
    assert clouds.draw(None, "power", 10.0) is None


def test_the_drawing_for_a_page_is_the_same_every_time():
    text = clouds.vector(power(), 10.0)
    assert text == clouds.vector(power(), 10.0)
    assert "<title>Histogram of the noise units of 547 right runs" in text
    assert "<dc:date>" not in text


def test_an_arrow_only_where_nothing_lies_between_the_clouds():
    label = "<!-- 3.3 orders of magnitude -->"  # letters are outlines; what they say stands beside them
    assert label in clouds.vector(power(), 10.0)
    assert label not in clouds.vector(power(missed=1), 10.0)
    assert "orders of magnitude -->" not in clouds.vector(power(least=1.5), 10.0)
