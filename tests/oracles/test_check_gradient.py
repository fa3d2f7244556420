"""``check_gradient`` on networks: honest gradients hold, planted mistakes are found, named and located."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import parity
from parity.oracles.findings import LIMIT, TensorCheck
from parity.oracles.judging import OVERSHADOWED
from parity.results import Verdict
from scratch.tree import Array, flatten
from tests.oracles.networks import ENDINGS, HIDDEN, Subject, subject


def check(s: Subject, **options: Any) -> Any:
    return parity.check_gradient(s.loss, s.params, s.grads, **options)


def tensor(found: Any, path: str) -> TensorCheck:
    return next(t for t in found.tensors if t.path == path)


def flat(a: Array) -> Array:
    return a.ravel()


# Honest


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_an_honest_gradient_holds(hidden: str, ending: str, dtype: str) -> None:
    found = check(subject([3, 5, 4], [hidden], ending, dtype=dtype, seed=1))
    assert found.verdict is Verdict.HOLDS, str(found)
    assert bool(found)
    assert {t.method for t in found.tensors} == {"complex step"}
    assert max(t.detectable for t in found.tensors) < {"float64": 1e-12, "float32": 1e-4}[dtype]
    assert str(found).startswith("✓ GRADIENT HOLDS  4 of 4")


networks = st.fixed_dictionaries(
    {
        "widths": st.lists(st.integers(2, 12), min_size=2, max_size=5),
        "activations": st.lists(st.sampled_from(sorted(HIDDEN)), min_size=4, max_size=4),
        "ending": st.sampled_from(sorted(ENDINGS)),
        "batch": st.integers(1, 32),
        "seed": st.integers(0, 1 << 30),
    }
)


def built(drawn: dict[str, Any], dtype: str) -> Subject:
    hidden = drawn["activations"][: len(drawn["widths"]) - 2]
    return subject(drawn["widths"], hidden, drawn["ending"], drawn["batch"], drawn["seed"], dtype)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks, st.sampled_from(["float64", "float32"]))
def test_no_false_alarm(drawn: dict[str, Any], dtype: str) -> None:
    found = check(built(drawn, dtype))
    assert found.verdict is not Verdict.BROKEN, str(found)
    for t in (
        found.tensors
    ):  # only a dead layer, whose gradient is exactly zero, or a saturated one cannot be told
        known = t.verdict is Verdict.HOLDS or "exactly zero" in t.reason or t.reason == OVERSHADOWED
        assert known or dtype == "float32", str(found)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks, st.data())
def test_a_relative_error_of_1e_11_is_seen(drawn: dict[str, Any], data: st.DataObject) -> None:
    s = built(drawn, "float64")
    path = data.draw(st.sampled_from(sorted(flatten(s.params))))
    layer, name = path.split("/")
    honest = check(s)
    s.grads[layer][name] = s.grads[layer][name] * (1 + 1e-11)
    found = check(s)
    if s.grads[layer][name].any() and tensor(honest, path).detectable < 1e-12:
        assert found.tensors[0].path == path
        if found.verdict is not Verdict.BROKEN:  # so small that rounding of larger gradients might explain it
            assert tensor(found, path).reason == OVERSHADOWED, str(found)
            loudest = max(honest.loss, *(np.linalg.norm(g) for g in flatten(s.grads).values()))
            assert np.linalg.norm(s.grads[layer][name]) < 0.1 * loudest


def test_float32_sees_a_hundred_thousandth() -> None:
    for seed in range(20):
        s = subject([6, 8, 3], ["tanh"], dtype="float32", seed=seed)
        assert check(s).verdict is Verdict.HOLDS
        s.grads["dense_1"]["kernel"] *= np.float32(1 + 2e-5)
        assert check(s).verdict is Verdict.BROKEN


# Planted mistakes


def square() -> Subject:
    return subject([6, 6, 3], ["tanh"], seed=5)


MISTAKES: dict[str, tuple[Callable[[Array], Array], float | None]] = {
    "factor 2": (lambda g: 2 * g, 2.0),
    "sign": (lambda g: -g, -1.0),
    "zero": (lambda g: 0 * g, 0.0),
    "missing mean": (lambda g: 8 * g, 8.0),
    "transposed": (lambda g: g.T, None),
    "a row missing": (lambda g: g * (np.arange(len(g)) != 2)[:, None], None),
    "shifted": (lambda g: np.roll(g, 1), None),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_one_tensor_of_many(name: str) -> None:
    mistake, ratio = MISTAKES[name]
    s = square()
    truth = s.grads["dense_1"]["kernel"]
    s.grads["dense_1"]["kernel"] = mistake(truth)
    found = check(s)
    assert found.verdict is Verdict.BROKEN
    assert not found
    assert [t.verdict for t in found.tensors] == [Verdict.BROKEN] + [Verdict.HOLDS] * 3
    worst = found.tensors[0]
    assert worst.path == "dense_1/kernel"
    assert worst.noise_units > 1e12
    for entry in worst.entries:
        assert entry.got == s.grads["dense_1"]["kernel"][entry.index]
        assert entry.want == pytest.approx(truth[entry.index], rel=1e-12)
    if ratio is None:
        assert worst.ratio is None
    else:
        assert worst.ratio == pytest.approx(ratio)
        assert worst.extent == "all entries"
    if ratio:
        assert worst.cosine == pytest.approx(np.sign(ratio))


def test_only_a_bias_is_wrong() -> None:
    s = square()
    s.grads["dense_2"]["bias"] = s.grads["dense_2"]["bias"] / 8
    found = check(s)
    assert [t.path for t in found.tensors if t.verdict is Verdict.BROKEN] == ["dense_2/bias"]
    assert found.tensors[0].ratio == pytest.approx(1 / 8)


@pytest.mark.parametrize("size", [1e-9, 1e-3, 1.0, 1e6])
def test_one_wrong_entry_among_a_hundred_thousand(size: float) -> None:
    s = subject([500, 200, 3], ["tanh"], batch=4, seed=2)
    kernel = s.grads["dense_1"]["kernel"]
    want = kernel[321, 123]
    kernel[321, 123] += size * np.abs(kernel).max()
    worst = check(s).tensors[0]
    assert worst.verdict is Verdict.BROKEN
    assert [entry.index for entry in worst.entries] == [(321, 123)]
    assert worst.entries[0].want == pytest.approx(want, rel=1e-9)
    assert worst.extent == "1 of 100,000 entries"
    assert worst.more == 0


def test_few_wrong_entries_are_all_found() -> None:
    s = subject([100, 50, 3], ["tanh"], batch=4, seed=2)
    wrong = {(3, 7), (50, 49), (99, 0)}
    for index in wrong:
        s.grads["dense_1"]["kernel"][index] += 0.1
    worst = check(s).tensors[0]
    assert {entry.index for entry in worst.entries} == wrong
    assert worst.extent == "3 of 5,000 entries"


def test_very_many_wrong_entries_end_the_search_early() -> None:
    s = subject([300, 100, 3], ["tanh"], batch=4, seed=2)
    calls = 0

    def counted(params: Any) -> Any:
        nonlocal calls
        calls += 1
        return s.loss(params)

    column = s.grads["dense_1"]["kernel"][:, 7]
    column += 1.0
    found = parity.check_gradient(counted, s.params, s.grads)
    assert found.tensors[0].extent == "at least 8 of 30,000 entries"
    assert {entry.index[1] for entry in found.tensors[0].entries} == {7}
    s.grads["dense_1"]["kernel"] *= 3
    column -= 3.0
    found = parity.check_gradient(counted, s.params, s.grads)
    assert found.tensors[0].extent == "nearly all entries"
    assert found.tensors[0].ratio == pytest.approx(3)
    assert calls < 400


def test_the_worst_comes_first() -> None:
    s = square()
    s.grads["dense_2"]["kernel"] = s.grads["dense_2"]["kernel"] * (1 + 1e-9)
    s.grads["dense_1"]["bias"] = s.grads["dense_1"]["bias"] * 2
    assert [t.path for t in check(s).tensors][:2] == ["dense_1/bias", "dense_2/kernel"]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_never_passes(bad: float) -> None:
    s = square()
    want = s.grads["dense_1"]["kernel"][2, 3]
    s.grads["dense_1"]["kernel"][2, 3] = bad
    worst = check(s).tensors[0]
    assert worst.verdict is Verdict.BROKEN
    assert worst.reason == "not finite"
    assert worst.entries[0].index == (2, 3)
    assert worst.entries[0].want == pytest.approx(want)


def test_the_whole_gradient_on_request() -> None:
    s = square()
    for t in check(s, jacobian=True).tensors:
        np.testing.assert_allclose(t.jacobian, flatten(s.grads)[t.path], rtol=0, atol=1e-15)
    assert all(t.jacobian is None for t in check(s).tensors)


def test_every_seed_gives_the_same_verdict() -> None:
    s = square()
    assert {check(s, seed=seed).verdict for seed in range(20)} == {Verdict.HOLDS}
    s.grads["dense_1"]["kernel"][0, 0] *= 1 + 1e-9
    found = [check(s, seed=seed).tensors[0] for seed in range(20)]
    assert {(t.verdict, t.entries[0].index) for t in found} == {(Verdict.BROKEN, (0, 0))}


# How it reads


def test_the_message() -> None:
    s = square()
    s.grads["dense_1"]["kernel"] = s.grads["dense_1"]["kernel"] * 2
    lines = str(check(s)).splitlines()
    assert lines[0] == "✗ GRADIENT BROKEN  1 of 4 wrong"
    assert lines[1].startswith("  gradient of dense_1/kernel   ")
    assert f"noise units, {LIMIT:g} allowed" in lines[1]
    assert lines[2].startswith("    worst at [")
    assert lines[5] == "    and 33 more"
    assert lines[6] == "    all entries wrong, ratio 2 everywhere, cosine 1.000000"


def test_digits_show_the_difference() -> None:
    s = square()
    s.grads["dense_1"]["kernel"][0, 0] *= 1 + 1e-9
    entry = check(s).tensors[0].entries[0]
    got, want = str(entry).partition("got ")[2].split(", want ")
    assert got != want
    assert len(got) < 18


def test_many_wrong_tensors_are_capped() -> None:
    params = [np.ones(2) * k for k in range(1, 13)]
    found = parity.check_gradient(lambda ps: sum((p**2).sum() for p in ps), params, params)
    assert len([t for t in found.tensors if t.verdict is Verdict.BROKEN]) == 12
    assert "  and 4 more in .tensors" in str(found)


def test_a_notebook_shows_a_table_and_nothing_dangerous() -> None:
    w = np.ones(2)
    found = parity.check_gradient(lambda p: (p["<b>"] ** 2).sum(), {"<b>": w}, {"<b>": 3 * w})
    html = found._repr_html_()
    assert "<table" in html
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
