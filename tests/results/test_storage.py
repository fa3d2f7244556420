"""results.json: what is written comes back, and what cannot be read is explained."""

import json
import math

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings

from parity.errors import ParityError
from parity.results import dumps, load, loads, save
from parity.results.storage import place

from .records import any_results, comparison, implementation, results, run, scenario


def small():
    return results(
        scenario("xor", run(implementation())),
        comparisons=[comparison(step=1, noise_units=math.nan), comparison(noise_units=math.inf)],
        environment={"torch": "2.13.0", "numpy": "2.4.6"},
    )


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(any_results())
def test_what_is_saved_comes_back(given_results):
    text = dumps(given_results)
    back = loads(text)
    assert dumps(back) == text
    # NaN is not equal to itself, but its repr is
    expected = evolve(given_results, comparisons=sorted(given_results.comparisons, key=place))
    assert repr(_sorted(expected)) == repr(_sorted(back))


def _sorted(value):
    """Return the records as nested lists whose dictionaries are in order."""
    if isinstance(value, dict):
        return sorted((key, _sorted(item)) for key, item in value.items())
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    if hasattr(value, "__attrs_attrs__"):
        return [(a.name, _sorted(getattr(value, a.name))) for a in value.__attrs_attrs__]
    return value


def test_file_is_strict_json_with_special_numbers_as_strings(tmp_path):
    path = save(small(), tmp_path / "results.json")
    plain = json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert [row["noise_units"] for row in plain["comparisons"]] == ["Infinity", "NaN"]
    loaded = load(path)
    assert math.isinf(loaded.comparisons[0].noise_units)
    assert math.isnan(loaded.comparisons[1].noise_units)


def test_a_comparison_is_a_line_and_order_does_not_matter():
    one, other = small(), small()
    other = evolve(
        other,
        comparisons=other.comparisons[::-1],
        environment=dict(reversed(other.environment.items())),
    )
    assert dumps(one) == dumps(other)
    assert sum('"noise_units":"NaN"' in line and '"step":1' in line for line in dumps(one).splitlines()) == 1


def test_numbers_of_numpy_are_written_like_any_other(tmp_path):
    np = pytest.importorskip("numpy")
    text = dumps(results(comparisons=[comparison(noise_units=np.float64(0.1))]))
    assert '"noise_units":0.1,' in text


def test_a_folder_stands_for_the_file_in_it(tmp_path):
    save(small(), tmp_path / "results.json")
    assert load(tmp_path).scenarios[0].name == "xor"


def changed(change):
    plain = json.loads(dumps(small()))
    change(plain)
    return json.dumps(plain)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("<html>", "is not JSON: Expecting value at line 1, column 1"),
        (dumps(small())[:-40], "ends too early, in line"),
        (dumps(small())[:200], "ends too early"),
        ('{"a": NaN}', 'NaN has to be written as a string, "NaN"'),
        ("[" * 100_000, "is not JSON"),
        ("[1]", "it has no schema_version"),
        (changed(lambda p: p.update(schema_version=99)), "has schema_version 99, but this parity reads 1"),
        (changed(lambda p: p.pop("verdict")), "\n  verdict is missing"),
        (changed(lambda p: p.update(verdict="fine")), "verdict is not one of: holds, broken"),
        (changed(lambda p: p.update(colour="blue")), "the file has unknown fields: colour"),
        (
            changed(lambda p: p["scenarios"][0].update(parameters="17")),
            "scenarios[0].parameters is not a int",
        ),
        (changed(lambda p: p["scenarios"][0].update(parameters=1.5)), "scenarios[0].parameters is not a int"),
        (
            changed(lambda p: p["scenarios"][0].update(sources="abc")),
            "scenarios[0].sources is not a list[str]",
        ),
        (changed(lambda p: p["scenarios"][0].update(runs=[7])), "scenarios[0].runs[0] is not a Run"),
        (
            changed(lambda p: p["comparisons"][1].pop("noise")),
            "comparisons[1].noise is missing",
        ),
        (
            changed(lambda p: p["scenarios"][0]["runs"][0]["loss"]["noise"].append("big")),
            "scenarios[0].runs[0].loss.noise[2] is not a float",
        ),
    ],
)
def test_what_cannot_be_read_is_explained(tmp_path, text, message):
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParityError) as caught:
        load(path)
    assert message in str(caught.value)
    assert "broken.json" in str(caught.value)
    assert caught.value.exit_code == 2
    assert caught.value.hint


def test_every_problem_is_listed_up_to_a_limit():
    text = changed(
        lambda p: [row.pop("noise") for row in p["comparisons"] * 1] and p.update(comparisons=[{}] * 5)
    )
    with pytest.raises(ParityError) as caught:
        loads(text)
    assert len(caught.value.problems) == 1 + 12 + 1
    assert caught.value.problems[-1].strip() == "and 38 more"


def test_missing_file_and_binary_file(tmp_path):
    with pytest.raises(ParityError, match="There is no"):
        load(tmp_path / "nothing.json")
    (tmp_path / "picture.json").write_bytes(b"\x89PNG\xff")
    with pytest.raises(ParityError, match="is not a text file"):
        load(tmp_path / "picture.json")


def test_a_full_disk_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    path = save(small(), tmp_path / "results.json")
    before = path.read_bytes()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fdopen", full)
    with pytest.raises(ParityError, match="No space left on device") as caught:
        save(results(), path)
    assert caught.value.exit_code == 3
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["results.json"]
