"""What has to fit together in a scenario: data, layers, initial weights, training, frameworks.

Each check takes the parts that it looks at and yields what is wrong with them. A part that could not
be read, or does not make sense by itself, is left out together with the checks that compare it with
others: nothing is reported that only follows from another mistake.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from parity.scenarios.limits import FrameworkName, Matrix
from parity.scenarios.model import Data, Initial, LayerSpec, Override, Training
from parity.scenarios.problem import make_data, make_network
from parity.scenarios.wording import Complaint, one_of, plural, suggestion

FRAMEWORKS = get_args(FrameworkName)
ENDS = {"binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}
DRAW_NOTHING = ("zeros", "weights", "file")


def mistakes(parts: Mapping[str, Any]) -> list[Complaint]:
    """Return what is wrong with the meaning of a scenario, given those of its fields that could be read."""
    sound = dict(parts)
    found: list[Complaint] = []
    for needed, check in CHECKS:
        if all(name in sound for name in needed):
            new = list(check(*(sound[name] for name in needed)))
            found += new
            if new and len(needed) == 1:
                del sound[needed[0]]
    return found


def check_data(data: Data) -> Iterator[Complaint]:
    """Check that there is a dataset, or rows that make two tables."""
    explicit = {key: rows for key in ("inputs", "targets") if (rows := getattr(data, key)) is not None}
    if data.name is not None:
        for key in explicit:
            yield Complaint(("data", key), "is given, but should not be where a dataset is named")
    elif data.inputs is None:
        yield Complaint(("data", "inputs"), "is missing, but should be given where no dataset is named")
    ragged = [problem for key, rows in explicit.items() for problem in check_rows(key, rows)]
    yield from ragged
    if len(explicit) == 2 and not ragged and len(explicit["inputs"]) != len(explicit["targets"]):
        have, want = plural(len(explicit["targets"]), "row"), len(explicit["inputs"])
        yield Complaint(("data", "targets"), f"has {have}, but should have {want} like inputs")


def check_rows(key: str, rows: Matrix) -> Iterator[Complaint]:
    """Check that there are rows, all of one length."""
    if not rows:
        yield Complaint(("data", key), "is empty, but should have at least one row")
    for i, row in enumerate(rows):
        if not row:
            yield Complaint(("data", key, i), "is empty, but should have at least one number")
        elif rows[0] and len(row) != len(rows[0]):
            have = plural(len(row), "number")
            yield Complaint(("data", key, i), f"has {have}, but should have {len(rows[0])} like {key}[0]")


def check_layers(layers: list[LayerSpec]) -> Iterator[Complaint]:
    """Check that there is a layer, and something in each."""
    if not layers:
        yield Complaint(("layers",), "is empty, but should have at least one table [[layers]]")
    for i, layer in enumerate(layers):
        if layer.units is None and layer.activation is None:
            yield Complaint(("layers", i), "is empty, but should have units, an activation or both")
        elif layer.units is None and not layer.bias:
            text = "is false, but should not be given for an activation alone"
            yield Complaint(("layers", i, "bias"), text)


def check_initial(initial: Initial) -> Iterator[Complaint]:
    """Check that the rule has what it needs, and nothing that it would ignore."""
    for rule, given in (("weights", initial.weights), ("file", initial.file)):
        if initial.rule == rule and not given:
            yield Complaint(("initial", rule), f"is missing, but should be given for the rule {rule!r}")
        elif initial.rule != rule and given:
            text = f"is {initial.rule!r}, but should be {rule!r} where {rule!r} is given"
            yield Complaint(("initial", "rule"), text)
    for key in ("random_biases", "continue_dataset"):
        if getattr(initial, key) and initial.rule in DRAW_NOTHING:
            text = f"is true, but should be false for the rule {initial.rule!r}, which draws nothing"
            yield Complaint(("initial", key), text)


def check_training(training: Training | None) -> Iterator[Complaint]:
    """Check that the optimizer's settings go together."""
    if training and training.nesterov and not training.momentum:
        text = "is 0, but should be above 0 for Nesterov's momentum"
        yield Complaint(("training", "momentum"), text)


def check_widths(data: Data, layers: list[LayerSpec]) -> Iterator[Complaint]:
    """Check that the layers end in as many outputs as there are targets."""
    dataset, _ = make_data(data)
    width, targets = dataset.inputs.shape[1], dataset.targets.shape[1]
    for i, layer in enumerate(layers):
        width = layer.units or width
        if layer.activation == "softmax" and width == 1:
            text = "is softmax on one output, which is always 1, but should be sigmoid"
            yield Complaint(("layers", i, "activation"), text)
    if not targets or width == targets:
        return
    sized = [i for i, layer in enumerate(layers) if layer.units]
    if sized:
        text = f"is {width}, but should be {targets}, the number of target columns"
        yield Complaint(("layers", sized[-1], "units"), text)
    else:
        text = f"ends in {plural(width, 'output')}, but should end in {targets} like the targets"
        yield Complaint(("layers",), text)


