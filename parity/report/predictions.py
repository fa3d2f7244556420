"""Final predictions side by side, as rows of a table."""

from attrs import frozen

from parity.report.ordering import in_order
from parity.report.wording import number, side_by_side
from parity.results import Predictions, Run


@frozen
class Row:
    """One row of data.

    Attributes:
        inputs: one text for each feature.
        outputs: for each label the target, then what each implementation says.
        classes: one name for each implementation; empty for regression.
    """

    inputs: list[str]
    outputs: list[list[str]]
    classes: list[str]


def rows(predictions: Predictions, run: Run) -> list[Row]:
    """Return the rows, with just enough digits to see where implementations differ."""
    names = in_order(predictions.values, run)
    made = []
    for n, (inputs, targets) in enumerate(zip(predictions.inputs, predictions.targets, strict=True)):
        outputs = []
        for k in range(len(predictions.labels)):
            said = side_by_side([predictions.values[name][n][k] for name in names])
            target = [number(targets[k])] if k < len(targets) else ["–"]
            outputs.append(target + said)
        classes = [predictions.classes[name][n] for name in names if name in predictions.classes]
        made.append(Row([number(value) for value in inputs], outputs, classes))
    return made
