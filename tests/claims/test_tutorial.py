"""The tutorials' own network against the true gradient."""

import numpy as np
import pytest

from parity.claims.measures import half
from parity.claims.subject import Subject
from parity.claims.tutorial import NeuralNetwork, neuron
from parity.scenarios import build, load


def test_the_score():
    assert neuron() == pytest.approx(1.19)


def test_the_factor_is_not_the_same_everywhere_when_weights_move_too_early(monkeypatch: pytest.MonkeyPatch):
    """A planted bug: errors travel through updated weights."""
    right = NeuralNetwork.backward
    monkeypatch.setattr(
        NeuralNetwork, "backward", lambda self, y, rate: right(self, y, rate, update_first=True)
    )
    with pytest.raises(ValueError, match=r"^the factor is not constant: "):
        half.true_over_printed(Subject(load("xor-2-2-1-first-step")))


def test_the_early_update_changes_the_hidden_layer_alone():
    problem = build(load("xor-two-hidden"))
    right, wrong = NeuralNetwork(problem.params), NeuralNetwork(problem.params)
    for network, early in ((right, False), (wrong, True)):
        network.forward(problem.x)
        network.backward(problem.y, 2.0, update_first=early)
    np.testing.assert_array_equal(right.weights[1], wrong.weights[1])
    assert not np.array_equal(right.weights[0], wrong.weights[0])


def test_it_leaves_the_parameters_it_was_given_alone():
    problem = build(load("xor-two-hidden"))
    before = problem.params["dense_1"]["kernel"].copy()
    NeuralNetwork(problem.params).train(problem.x, problem.y, 3, 2.0)
    np.testing.assert_array_equal(problem.params["dense_1"]["kernel"], before)


def test_lines_are_those_of_the_code_alone():
    assert half.lines_of_code(Subject(load("xor-sigmoid")), "neuron") == 4
