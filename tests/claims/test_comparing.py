"""What a printed number allows, at the very edge."""

import math

import pytest

from parity.claims.comparing import claimed_as_text, number_of, outcome, relates, written
from parity.scenarios.model import ClaimSpec


def spec(**fields) -> ClaimSpec:
    return ClaimSpec("C0", "a claim", "an article", **fields)


@pytest.mark.parametrize(
    ("printed", "value", "holds"),
    [
        ("1.17", 1.17, True),
        ("1.17", 1.1749999, True),
        ("1.17", 1.1750001, False),
        ("1.17", 1.1650001, True),
        ("1.17", 1.1649999, False),
        ("1.17", 1.19, False),
        ("0.13", 0.125, True),  # a tie is good for both neighbours
        ("0.12", 0.125, True),
        ("0.5", 0.25, False),
        ("-0.05", -0.0549, True),
        ("+0.05", 0.0451, True),
        ("-0.05", 0.05, False),
        ("76%", 0.764999, True),
        ("76%", 0.766741, False),
        ("77%", 0.766741, True),
        ("500,000", 500_000.4, True),
        ("6.5e-6", 6.54e-6, True),
        ("6.5e-6", 6.56e-6, False),
        ("3", 3, True),
    ],
)
def test_rounds_to(printed: str, value: float, holds: bool):
    assert relates("rounds_to", printed, value) is holds


@pytest.mark.parametrize(
    ("printed", "value", "holds"),
    [
        ("0.66", 0.6699, True),
        ("0.66", 0.6701, False),
        ("0.66", 0.6501, True),
        ("0.25", 0.260172, False),
        ("1.0", 0.924142, True),
        ("1.0", 0.89, False),
        ("20", 17, True),  # the zero of a whole number says nothing
        ("20", 31, False),
        ("17", 19, False),
        ("0", 2, False),
    ],
)
def test_about(printed: str, value: float, holds: bool):
    assert relates("about", printed, value) is holds


@pytest.mark.parametrize(
    ("compare", "printed", "value", "holds"),
    [
        ("below", "0.1", 0.0999, True),
        ("below", "0.5", 0.5, False),
        ("below", "5%", 0.0196, True),
        ("above", "0", 1e-300, True),
        ("above", "0", 0.0, False),
        ("equals", "0.1", 0.1, True),
        ("equals", "0.1", 0.1 + 1e-16, False),
        ("equals", "4", 4, True),
        ("equals", "4", 3, False),
        ("equals", "9.5367431640625e-07", 0.25**10, True),
    ],
)
def test_exact_relations(compare: str, printed: str, value: float, holds: bool):
    assert relates(compare, printed, value) is holds


@pytest.mark.parametrize("compare", ["rounds_to", "about", "below", "above", "equals"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, None])
def test_what_is_not_a_number_never_holds(compare: str, value: float | None):
    assert not relates(compare, "1", value)


@pytest.mark.parametrize(
    ("fields", "measured", "expected"),
    [
        ({"claimed": "1.17"}, 1.19, "does not hold"),
        ({"claimed": "1.17"}, 1.17, "holds"),
        ({"claimed": 0.5, "compare": "equals"}, 0.5, "holds"),
        ({"claimed": "0.40 0.90"}, [0.4, 0.9], "holds"),
        ({"claimed": "0.40 0.90"}, [0.4, 0.91], "does not hold"),
        ({"claimed": "4"}, [4.2], "holds"),
        ({}, True, "holds"),
        ({}, False, "does not hold"),
        ({"claimed": False}, False, "holds"),
        ({"claimed": True}, False, "does not hold"),
        ({"compare": "reference"}, 7, "reference"),
        ({"compare": "reference"}, math.nan, "reference"),
        ({"underspecified": "no seed", "claimed": "7"}, 7, "underspecified"),
    ],
)
def test_outcome(fields: dict[str, object], measured: object, expected: str):
    assert outcome(spec(**fields), measured) == expected


@pytest.mark.parametrize(
    ("fields", "measured", "message"),
    [
        ({}, 0.5, "0.5 was measured: that cannot be compared with the claimed True"),
        ({"claimed": "1"}, True, "True was measured: that cannot be compared with the claimed '1'"),
        ({"claimed": "1 2"}, [1, 2, 3], "3 values were measured, but 2 are claimed"),
        ({"claimed": "1 2"}, 1.0, "1 values were measured, but 2 are claimed"),
    ],
)
def test_what_cannot_be_compared_is_an_error(fields: dict[str, object], measured: object, message: str):
    with pytest.raises(TypeError) as error:
        outcome(spec(**fields), measured)
    assert str(error.value) == message


def test_a_claimed_word_is_no_number():
    with pytest.raises(ValueError, match=r"^'many' is no number$"):
        number_of("many")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "never"),
        (True, "yes"),
        (False, "no"),
        (3, "3"),
        (0.12345678, "0.123457"),
        (1e-29, "1e-29"),
        ([0.5, 1], "0.5, 1"),
        (math.nan, "nan"),
    ],
)
def test_written(value: object, text: str):
    assert written(value) == text


def test_written_in_per_cent():
    assert written(0.766741, percent=True) == "76.6741%"
    assert written([0.5, 0.25], percent=True) == "50%, 25%"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, ""),
        ({"claimed": "1.17"}, "1.17"),
        ({"claimed": "20", "compare": "about"}, "about 20"),
        ({"claimed": "0.1", "compare": "below"}, "below 0.1"),
        ({"claimed": False}, "no"),
        ({"claimed": "1.5 3.5"}, "1.5, 3.5"),
    ],
)
def test_claimed_as_text(fields: dict[str, object], text: str):
    assert claimed_as_text(spec(**fields)) == text
