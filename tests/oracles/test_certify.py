"""Certificates: the digits are those of the mathematics, and nothing is certified that is not certain."""

from itertools import count
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from parity.errors import ParityError
from parity.oracles import cache, series
from parity.oracles.balls import balls, precision, ulps
from parity.oracles.certificate import Certificate
from parity.oracles.certify import certify
from parity.results import Verdict
from parity.scenarios import build, load, shipped
from parity.scenarios.problem import Problem
from scratch.layers import Dense, ReLU, Sigmoid
from scratch.losses import MeanSquaredError
from scratch.network import Network
from scratch.training import begin, train_step
from scratch.tree import cast, flatten
from tests.scratch.oracles import errors

TRAINED = [name for name in shipped() if load(name).training]

XOR = """
    name = "small"
    title = "Small"
    data = {inputs = [[1.0, 1.0], [0.0, 0.5]], targets = [[1.0], [0.0]]}
    layers = [{units = 2, activation = "ACTIVATION"}, {units = 1, activation = "LAST"}]
    training = {loss = "LOSS", learning_rate = 0.5, epochs = 5}

    [initial]
    rule = "weights"
    weights = {"dense_1/kernel" = [[0.3, 0.3], [0.2, 0.2]], "dense_2/kernel" = [[1.0], [-1.0]]}
"""


@pytest.fixture(autouse=True)
def _cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))


def problem(name: str = "xor-sigmoid") -> Problem:
    return build(load(name))


def small(folder: Path, activation: str, last: str, loss: str = "mean_squared_error") -> Problem:
    text = XOR.replace("ACTIVATION", activation).replace("LAST", last).replace("LOSS", loss)
    path = folder / "small.toml"
    path.write_text(text)
    return build(load(path))


def loss_of(certificate: Certificate) -> str:
    return certificate.numbers["loss"].decimals[0]


# What is certified is true


def test_reference_value() -> None:
    """The value was computed independently, at another precision and by another program."""
    got = certify(problem(), epochs=3000)
    assert got.verdict is Verdict.HOLDS
    assert loss_of(got).startswith("0.00174384615425437495")
    assert got.certain == 20
    assert got.precision < 5000, "bits are expensive"
    assert "steps 0 and 2,999" in got.method


def test_precision_is_raised() -> None:
    tried: list[int] = []
    got = certify(problem(), epochs=300, watch=lambda bits, done, steps: tried.append(bits))
    levels = list(dict.fromkeys(tried))
    assert len(levels) > 1
    assert levels == sorted(levels)
    assert got.precision == levels[-1]


@pytest.mark.parametrize("name", TRAINED)
def test_shipped_scenario(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series, "OPERATIONS", 200_000)  # all entries of the sensor would take seconds
    epochs = {"xor-rate-100": 15, "vanishing-gradient": 1}.get(name, 2)
    got = certify(problem(name), epochs=epochs, digits=15)
    assert got.verdict is Verdict.HOLDS, got.reason
    assert got.certain == 15
    assert "forward pass alone" in got.method


@pytest.mark.parametrize("name", ["xor-momentum", "xor-relu", "batch-versus-single", "xor-logits"])
def test_enclosures_hold_the_longdouble_run(name: str) -> None:
    """Longdouble has 64 bits; five epochs lose a few of them."""
    p = problem(name).with_training(epochs=5)
    assert p.loss is not None
    assert p.optimizer is not None
    state, value = begin(p.optimizer, cast(p.params, np.longdouble)), None
    x, y = p.x.astype(np.longdouble), p.y.astype(np.longdouble)
    for rows in p.batches(0, p.steps):
        state, value = train_step(p.network, p.loss, p.optimizer, state, x[rows], y[rows])
    allowed = 200 * float(np.finfo(np.longdouble).eps)
    certified = certify(p, "weights").numbers
    with precision(200):
        for path, weight in flatten(state.params).items():
            assert np.abs(errors(weight, certified[path].balls)).max() <= allowed
        assert np.abs(errors(np.asarray(value), certify(p, "loss").numbers["loss"].balls)).max() <= allowed


def test_epochs_count_passes_over_the_data() -> None:
    """The loss is that before the last update; weights and predictions are those after it."""
    p = problem().with_training(epochs=2)
    assert p.loss is not None
    assert p.optimizer is not None
    state = begin(p.optimizer, p.params)
    for _ in range(2):
        state, value = train_step(p.network, p.loss, p.optimizer, state, p.x, p.y)
    got = {q: certify(p, q) for q in ("loss", "weights", "predictions")}
    assert {c.updates for c in got.values()} == {2}
    assert ulps(np.asarray(value), got["loss"].numbers["loss"].balls) <= 4
    for path, weight in flatten(state.params).items():
        assert ulps(weight, got["weights"].numbers[path].balls).max() <= 40
    prediction = p.network.forward(state.params, p.x)[0]
    assert ulps(prediction, got["predictions"].numbers["prediction"].balls).max() <= 10
    assert certify(problem("batch-versus-single"), epochs=3).updates == 12


