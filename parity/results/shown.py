"""The records behind figures and tables: curves, series, predictions, landscapes."""

from attrs import frozen


@frozen
class LossCurves:
    """Loss before each recorded update, of every implementation that ran.

    Attributes:
        steps: step numbers, S of them: a selection when there are many.
        losses: S losses for ``scratch`` and each framework.
        differences: S numbers ``|loss - scratch|`` for each framework; for long runs the largest since the
            step before.
        noise: S numbers: how far rounding alone takes the loss.
    """

    steps: list[int]
    losses: dict[str, list[float]]
    differences: dict[str, list[float]]
    noise: list[float]


@frozen
class NoiseSeries:
    """Noise units of one quantity over training."""

    framework: str
    quantity: str
    parameter: str
    steps: list[int]
    noise_units: list[float]


@frozen
class Predictions:
    """Final predictions side by side.

    Attributes:
        rows: ``train`` or ``test``.
        features: I names of inputs.
        labels: O names of outputs.
        inputs: (N, I), at most 20 rows.
        targets: (N, O).
        values: (N, O) for ``scratch`` and each framework.
        classes: N class names for each, empty for regression.
        correct: how many of all rows each implementation gets right; empty for regression.
        total: number of all rows.
    """

    rows: str
    features: list[str]
    labels: list[str]
    inputs: list[list[float]]
    targets: list[list[float]]
    values: dict[str, list[list[float]]]
    classes: dict[str, list[str]]
    correct: dict[str, int]
    total: int


@frozen
class Landscape:
    """What the trained network says between the data points.

    Attributes:
        kind: ``boundary`` (2 inputs) or ``curve`` (1 input).
        x: grid of the first input, X numbers.
        y: grid of the second input, Y numbers; empty for a curve.
        values: for scratch and each framework its output. Boundary: Y rows of X numbers, one output, or the
            probability of class ``labels[k]`` for each k. Curve: one row. Flattened as [label][y][x].
        differences: for each framework its output minus scratch's, same shape.
        labels: names of the outputs shown.
        points: data points (N, I), to be drawn on top.
        targets: N target values, or class numbers.
    """

    kind: str
    x: list[float]
    y: list[float]
    values: dict[str, list[list[list[float]]]]
    differences: dict[str, list[list[list[float]]]]
    labels: list[str]
    points: list[list[float]]
    targets: list[float]
