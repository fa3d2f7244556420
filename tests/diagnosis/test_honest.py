"""The right rules once more: they are the ones of scratch, and they do not follow scratch into a mistake."""

import numpy as np
import pytest

from parity.diagnosis import opening, plant
from parity.diagnosis.honest import HONEST
from parity.power.random_networks import draw
from parity.scenarios import build, load, shipped
from scratch.layers import ReLU, Sigmoid
from scratch.tree import Array

TRAINED = [name for name in shipped() if load(name).training]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", TRAINED)
def test_honest_rules_give_what_scratch_gives_bit_for_bit(name: str, dtype: str) -> None:
    problem = build(load(name), dtype)
    for mine, there in zip(opening(plant(problem, None, base=HONEST)), opening(problem), strict=True):
        assert mine.keys() == there.keys()
        for path in there.keys() - {"loss"}:
            assert np.array_equal(mine[path], there[path]), path
        assert mine["loss"] == pytest.approx(there["loss"], rel=1e-6 if dtype == "float32" else 1e-14)


@pytest.mark.parametrize("number", range(30))
def test_honest_rules_give_what_scratch_gives_on_random_networks(number: int) -> None:
    problem = build(draw(number))
    for mine, there in zip(opening(plant(problem, None, base=HONEST)), opening(problem), strict=True):
        for path in there.keys() - {"loss"}:
            assert np.array_equal(mine[path], there[path], equal_nan=True), path


@pytest.mark.parametrize("kind", [Sigmoid, ReLU])
def test_honest_rules_do_not_follow_scratch_into_a_mistake(
    kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = build(load("xor-relu"))
    right = list(opening(problem, 2))

    def wrong(self: object, params: object, cache: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        return 3 * dy, {}

    monkeypatch.setattr(kind, "backward", wrong)
    broken, honest = list(opening(problem, 2)), list(opening(plant(problem, None, base=HONEST), 2))
    path = "gradient/dense_1/kernel"
    assert not np.array_equal(broken[0][path], right[0][path])
    assert np.array_equal(honest[0][path], right[0][path])
