"""What a scenario is: plain data, the same for shipped ones and for a user's own TOML file.

The type of each field says what may stand there; :mod:`parity.scenarios.structuring` holds a file to
it. What has to fit together is in :mod:`parity.scenarios.validation`.
"""

from pathlib import Path
from typing import Literal

from attrs import field, frozen

from parity.scenarios.limits import (
    Count,
    DatasetName,
    Fraction,
    FrameworkName,
    Matrix,
    Name,
    NotNegative,
    Positive,
    Seed,
    Vector,
    Words,
)

ActivationName = Literal["linear", "sigmoid", "tanh", "relu", "softmax"]
LossName = Literal[
    "mean_squared_error",
    "half_squared_error",
    "binary_cross_entropy",
    "binary_cross_entropy_from_logits",
    "categorical_cross_entropy",
    "categorical_cross_entropy_from_logits",
]
RuleName = Literal[
    "normal", "uniform", "glorot_uniform", "glorot_normal", "he_normal", "zeros", "weights", "file"
]
TaskName = Literal["regression", "binary", "classes"]


@frozen
class Data:
    """Which numbers go in, and which should come out.

    Attributes:
        name: a dataset of :mod:`scratch.datasets`; or give ``inputs`` and ``targets``.
        seed: for datasets that are drawn at random.
        inputs: N rows of I numbers.
        targets: N rows of O numbers; may be left out when nothing is trained.
        task: ``regression``, ``binary`` (one column, 1 where a probability above 0.5 is predicted) or
            ``classes`` (the largest of the columns). Left out, the dataset or the loss tells.
    """

    name: DatasetName | None = None
    seed: Seed = 42
    inputs: Matrix | None = None
    targets: Matrix | None = None
    task: TaskName | None = None


@frozen
class LayerSpec:
    """A dense layer of so many ``units``, followed by an activation; either may be left out."""

    units: Count | None = None
    activation: ActivationName | None = None
    bias: bool = True


@frozen
class Initial:
    """Where training starts.

    Attributes:
        rule: how kernels are filled (:mod:`scratch.initializers`); ``weights`` takes the numbers given here,
            ``file`` reads a safetensors file.
        seed: of the random stream.
        scale: for ``normal`` (times randn) and ``uniform`` (the limit).
        random_biases: biases are drawn too, each after its kernel, instead of being zero.
        continue_dataset: go on in the random stream that made the dataset instead of starting one.
        weights: explicit numbers by path, ``"dense_1/kernel" = [[...], [...]]``; what is not named is zero.
        file: path of a safetensors file, relative to the scenario's own file.
    """

    rule: RuleName = "normal"
    seed: Seed = 42
    scale: NotNegative = 0.5
    random_biases: bool = False
    continue_dataset: bool = False
    weights: dict[str, Vector | Matrix] = field(factory=dict)
    file: str | None = None


@frozen
class Training:
    """How the loss is made small.

    Attributes:
        loss: a loss of :mod:`scratch.losses`.
        learning_rate: for gradient descent on exactly that loss.
        momentum: 0 for none.
        nesterov: look ahead (needs momentum).
        epochs: passes over the data, at least 1.
        batch_size: rows in a mini-batch; left out, all rows.
        shuffle_seed: a new order of the rows in every epoch; left out, the given order.
    """

    loss: LossName
    learning_rate: NotNegative
    epochs: Count
    momentum: Fraction = 0.0
    nesterov: bool = False
    batch_size: Count | None = None
    shuffle_seed: Seed | None = None


@frozen
class Override:
    """What one framework is made to do differently, so that a gap can be shown.

    Attributes:
        learning_rate: another learning rate.
        own_weights: start from the framework's own default weights, drawn with this seed.
    """

    learning_rate: NotNegative | None = None
    own_weights: Seed | None = None


@frozen
class ClaimSpec:
    """What an article says of this scenario, and how it is checked.

    Attributes:
        id: ``C17``; several parts of one claim are ``C59a``, ``C59b``.
        text: the claim in a few words.
        source: title of the article.
        measure: the name of a measurement (:mod:`parity.claims`).
        arguments: what the measurement needs to know.
        claimed: the claimed value as printed there, with its decimals. Left out where no number is claimed:
            the measurement then answers yes or no, or is for reference.
        compare: how the measured value has to relate to the claimed one.
        underspecified: what the article leaves out, when it leaves out too much to be held to its word.
        reason: why the outcome is what it is, in a sentence.
    """

    id: str
    text: str
    source: str
    measure: str | None = None
    arguments: dict[str, object] = field(factory=dict)
    claimed: str | float | bool | None = None
    compare: Literal["rounds_to", "equals", "below", "above", "about", "reference"] = "rounds_to"
    underspecified: str = ""
    reason: str = ""


@frozen
class Scenario:
    """One network on one problem.

    Attributes:
        name: lower case words joined by hyphens; also the name of the shipped file.
        title: for headings.
        about: what there is to see, a paragraph.
        sources: titles of the articles it comes from.
        data: what goes in and what should come out.
        layers: from input to output.
        initial: where training starts.
        training: None to compute a forward pass only.
        record: which steps are compared in full: every one, or a logarithmic selection with the first and the
            last; left out, small networks are compared at every step.
        against: the frameworks it is about; left out, all that are installed.
        overrides: by framework; what it is made to do differently.
        expect: the verdict that is right for this scenario.
        expect_nonfinite: NaN and infinity are part of it, and must stand in the same places.
        time_limit: seconds that a framework may take.
        claims: what the articles say about it.
        path: the file it was read from; None for one made in Python.
    """

    name: Name
    title: Words
    data: Data
    layers: list[LayerSpec]
    about: str = ""
    sources: list[str] = field(factory=list)
    initial: Initial = field(factory=Initial)
    training: Training | None = None
    record: Literal["every", "log"] | None = None
    against: list[FrameworkName] = field(factory=list)
    overrides: dict[str, Override] = field(factory=dict)
    expect: Literal["holds", "broken", "could not tell"] = "holds"
    expect_nonfinite: bool = False
    time_limit: Positive = 300.0
    claims: list[ClaimSpec] = field(factory=list)
    path: Path | None = None
