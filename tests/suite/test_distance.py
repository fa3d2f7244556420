"""Distance to the truth: ulps of everybody, who knows them, and what cannot be known."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from parity.frameworks import workers
from parity.frameworks.protocol import Chunk
from parity.judge import Reference
from parity.oracles import truth
from parity.oracles.known import of_floats
from parity.results import Distance, DistanceToTruth, Results, Verdict
from parity.scenarios import build, load
from parity.scenarios.model import Override
from parity.scenarios.problem import Problem
from parity.suite.distance import Distances
from parity.suite.run import Settings, run_scenarios
from scratch.tree import Array
from tests.frameworks.problems import scenario
from tests.oracles.test_certify import small

Change = Callable[[Chunk, Array], tuple[Chunk, Array]]


def unchanged(chunk: Chunk, prediction: Array) -> tuple[Chunk, Array]:
    return chunk, prediction


def measure(
    problem: Problem, change: Change = unchanged, effective: Problem | None = None
) -> DistanceToTruth:
    """Measure scratch, and ``other``: the very numbers of scratch, with a change."""
    written = Reference(problem)
    reference = Reference(effective) if effective else written
    distances, steps = Distances(problem), problem.steps
    chunk = None
    for r in dict.fromkeys([written, reference]):  # the last is the one that the other is judged by
        if steps:
            chunk = r.advance(0, steps, list(range(steps))).truth
            distances.add(r, chunk)
    own = reference.predict(problem.x)[0]
    changed, prediction = change(chunk, own) if chunk else (None, change(Chunk(0, own, own, {}), own)[1])
    if changed:
        distances.add("other", changed)
    return distances.measure(written, {"other": reference}, {"other": prediction})


def xor(dtype: str = "float64", epochs: int = 20, name: str = "xor-sigmoid") -> Problem:
    return build(load(name), dtype).with_training(epochs=epochs)


def found(result: DistanceToTruth, quantity: str, name: str = "other") -> Distance:
    (one,) = [d for d in result.distances if (d.implementation, d.quantity) == (name, quantity)]
    return one


def off(path: str, step: int, amount: float) -> Change:
    """Change the first entry of an array, or a loss."""

    def change(chunk: Chunk, prediction: Array) -> tuple[Chunk, Array]:
        losses, arrays, prediction = chunk.losses.copy(), dict(chunk.arrays), prediction.copy()
        if path == "loss":
            losses[step] += losses.dtype.type(amount)
        elif path == "prediction":
            prediction[0, 0] += prediction.dtype.type(amount)
        else:
            arrays[path] = arrays[path].copy()
            arrays[path][step].flat[0] += arrays[path].dtype.type(amount)
        return evolve(chunk, losses=losses, arrays=arrays), prediction

    return change


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("where", ["dense_1/kernel", "dense_2/bias"])
def test_a_gradient_entry_that_is_off_by_a_few_ulps_shows_that_number(dtype: str, where: str) -> None:
    problem = xor(dtype)
    path = f"gradient/{where}"
    largest = np.abs(Reference(problem).advance(0, 1, [0]).truth.arrays[path]).max()
    result = measure(problem, off(path, 0, 300 * float(np.spacing(largest))))
    one, own = found(result, "gradient"), found(result, "gradient", "scratch")
    assert one.parameter == where
    assert one.ulps == pytest.approx(300, abs=own.ulps + 1)
    assert own.ulps < 20
    assert (one.oracle, one.step, one.count) == ("balls", 0, 1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_loss_that_is_off_shows_where_and_only_there(dtype: str) -> None:
    problem = xor(dtype)
    loss = Reference(problem).advance(0, 7, [0]).truth.losses[6]
    result = measure(problem, off("loss", 6, 50 * float(np.spacing(loss))))
    one, own = found(result, "loss"), found(result, "loss", "scratch")
    assert one.ulps == pytest.approx(50, abs=own.ulps + 1)
    assert (one.step, one.oracle, one.oracles, one.median) == (
        6,
        "balls",
        "balls",
        pytest.approx(own.median, abs=1),
    )
    assert one.count == own.count > 10


@pytest.mark.parametrize("epochs", [20, 1500])
def test_a_prediction_that_is_off(epochs: int) -> None:
    result = measure(xor(epochs=epochs), off("prediction", 0, 40 * 2.0**-53))  # all of them between 1/2 and 1
    assert found(result, "prediction").ulps == pytest.approx(
        40, abs=found(result, "prediction", "scratch").ulps + 1
    )
    oracle = "balls" if epochs == 20 else "longdouble"
    assert found(result, "prediction").oracle == oracle
    assert (found(result, "prediction").own_error > 1e-3) == (oracle == "longdouble")


@pytest.mark.parametrize("path", ["loss", "gradient/dense_1/kernel", "prediction"])
def test_nan_does_not_pass(path: str) -> None:
    result = measure(xor(), off(path, 0, np.nan))
    quantity = path.split("/")[0]
    assert found(result, quantity).ulps == np.inf
    assert np.isfinite(found(result, quantity, "scratch").ulps)
    others = {"loss", "gradient", "prediction"} - {quantity}
    assert all(np.isfinite(found(result, other).ulps) for other in others)


def test_nan_of_scratch_does_not_pass_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the balls the error of the oracle is estimated from scratch; that must not hide a NaN."""
    right = Reference.predict

    def predict(self: Reference, inputs: Array) -> tuple[Array, Array]:
        values, noise = right(self, inputs)
        return values * np.nan, noise

    monkeypatch.setattr(Reference, "predict", predict)
    result = measure(xor(epochs=1500))
    own = found(result, "prediction", "scratch")
    assert (own.ulps, own.oracle) == (np.inf, "longdouble")
    assert np.isfinite(own.own_error)


