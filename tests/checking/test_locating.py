"""Where a mistake is, in words, from a step that was traced."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parity.checking.locating import where
from parity.understanding.handler import Handler

PROGRAMS = Path(__file__).parents[1] / "subject" / "programs"

pytestmark = pytest.mark.filterwarnings("ignore")  # of the programs

BOTH = {"dense_1/kernel", "dense_1/bias"}
PLACES = [
    ("tutorial_two_hidden", "G114", BOTH, "tutorial_two_hidden.py:34: W2 is changed", "line 38"),
    ("digits_query_train", "G415", {"dense_1/kernel"}, "digits_query_train.py:29, in train()", "the error of layer_1"),
    ("globals_relu", "G314", BOTH, "globals_relu.py:", "in drelu(), called in"),
    ("gradient_tape_signs", "G307", BOTH, "gradient_tape_signs.py:9, in logistic_slope()", ""),
    ("planar_pre_activation", "G310", BOTH, "planar_pre_activation.py:34", ""),
    ("half_adder_frozen", "G404", {"dense_2/bias"}, "half_adder_frozen.py:41", "bias of layer_2 nowhere"),
]  # fmt: skip


def _traced(name: str) -> tuple[dict[str, int], list[dict[str, Any]]]:
    handler = Handler(PROGRAMS / f"{name}.py", f"{name}.py")
    handler.load()
    network = handler.following()
    while network is not None and not (network["layers"] and network["training"]):
        network = handler.following()
    assert network is not None
    rng = np.random.default_rng(0)
    weights, sizes = {}, {}
    for k, layer in enumerate(network["layers"], 1):
        weights[f"dense_{k}/kernel"] = rng.normal(size=(layer["inputs"], layer["outputs"]))
        if layer["bias"] or layer["joined"]:
            weights[f"dense_{k}/bias"] = rng.normal(size=1 if layer["shared"] else layer["outputs"])
            weights[f"dense_{k}/bias"] = np.broadcast_to(weights[f"dense_{k}/bias"], layer["outputs"]).copy()
    sizes = {path: value.size for path, value in weights.items()}
    x = rng.normal(size=(6, network["inputs"]))
    outputs = network["outputs"]
    y = np.eye(outputs)[np.arange(6) % outputs] if outputs > 1 else np.arange(6.0)[:, None] % 2
    return sizes, handler.trace(network["number"], weights, x, y, 0.5)


@pytest.mark.parametrize(("name", "code", "wrong", "begins", "says"), PLACES)
def test_the_line_of_a_mistake(name: str, code: str, wrong: set[str], begins: str, says: str) -> None:
    sizes, events = _traced(name)
    text = where([code], wrong, sizes, events)
    assert text.startswith(begins)
    assert says in text


def test_a_cause_without_a_place_of_its_own_is_where_the_parameter_changes() -> None:
    sizes, events = _traced("tutorial_two_hidden")
    text = where(["G118"], {"dense_1/kernel"}, sizes, events)
    assert text == "tutorial_two_hidden.py:39: this is where the first wrong parameter changes"


def test_nothing_traced_is_nowhere() -> None:
    assert where(["G114"], {"dense_1/kernel"}, {"dense_1/kernel": 6}, []) == ""