def test_gradients_are_those_of_the_first_and_the_last_step() -> None:
    got = certify(problem(), "gradient", epochs=3)
    assert {path.split("/")[0] for path in got.numbers} == {"step_0", "step_2"}
    assert list(certify(problem(), "gradient", epochs=1).numbers)[:2] == [
        "step_0/dense_1/kernel",
        "step_0/dense_1/bias",
    ]


def test_float32_starts_from_its_own_numbers() -> None:
    """0.1 is another number in float32, and so is the exact run with it."""
    narrow = build(load("xor-momentum"), "float32")
    rounded = narrow.with_training(learning_rate=float(np.float32(0.1)), momentum=float(np.float32(0.9)))
    assert loss_of(certify(narrow, epochs=3)) == loss_of(certify(rounded, epochs=3))
    wide = loss_of(certify(problem("xor-momentum"), epochs=3))
    assert wide != loss_of(certify(narrow, epochs=3))
    assert wide[:8] == loss_of(certify(narrow, epochs=3))[:8]


# The sixteenth digit


def test_last_bit_of_one_weight_is_seen() -> None:
    p = problem()
    moved = {layer: dict(own) for layer, own in p.params.items()}
    moved["dense_2"]["kernel"] = moved["dense_2"]["kernel"].copy()
    moved["dense_2"]["kernel"][1, 0] = np.nextafter(moved["dense_2"]["kernel"][1, 0], np.inf)
    other = Problem(p.scenario, p.dtype, p.network, moved, p.dataset, p.x, p.y)
    one, two = certify(p, epochs=10), certify(other, epochs=10)
    assert loss_of(one) != loss_of(two)
    assert loss_of(one)[:15] == loss_of(two)[:15]
    with_this_start = balls(p.params["dense_2"]["kernel"])
    assert ulps(p.params["dense_2"]["kernel"], with_this_start).max() == 0
    assert ulps(moved["dense_2"]["kernel"], with_this_start).max() == 1


# An error in backward does not certify itself