def test_another_shape_is_infinitely_far() -> None:
    result = measure(xor(), lambda chunk, prediction: (chunk, prediction.ravel()))
    assert found(result, "prediction").ulps == np.inf


def test_undecided_is_said_and_longdouble_takes_over(tmp_path: Path) -> None:
    result = measure(small(tmp_path, "sigmoid", "relu"))
    assert "undecided: input [0, 0] of relu_2, step 0 may be on either side of 0" in result.notes
    assert (result.proved, result.oracle) == (0, "longdouble")
    assert {d.oracle for d in result.distances} == {"longdouble"}


def test_float32_is_measured_from_its_own_start_and_rate() -> None:
    """As float64 has the initial weights, all of it would be a hundred million ulps of float64 away."""
    result = measure(xor("float32", epochs=1500))
    assert found(result, "loss").median < 5
    assert found(result, "gradient").ulps < 20
    assert (result.oracle, found(result, "prediction").oracle) == ("float64", "float64")
    assert result.share < 1e-6


def test_a_gradient_that_is_exactly_zero_is_measured_by_the_others() -> None:
    """No weight leads back to the first layer: its gradient is 0, and has no ulp of its own."""
    problem = xor()
    blank = problem.params | {
        "dense_2": {name: array * 0 for name, array in problem.params["dense_2"].items()}
    }
    problem = evolve(problem, params=blank)
    arrays = Reference(problem).advance(0, 1, [0]).truth.arrays
    assert not arrays["gradient/dense_1/kernel"].any()
    largest = max(np.abs(array).max() for path, array in arrays.items() if path.startswith("gradient/"))
    wrong = measure(problem, off("gradient/dense_1/kernel", 0, 1000 * float(np.spacing(largest))))
    assert (found(wrong, "gradient").ulps, found(wrong, "gradient").parameter) == (1000, "dense_1/kernel")


def test_where_every_gradient_is_exactly_zero_they_are_measured_by_1() -> None:
    problem = xor(name="xor-zeros")
    assert found(measure(problem), "gradient").ulps == 0
    assert found(measure(problem, off("gradient/dense_1/kernel", 0, 2.0**-40)), "gradient").ulps == 2**12


def test_past_the_horizon_nobody_is_measured() -> None:
    result = measure(xor(name="xor-rate-100", epochs=200))
    assert "from step 48 on, past the horizon, rounding decides about the loss" in result.notes
    assert "rounding decides about the predictions: no cheap oracle can tell" in result.notes
    assert found(result, "loss").step < 48
    assert not [d for d in result.distances if d.quantity == "prediction"]


