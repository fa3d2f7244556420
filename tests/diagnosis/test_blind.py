"""Where a comparison cannot see, it says so: degenerate points hide mistakes."""

import pytest

from parity.diagnosis import CATALOGUE
from parity.diagnosis.blind import blind, steps_to_see, visible
from parity.scenarios import Problem, build, load
from scratch.layers import Sigmoid
from tests.frameworks.problems import problem


def codes(original: Problem) -> set[str]:
    return {bug.code for bug in blind(original)}


@pytest.mark.parametrize(
    ("hides", "shows", "hidden"),
    [
        ({"outputs": 1, "layers": ["4 tanh", "1 sigmoid"]}, {}, {"G105"}),
        ({"rows": 1}, {}, {"G101", "G102", "G112", "G401", "G403", "G412", "G413"}),
        ({"learning_rate": 1.0}, {}, {"G501", "G502"}),
        ({}, {"momentum": 0.5}, {"G508", "G509", "G510", "G511", "G513", "G515"}),
        ({}, {"batch_size": 4}, {"G109", "G110", "G215"}),
        (
            {"layers": ["4 tanh", "2 sigmoid"]},
            {"layers": ["3 tanh", "3 tanh", "2 sigmoid"]},
            {"G410", "G411", "G406"},
        ),
        ({"layers": ["4 tanh without bias", "2 sigmoid without bias"]}, {}, {"G404", "G405", "G505", "G604"}),
    ],
)
def test_a_degenerate_point_hides_mistakes_that_a_better_one_shows(
    hides: dict[str, object], shows: dict[str, object], hidden: set[str]
) -> None:
    def made(settings: dict[str, object]) -> Problem:
        more = dict(settings)
        layers = more.pop("layers", ())
        return problem(*layers, **more)  # type: ignore[misc, arg-type]

    assert hidden <= codes(made(hides))
    assert not hidden & codes(made(shows))


def test_what_a_network_cannot_have_it_is_not_blind_to() -> None:
    assert not codes(problem("4 tanh", "2 sigmoid")) & {"G314", "G201", "G208"}


def test_what_is_seen_and_what_is_not_is_everything_that_concerns() -> None:
    original = problem(momentum=0.5)
    seen = {bug.code for bug in visible(original)}
    assert not seen & codes(original)
    assert "G304" in seen


def test_together_the_shipped_scenarios_show_every_mistake() -> None:
    names = ("sigmoid", "relu", "softmax", "binary", "logits")
    chosen = [*(f"mistakes-{name}" for name in names), "xor-relu", "sensor-logits"]
    assert {bug.code for name in chosen for bug in visible(build(load(name)))} == set(CATALOGUE)


def test_enough_steps_are_looked_at_for_a_whole_epoch() -> None:
    assert steps_to_see(problem(rows=40, batch_size=2, epochs=3)) == 21
    assert steps_to_see(problem(epochs=30)) == 12
    assert steps_to_see(problem(epochs=2)) == 2
    assert steps_to_see(problem(rows=600, batch_size=2, epochs=1)) == 40


def test_a_broken_scratch_does_not_change_what_can_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    original = problem("4 tanh", "2 sigmoid")
    before = codes(original)

    def wrong(*arguments: object) -> None:
        raise KeyError

    monkeypatch.setattr(Sigmoid, "backward", wrong)
    assert codes(original) == before
