from pathlib import Path

import pytest

from parity.errors import ParityError
from parity.scenarios import load
from tests.scenarios.bad_scenarios import (
    BCE,
    EPOCHS,
    GOOD,
    HIDDEN,
    KEYS_AND_TYPES,
    MEANING,
    OUTPUT,
    SEED,
    TARGETS,
)


def problems(folder: Path, text: str) -> list[str]:
    """Return the complaints about a file with this text, the file itself called FILE."""
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParityError) as caught:
        load(path)
    assert caught.value.exit_code == 2
    return [problem.replace(str(path), "FILE") for problem in caught.value.problems]


def spoilt(*changes: tuple[str, str]) -> str:
    text = GOOD
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return text


def test_the_scenario_that_is_spoilt_below_is_good(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    scenario = load(path)
    assert scenario.path == path
    assert scenario.training is not None
    assert (scenario.training.learning_rate, type(scenario.training.learning_rate)) == (1.0, float)


@pytest.mark.parametrize(
    ("old", "new", "text", "place"),
    [pytest.param(*case[1:], id=case[0]) for case in KEYS_AND_TYPES + MEANING],
)
def test_one_mistake_gives_one_complaint(tmp_path: Path, old: str, new: str, text: str, place: str) -> None:
    assert problems(tmp_path, spoilt((old, new))) == [f"{text} [FILE: {place}]"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            ((OUTPUT, 'units = 1\nactivation = "softmax"'),),
            [
                "activation is softmax on one output, which is always 1, but should be sigmoid "
                "[FILE: layers[1].activation]",
                "activation is softmax, but should be sigmoid for the loss binary_cross_entropy "
                "[FILE: layers[1].activation]",
            ],
        ),
        (
            ((TARGETS, "targets = [[1, 0], [0, 1], [1, 0]]"), (BCE, '"categorical_cross_entropy"')),
            [
                "units is 1, but should be 2, the number of target columns [FILE: layers[1].units]",
                "activation is sigmoid, but should be softmax for the loss categorical_cross_entropy "
                "[FILE: layers[1].activation]",
            ],
        ),
        (
            (
                (TARGETS, "targets = [[1, 0], [0, 1], [1, 0]]"),
                (OUTPUT, 'units = 2\nactivation = "softmax"'),
                (BCE, '"categorical_cross_entropy_from_logits"'),
            ),
            [
                "loss is categorical_cross_entropy_from_logits, but should be categorical_cross_entropy "
                "behind softmax [FILE: training.loss]"
            ],
        ),
        (
            (
                (TARGETS, "targets = [[1, 0], [0, 1], [1, 1]]"),
                (OUTPUT, "units = 2"),
                (BCE, '"categorical_cross_entropy_from_logits"'),
            ),
            [
                "targets should be probabilities that sum to 1 in each row "
                "for the loss categorical_cross_entropy_from_logits [FILE: data.targets]"
            ],
        ),
        (
            ((OUTPUT, "units = 1"), (BCE, '"categorical_cross_entropy_from_logits"')),
            [
                "loss is categorical_cross_entropy_from_logits, but should be "
                "binary_cross_entropy_from_logits for one output [FILE: training.loss]"
            ],
        ),
        (
            ((HIDDEN, 'activation = "tanh"'), (OUTPUT, 'activation = "sigmoid"')),
            [
                "layers ends in 2 outputs, but should end in 1 like the targets [FILE: layers]",
                "layers has no units to train, but should where there is training [FILE: layers]",
            ],
        ),
        (
            ((f"[[layers]]\n{HIDDEN}\n\n[[layers]]\n{OUTPUT}\n", ""), ("[data]", "layers = []\n\n[data]")),
            ["layers is empty, but should have at least one table [[layers]] [FILE: layers]"],
        ),
        (
            ((f"[[layers]]\n{HIDDEN}\n\n[[layers]]\n{OUTPUT}\n", ""),),
            ["layers is missing, but should be a list of tables [FILE: layers]"],
        ),
    ],
)  # fmt: skip
def test_mistakes_that_take_several_changes(
    tmp_path: Path, changes: tuple[tuple[str, str], ...], expected: list[str]
) -> None:
    assert problems(tmp_path, spoilt(*changes)) == expected


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = spoilt(
        ("units = 2", "unit = 2"),
        (EPOCHS, 'epochs = 0\nbatch_size = "4"'),
        (TARGETS, "targets = [[1]]"),
        (SEED, "continue_dataset = 3\nscale = nan"),
        ('title = "My network"', ""),
    )
    places = [problem.rsplit(": ", 1)[1] for problem in problems(tmp_path, text)]
    assert places == [
        "title]",
        "layers[0].unit]",
        "initial.scale]",
        "initial.continue_dataset]",
        "training.epochs]",
        "training.batch_size]",
        "data.targets]",
    ]


def test_a_linear_layer_at_the_end_does_not_hide_the_sigmoid_before_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(spoilt((OUTPUT, f'{OUTPUT}\n[[layers]]\nactivation = "linear"')), encoding="utf-8")
    load(path)
