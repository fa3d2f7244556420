import json
import struct
from pathlib import Path

import attrs
import numpy as np
import pytest
from safetensors.numpy import save_file

from parity.errors import ParityError
from parity.scenarios import build, load, read_weights, write_weights
from parity.scenarios.model import Initial
from scratch.tree import Array

SHAPES = {"dense_1": {"kernel": (2, 3), "bias": (3,)}, "dense_2": {"kernel": (3, 1)}}
WRITE_HINT = "parity.write_weights(path, params) writes such a file"
LAYOUT_HINT = "kernels are (inputs, outputs); torch keeps them the other way round"
GOOD = {
    "dense_1/kernel": np.arange(6.0).reshape(2, 3),
    "dense_1/bias": np.ones(3),
    "dense_2/kernel": np.ones((3, 1)),
}


def refused(path: Path) -> ParityError:
    with pytest.raises(ParityError) as caught:
        read_weights(path, SHAPES)
    assert caught.value.exit_code == 2
    return caught.value


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_there_and_back(tmp_path: Path, dtype: str) -> None:
    problem = build(load("xor-sigmoid"), dtype)
    path = tmp_path / "weights.safetensors"
    write_weights(path, problem.params)
    back = read_weights(path, problem.network.shapes(2))
    assert {layer: list(arrays) for layer, arrays in back.items()} == {
        layer: list(arrays) for layer, arrays in problem.params.items()
    }
    for layer, arrays in back.items():
        for name, array in arrays.items():
            assert array.dtype == np.float64
            assert (array == problem.params[layer][name]).all()


def test_a_transposed_view_is_written_as_it_looks(tmp_path: Path) -> None:
    kernel = np.arange(6.0).reshape(3, 2).T
    write_weights(tmp_path / "w", {"dense_1": {"kernel": kernel}})
    assert (
        read_weights(tmp_path / "w", {"dense_1": {"kernel": (2, 3)}})["dense_1"]["kernel"] == kernel
    ).all()


def test_a_scenario_finds_the_file_beside_itself(tmp_path: Path) -> None:
    scenario = load("xor-sigmoid")
    problem = build(scenario, seed=3)
    write_weights(tmp_path / "mine.safetensors", problem.params)
    beside = attrs.evolve(
        scenario, initial=Initial("file", file="mine.safetensors"), path=tmp_path / "mine.toml"
    )
    assert (build(beside).params["dense_1"]["kernel"] == problem.params["dense_1"]["kernel"]).all()


@pytest.mark.parametrize(
    ("changes", "expected", "hint"),
    [
        ({"dense_1/bias": None}, ["dense_1/bias is missing, but should be of shape (3,)"], WRITE_HINT),
        (
            {"dense_3/bias": np.ones(1)},
            ["dense_3/bias is left over, but should be one of dense_1/kernel, dense_1/bias, dense_2/kernel"],
            WRITE_HINT,
        ),
        (
            {"dense_1/kernel": np.ones((3, 2))},
            ["dense_1/kernel is of shape (3, 2), but should be of shape (2, 3)"],
            LAYOUT_HINT,
        ),
        (
            {"dense_1/bias": np.ones((3, 1))},
            ["dense_1/bias is of shape (3, 1), but should be of shape (3,)"],
            WRITE_HINT,
        ),
        (
            {"dense_1/bias": np.ones(3, dtype=np.int64)},
            ["dense_1/bias is int64, but should be float32 or float64"],
            WRITE_HINT,
        ),
        (
            {"dense_1/bias": np.ones(3, dtype=np.float16)},
            ["dense_1/bias is float16, but should be float32 or float64"],
            WRITE_HINT,
        ),
        (
            {"dense_1/kernel": np.array([[0, 1, 2], [3, np.nan, np.inf]])},
            ["dense_1/kernel is nan at [1, 1], but should be finite"],
            WRITE_HINT,
        ),
        (
            {
                "dense_1/kernel": np.full((3, 2), -np.inf),
                "dense_1/bias": None,
                "dense_2/kernel": np.ones((3, 1), dtype=bool),
                "0.weight": np.ones(1),
            },
            [
                "dense_1/kernel is of shape (3, 2), but should be of shape (2, 3)",
                "dense_1/kernel is -inf at [0, 0], but should be finite",
                "dense_1/bias is missing, but should be of shape (3,)",
                "dense_2/kernel is bool, but should be float32 or float64",
                "0.weight is left over, but should be one of dense_1/kernel, dense_1/bias, dense_2/kernel",
            ],
            LAYOUT_HINT,
        ),
    ],
    ids=["missing", "left over", "transposed", "shape", "integers", "float16", "not finite", "all at once"],
)
def test_files_that_do_not_fit(
    tmp_path: Path, changes: dict[str, Array | None], expected: list[str], hint: str
) -> None:
    path = tmp_path / "weights.safetensors"
    save_file({name: array for name, array in (GOOD | changes).items() if array is not None}, path)
    error = refused(path)
    assert error.problems == [f"{problem} [{path}]" for problem in expected]
    assert error.hint == hint


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    save_file(GOOD, path)
    whole = path.read_bytes()
    for length in (0, 4, 8, 40, len(whole) - 1):
        path.write_bytes(whole[:length])
        error = refused(path)
        assert error.problems[0].startswith(f"weights file {path} cannot be read: "), length
        assert error.hint == f"it may be truncated, or of another kind; {WRITE_HINT}"


def test_files_that_are_no_weights(tmp_path: Path) -> None:
    assert refused(tmp_path / "none").problems == [f"weights file {tmp_path / 'none'} does not exist"]
    assert refused(tmp_path).problems[0].startswith(f"weights file {tmp_path} cannot be read: ")
    text = tmp_path / "weights.txt"
    text.write_text("these are no weights at all, but long enough to have a header")
    assert refused(text).problems[0].startswith(f"weights file {text} cannot be read: ")


def test_a_number_type_that_numpy_lacks(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    header = json.dumps({"dense_1/bias": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(6))
    assert refused(path).problems[0].startswith(f"weights file {path} cannot be read: ")


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "no such folder" / "weights.safetensors"
    with pytest.raises(ParityError) as caught:
        write_weights(path, {"dense_1": {"bias": np.ones(3)}})
    assert caught.value.problems[0].startswith(f"weights file {path} cannot be written: ")