def check_task(data: Data) -> Iterator[Complaint]:
    """Check that there are as many target columns as the task takes."""
    columns = make_data(data)[0].targets.shape[1]
    if data.task == "binary" and columns > 1:
        text = f"is binary, but should be classes or regression for {columns} target columns"
        yield Complaint(("data", "task"), text)
    if data.task == "classes" and columns == 1:
        yield Complaint(("data", "task"), "is classes, but should be binary for 1 target column")


def check_stream(data: Data, initial: Initial) -> Iterator[Complaint]:
    """Check that there is a random stream to continue."""
    if initial.continue_dataset and data.name is None:
        text = "is true, but should be false for explicit data, which is not drawn at random"
        yield Complaint(("initial", "continue_dataset"), text)


def check_weights(data: Data, layers: list[LayerSpec], initial: Initial) -> Iterator[Complaint]:
    """Check that explicit weights are for parameters that exist, in their shapes."""
    shapes = make_network(layers).shapes(make_data(data)[0].inputs.shape[1])
    expected = {f"{layer}/{name}": shape for layer, own in shapes.items() for name, shape in own.items()}
    for path, value in initial.weights.items():
        where = ("initial", "weights", path)
        if path not in expected:
            meant = f", but should be {one_of(expected)}{suggestion(path, expected)}" if expected else ""
            yield Complaint(where, f"is no parameter of this network{meant}")
        elif (shape := _shape(value)) != expected[path]:
            has = f"is of shape {shape}" if shape else "has rows of different lengths"
            yield Complaint(where, f"{has}, but should be of shape {expected[path]}")


def check_targets(data: Data, training: Training | None) -> Iterator[Complaint]:
    """Check that the targets are what the loss is made for."""
    if training is None:
        return
    targets = make_data(data)[0].targets
    if not targets.size:
        yield Complaint(("data", "targets"), "is missing, but should be given where there is training")
    elif training.loss.startswith("categorical"):
        if targets.shape[1] == 1:
            loss = training.loss.replace("categorical", "binary")
            yield Complaint(("training", "loss"), f"is {training.loss}, but should be {loss} for one output")
        elif (targets < 0).any() or (abs(targets.sum(axis=1) - 1) > 1e-9).any():
            text = f"should be probabilities that sum to 1 in each row for the loss {training.loss}"
            yield Complaint(("data", "targets"), text)
    elif training.loss.startswith("binary") and ((targets < 0) | (targets > 1)).any():
        yield Complaint(("data", "targets"), f"should be between 0 and 1 for the loss {training.loss}")


def check_loss(layers: list[LayerSpec], training: Training | None) -> Iterator[Complaint]:
    """Check that the last layer outputs what the loss takes: probabilities or logits."""
    if training is None:
        return
    if not any(layer.units for layer in layers):
        yield Complaint(("layers",), "has no units to train, but should where there is training")
    last, end = _end(layers)
    if training.loss.endswith("from_logits"):
        fitting = next((loss for loss, activation in ENDS.items() if activation == end), None)
        if fitting:
            text = f"is {training.loss}, but should be {fitting} behind {end}"
            yield Complaint(("training", "loss"), text)
    elif training.loss in ENDS and end != ENDS[training.loss]:
        text = f"is {end}, but should be {ENDS[training.loss]} for the loss {training.loss}"
        yield Complaint(("layers", last, "activation"), text)


def check_frameworks(
    against: list[str], overrides: dict[str, Override], training: Training | None
) -> Iterator[Complaint]:
    """Check that settings are for frameworks that exist and are compared with."""
    for name, override in overrides.items():
        if name not in FRAMEWORKS:
            text = f"is no known framework, but should be {one_of(FRAMEWORKS)}{suggestion(name, FRAMEWORKS)}"
            yield Complaint(("overrides", name), text)
        elif against and name not in against:
            text = f"is given, but should be {one_of(against)}, which is all that against names"
            yield Complaint(("overrides", name), text)
        if override.learning_rate is not None and training is None:
            text = "is given, but should not be where there is no training"
            yield Complaint(("overrides", name, "learning_rate"), text)


def _end(layers: list[LayerSpec]) -> tuple[int, str]:
    """Return the last layer that does something, and its activation."""
    active = [i for i, layer in enumerate(layers) if layer.units or layer.activation != "linear"]
    last = active[-1] if active else 0
    return last, layers[last].activation or "linear"


def _shape(value: list[Any]) -> tuple[int, ...]:
    """Return the shape of a vector or matrix, or () where its rows differ in length."""
    if not value or not isinstance(value[0], list):
        return (len(value),)
    lengths = {len(row) for row in value}
    return (len(value), lengths.pop()) if len(lengths) == 1 else ()


CHECKS: tuple[tuple[tuple[str, ...], Callable[..., Iterator[Complaint]]], ...] = (
    (("data",), check_data),
    (("data",), check_task),
    (("layers",), check_layers),
    (("initial",), check_initial),
    (("training",), check_training),
    (("data", "layers"), check_widths),
    (("data", "layers", "initial"), check_weights),
    (("data", "initial"), check_stream),
    (("data", "training"), check_targets),
    (("layers", "training"), check_loss),
    (("against", "overrides", "training"), check_frameworks),
)