@pytest.mark.parametrize("factor", [2, 1 + 2**-40])
def test_wrong_sigmoid_is_found(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    right = Sigmoid.backward
    monkeypatch.setattr(Sigmoid, "backward", lambda *given: (right(*given)[0] * factor, {}))
    got = certify(problem(), epochs=50)
    assert got.verdict is Verdict.BROKEN
    assert got.mistakes[0].startswith("gradient of dense_1/kernel at [0, 0], step 0: backward says ")
    assert len(got.mistakes) == 17
    assert certify(problem(), epochs=50).cached is False, "what is broken is not kept"


@pytest.mark.parametrize("operations", [10**6, 500, 1], ids=["by entry", "by parameter", "all together"])
def test_wrong_entry_is_named(operations: int, monkeypatch: pytest.MonkeyPatch) -> None:
    right = Dense.gradients

    def wrong(self: Dense, params: object, x: object, dy: object) -> dict[str, np.ndarray]:
        grads = right(self, params, x, dy)
        if self.units == 4:
            grads["kernel"] = grads["kernel"].copy()
            grads["kernel"][1, 2] += 1e-25
        return grads

    monkeypatch.setattr(Dense, "gradients", wrong)
    monkeypatch.setattr(series, "OPERATIONS", operations)
    got = certify(problem(), epochs=5)
    assert got.verdict is Verdict.BROKEN
    assert [mistake.split(", step")[0] for mistake in got.mistakes] == [
        "gradient of dense_1/kernel at [1, 2]"
    ]


def test_mistake_that_only_shows_at_the_end_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right, calls = MeanSquaredError.backward, count()
    monkeypatch.setattr(
        MeanSquaredError, "backward", lambda self, e: right(self, e) * (1 if next(calls) < 30 else 0.5)
    )
    got = certify(problem(), epochs=40)
    assert got.verdict is Verdict.BROKEN
    assert "step 39" in got.reason


# What is not certain is not certified


def test_ball_too_wide_is_not_certified() -> None:
    got = certify(problem(), epochs=400, most_bits=300)
    assert got.verdict is Verdict.UNCLEAR
    assert got.reason == "300 bits are not enough"
    assert 50 < got.updates < 400, "what could be certified is there"
    assert got.certain == 20
    assert loss_of(got) == loss_of(certify(problem(), epochs=got.updates))


def test_few_bits_give_few_digits() -> None:
    got = certify(problem(), "predictions", epochs=1, most_bits=60)
    assert got.verdict is Verdict.UNCLEAR
    assert got.certain < 20


def test_infinite_loss_is_not_certified(tmp_path: Path) -> None:
    """Both hidden units are equal: without its sigmoid the network predicts exactly 0 where the target is 1."""
    p = small(tmp_path, "linear", "sigmoid", "binary_cross_entropy")
    cut = Problem(p.scenario, p.dtype, Network(p.network.layers[:-1]), p.params, p.dataset, p.x, p.y)
    got = certify(cut, most_bits=2000)
    assert got.verdict is Verdict.UNCLEAR
    assert got.numbers == {}


def test_time_limit() -> None:
    got = certify(problem("xor-rate-100"), time_limit=0.05)
    assert got.verdict is Verdict.UNCLEAR
    assert got.reason == "the time limit of 0.05 s was reached"
    assert 0 < got.updates < 1000


@pytest.mark.parametrize("quantity", ["loss", "predictions"])
def test_kink_is_undecided_and_named(quantity: str, tmp_path: Path) -> None:
    """The input of the ReLU is the difference of two equal irrational numbers: at no precision is it known to be 0."""
    p = small(tmp_path, "sigmoid", "relu")
    got = certify(p, quantity)
    assert got.verdict is Verdict.UNCLEAR
    assert "input [0, 0] of relu_2, step 0 may be on either side of 0" in got.reason
    assert got.reason.startswith("undecided at ")


def test_kink_of_the_predictions_has_no_step(tmp_path: Path) -> None:
    p = small(tmp_path, "sigmoid", "relu")
    untrained = Problem(evolve(p.scenario, training=None), p.dtype, p.network, p.params, p.dataset, p.x, p.y)
    got = certify(untrained)
    assert got.quantity == "predictions"
    assert "input [0, 0] of relu_2, predictions may be" in got.reason


def test_exact_zero_is_no_kink(tmp_path: Path) -> None:
    assert certify(small(tmp_path, "linear", "relu")).verdict is Verdict.HOLDS


def test_guessing_at_a_kink_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a ReLU that guesses there is a certificate: the test above would fail."""
    monkeypatch.setattr("scratch.layers.relu.is_off", lambda x: ~(x > 0).astype(bool))
    assert ReLU().forward({}, balls(np.array([-1.0])))[0][0] == 0
    assert "undecided" not in certify(small(tmp_path, "sigmoid", "relu")).reason


def test_nothing_is_trained() -> None:
    assert certify(problem("lesson-neuron")).numbers["prediction"].decimals == ["0.56709290496545433172"]
    with pytest.raises(ParityError, match="--quantity loss has no meaning for lesson-neuron"):
        certify(problem("lesson-neuron"), "loss")
    with pytest.raises(ParityError, match="--epochs has no meaning"):
        certify(problem("lesson-neuron"), epochs=3)


# The cache


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The file of a certificate."""
    assert not certify(problem(), epochs=3).cached
    (path,) = (tmp_path / "cache").iterdir()
    return path


def again() -> Certificate:
    return certify(problem(), epochs=3)


def test_cache_hit(kept: Path) -> None:
    assert again().cached
    assert loss_of(again()) == loss_of(certify(problem(), epochs=3, use_cache=False))


@pytest.mark.parametrize(
    "asked",
    [{"epochs": 4}, {"epochs": 3, "digits": 19}, {"epochs": 3, "quantity": "weights"}],
    ids=lambda asked: str(asked),
)
def test_another_question_is_a_miss(kept: Path, asked: dict) -> None:
    assert not certify(problem(), **asked).cached


def test_changed_program_is_a_miss(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = cache.sources()
    assert any(b"class Sigmoid" in text for text in texts)
    assert any(b"class ExactRun" in text for text in texts)
    monkeypatch.setattr(cache, "sources", lambda: [*texts[:-1], texts[-1] + b"#"])
    assert not again().cached


@pytest.mark.parametrize("text", ["", "{", "[]", "1", "null", '{"sha256": 1}', "\x00\xff", "nan"])
def test_corrupt_entry_is_ignored(kept: Path, text: str) -> None:
    kept.write_text(text)
    assert not again().cached
    assert again().cached, "it is replaced"


def test_changed_digit_is_ignored(kept: Path) -> None:
    digits = loss_of(again())
    kept.write_text(kept.read_text().replace(digits, digits[:-1] + "0"))
    got = again()
    assert not got.cached
    assert loss_of(got) == digits


def test_no_cache_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "file" / "cache"))
    assert again().verdict is Verdict.HOLDS
    assert not again().cached
    monkeypatch.delenv("PARITY_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/path")
    monkeypatch.setattr(Path, "home", classmethod(_nobody))
    assert cache.folder() is None
    assert not again().cached
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache.folder() == tmp_path / "xdg" / "parity"


def _nobody(cls: type) -> Path:
    raise RuntimeError("could not determine home directory")