def test_an_oracle_that_is_farther_from_the_balls_than_it_should_be_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Wider floats that go wrong: the loss of step 10 is off in the 13th digit."""
    right = truth._train_wide

    def wrong(*args: object) -> object:
        losses, gradients, prediction = right(*args)  # type: ignore[arg-type]
        losses[9] *= 1 + 1e-13
        return losses, gradients, prediction

    monkeypatch.setattr(truth, "_train_wide", wrong)
    result = measure(xor(epochs=1500))
    assert any(note.startswith("longdouble is not trusted: it and the balls are") for note in result.notes)
    assert (result.oracle, result.share) == ("", 0.0)
    assert {d.oracles for d in result.distances} == {"balls"}
    assert not [d for d in result.distances if d.quantity == "prediction"]


def test_the_estimate_of_the_oracles_own_error_is_careful() -> None:
    """Where both are known, longdouble is as near to the balls as the estimate says."""
    problem = xor(epochs=1500)
    result, known = measure(problem), truth.find(problem, [0, 10, 100, 300])
    assert result.share >= 10 * 2.0**-11
    for step, gap in known.gaps.items():
        unit = float(np.spacing(known.losses[step].high))
        assert gap / unit < result.share * max(1.0, found(result, "loss", "scratch").ulps)


def test_an_oracle_that_fails_does_not_take_the_run_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise TypeError("no balls here")

    monkeypatch.setattr(truth, "find", fail)
    result = measure(xor())
    assert (result.notes, result.distances) == (["the oracle failed, TypeError: no balls here"], [])


def test_effective_settings_have_a_truth_of_their_own() -> None:
    written = build(load("xor-momentum")).with_training(epochs=60)
    used = written.with_training(momentum=float(np.float32(0.9)))
    result = measure(written, effective=used)
    assert (
        "other is measured from the exact run with the momentum that it really uses, 0.8999999761581421"
        in (result.notes)
    )
    assert found(result, "loss").ulps < 100
    assert found(measure(written, lambda *_: _trained(used)), "loss").ulps > 1e6, (
        "from the one as written it is far"
    )


def _trained(problem: Problem) -> tuple[Chunk, Array]:
    reference = Reference(problem)
    chunk = reference.advance(0, problem.steps, [0]).truth
    return chunk, reference.predict(problem.x)[0]


def test_who_does_something_else_on_purpose_is_not_measured() -> None:
    problem = xor()
    result = measure(evolve(problem, scenario=evolve(problem.scenario, overrides={"other": Override(0.5)})))
    assert {d.implementation for d in result.distances} == {"scratch"}
    assert "other does something else on purpose, and is not measured" in result.notes


def test_a_forward_pass_has_predictions_alone() -> None:
    result = measure(build(load("lesson-neuron")))
    assert {(d.quantity, d.oracle) for d in result.distances} == {("prediction", "balls")}
    assert found(result, "prediction").ulps <= 1


def test_wide_floats_of_another_type_are_named() -> None:
    assert of_floats(np.zeros(1), "float64").oracle == "float64"


@pytest.fixture(scope="module")
def whole() -> Results:
    return run_scenarios([scenario()], Settings(()))


def test_a_run_without_frameworks_measures_scratch(whole: Results) -> None:
    for run in whole.scenarios[0].runs:
        assert run.truth is not None
        assert {d.implementation for d in run.truth.distances} == {"scratch"}
    assert whole.timings["finding the truth"] > 0


def test_frameworks_are_measured_and_those_that_fail_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("honest", "misbehaving"):
        monkeypatch.setitem(workers.MODULES, name, f"tests.suite.fakes.{name}")
        monkeypatch.setitem(workers.REQUIRES, name, ())
    results = run_scenarios(
        [scenario(more={"about": "raise-error"})], Settings(("honest", "misbehaving"), ("float64",))
    )
    (run,) = results.scenarios[0].runs
    assert [i.verdict for i in run.implementations] == [Verdict.HOLDS, Verdict.FAILED]
    assert run.truth is not None
    mine, theirs = (
        [evolve(d, implementation="") for d in run.truth.distances if d.implementation == name]
        for name in ("scratch", "honest")
    )
    assert mine == theirs, "honest is scratch under another name"
    assert {d.implementation for d in run.truth.distances} == {"scratch", "honest"}


def test_it_can_be_left_out() -> None:
    results = run_scenarios([scenario()], Settings((), truth=False))
    assert {run.truth for run in results.scenarios[0].runs} == {None}
