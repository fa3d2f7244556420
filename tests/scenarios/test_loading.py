import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from parity.errors import ParityError
from parity.scenarios import check, load, load_all, shipped
from tests.scenarios.bad_scenarios import GOOD


def refused(name: str | Path) -> ParityError:
    with pytest.raises(ParityError) as caught:
        load(name)
    assert caught.value.exit_code == 2
    assert len(caught.value.problems) == 1
    return caught.value


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_name_with_a_typo() -> None:
    error = refused("xor-sigmod")
    assert error.problems == ["there is no scenario 'xor-sigmod'; did you mean xor-sigmoid?"]
    assert error.hint == "parity list shows the scenarios that there are"
    assert refused("zzz").problems == ["there is no scenario 'zzz'"]


def test_a_file_whose_ending_was_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "mine.toml", GOOD)
    monkeypatch.chdir(tmp_path)
    assert refused("mine").problems == ["there is no scenario 'mine'; did you mean the file mine.toml?"]
    assert load("mine.toml").name == "mine"
    assert load("./mine.toml").path == Path("mine.toml")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "FILE is empty, but should describe a scenario"),
        ("# nothing but a remark\n", "FILE is empty, but should describe a scenario"),
        (
            'name = "mine"\ntitle My network\n',
            "FILE is not valid TOML: Expected '=' after a key in a key/value pair (at line 2, column 7)",
        ),
        (
            'name = "mine"\nname = "yours"\n',
            "FILE is not valid TOML: Cannot overwrite a value (at line 2, column 15)",
        ),
        (b'name = "mine"\ntitle = "Stra\xdfe"\n', "FILE is not UTF-8: line 2 has a byte 0xdf"),
    ],
    ids=["empty", "remark", "syntax", "twice", "latin-1"],
)
def test_files_that_are_no_scenarios(tmp_path: Path, content: str | bytes, expected: str) -> None:
    path = written(tmp_path / "mine.toml", content)
    assert refused(path).problems == [expected.replace("FILE", str(path))]


@pytest.mark.parametrize("content", ["x = " + "[" * 5000, "x = 1" + "0" * 5000], ids=["deep", "long"])
def test_files_that_are_too_much_for_the_parser(tmp_path: Path, content: str) -> None:
    path = written(tmp_path / "mine.toml", content)
    assert refused(path).problems[0].startswith(f"{path} is not valid TOML: ")


def test_files_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.toml"
    assert refused(path).problems == [f"{path} does not exist"]
    assert refused(tmp_path).problems == [f"{tmp_path} is a folder, but should be a TOML file"]

    def denied(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert refused(path).problems == [f"{path} cannot be read: Permission denied"]


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    assert load(written(tmp_path / "mine.toml", b"\xef\xbb\xbf" + GOOD.encode())).name == "mine"


def test_load_all_says_what_is_wrong_with_each(tmp_path: Path) -> None:
    one = written(tmp_path / "one.toml", GOOD.replace("epochs = 3", "epochs = 0"))
    two = written(tmp_path / "two.toml", GOOD.replace("units = 2", "units = 0"))
    with pytest.raises(ParityError) as caught:
        load_all([one, "xor-sigmod", two])
    assert caught.value.problems == [
        f"epochs is 0, but should be a whole number of at least 1 [{one}: training.epochs]",
        "there is no scenario 'xor-sigmod'; did you mean xor-sigmoid?",
        f"units is 0, but should be a whole number of at least 1 [{two}: layers[0].units]",
    ]
    assert caught.value.hint == "parity list shows the scenarios that there are"


def test_load_all_takes_each_once_and_no_name_twice(tmp_path: Path) -> None:
    one, two = written(tmp_path / "one.toml", GOOD), written(tmp_path / "two.toml", GOOD)
    assert [s.name for s in load_all([one, "xor-relu", one])] == ["mine", "xor-relu"]
    with pytest.raises(ParityError) as caught:
        load_all([one, two])
    assert caught.value.problems == [f"name is mine, but should differ from that of {one} [{two}: name]"]


def test_load_all_without_names_is_everything_in_order() -> None:
    assert [scenario.name for scenario in load_all()] == shipped()


def test_check_holds_python_to_the_same_rules() -> None:
    for scenario in load_all():
        assert check(scenario) == scenario
    scenario = load("xor-sigmoid")
    wrong = attrs.evolve(scenario, training=attrs.evolve(scenario.training, epochs=0))
    with pytest.raises(ParityError) as caught:
        check(wrong)
    assert caught.value.problems == [
        "epochs is 0, but should be a whole number of at least 1 [training.epochs]"
    ]


def test_listing_imports_nothing_heavy() -> None:
    program = (
        "import sys; from parity.scenarios import shipped, titles; assert len(titles()) == len(shipped()); "
        "print([m for m in ('numpy', 'cattrs', 'attrs', 'safetensors') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "[]\n"


def test_an_unknown_name_of_the_package_is_an_attribute_error() -> None:
    with pytest.raises(ImportError, match="cannot import name 'lod'"):
        from parity.scenarios import lod  # type: ignore[attr-defined]  # noqa: F401
