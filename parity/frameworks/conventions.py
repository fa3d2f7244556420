"""Where scratch, PyTorch and Keras do the same thing in different words: one table, for all to see.

The first part is text: what a person who ports a network has to know. The second part is a convention that
changes numbers, with the rule that recognises it. It is never assumed: a run reads back from the framework which
number it really uses, and then proves that this number closes the gap.
"""

from collections.abc import Callable

import numpy as np
from attrs import frozen


@frozen
class Row:
    """How one thing is said in each implementation."""

    topic: str
    scratch: str
    torch: str
    keras: str


TABLE = (
    Row("kernel", "(in, out)", "(out, in): transposed on the way in and out", "(in, out)"),
    Row("layer", "Dense", "nn.Linear", "layers.Dense"),
    Row(
        "activation",
        "a layer of its own",
        "nn.Sigmoid, nn.Tanh, nn.ReLU, nn.Softmax(dim=-1)",
        "layers.Activation",
    ),
    Row("derivative of ReLU at 0", "0", "0", "0"),
    Row(
        "mean squared error",
        "mean over samples and outputs",
        "nn.MSELoss()",
        "losses.MeanSquaredError()",
    ),
    Row(
        "half squared error",
        "sum over outputs, mean over samples, halved",
        "nn.MSELoss() · outputs / 2",
        "losses.MeanSquaredError() · outputs / 2",
    ),
    Row(
        "binary cross-entropy",
        "not clipped",
        "nn.BCELoss(): logarithms not below -100",
        "losses.BinaryCrossentropy(): behind a sigmoid computed from the logits, else clipped to 1e-7",
    ),
    Row(
        "… from logits",
        "softplus(z) - y z",
        "nn.BCEWithLogitsLoss()",
        "losses.BinaryCrossentropy(from_logits=True)",
    ),
    Row(
        "categorical cross-entropy",
        "softmax, then -Σ y log p",
        "nn.NLLLoss() on log p, with class numbers; written out for targets between 0 and 1",
        "losses.CategoricalCrossentropy(): behind a softmax computed from the logits",
    ),
    Row(
        "… from logits",
        "fused",
        "nn.CrossEntropyLoss(), with one-hot targets",
        "losses.CategoricalCrossentropy(from_logits=True)",
    ),
    Row("SGD", "w - η g", "optim.SGD", "optimizers.SGD"),
    Row(
        "momentum",
        "v = μ v - η g; w + v",
        "b = μ b + g; w - η b (the same while η is constant)",
        "v = μ v - η g; w + v",
    ),
    Row("Nesterov", "w + μ v - η g", "w - η (g + μ b)", "w + μ v - η g"),
    Row(
        "number type",
        "that of the arrays",
        "that of the module",
        "floatx and dtype policy, set before the model is built",
    ),
    Row("target shape", "(N, O)", "(N, O): (N,) would be broadcast to (N, N)", "(N, O)"),
)


@frozen
class Known:
    """A convention that changes a number: ``rule(written)`` is what the framework makes of it."""

    name: str
    explanation: str
    frameworks: tuple[str, ...]
    rule: Callable[[float], float]


KNOWN = (
    Known(
        "Python floats pass through float32",
        "Keras on TensorFlow turns a Python float into a float32 tensor before it casts it to the type of the "
        "weights. In float64 a momentum of 0.9 is then 0.89999998, and in some versions a learning rate of 0.1 is "
        "0.10000000149. Numbers that float32 holds exactly (0.5, 0.875) are not affected.",
        ("keras",),
        lambda written: float(np.float32(written)),
    ),
)


def known_convention(framework: str, written: float, effective: float) -> Known | None:
    """Return the convention by which ``framework`` makes ``effective`` of ``written``, or None."""
    for known in KNOWN:
        if framework in known.frameworks and known.rule(written) == effective != written:
            return known
    return None


def as_markdown() -> str:
    """Return the tables as the page ``docs/conventions.md``."""
    lines = [
        "# Conventions",
        "",
        "<!-- made by: python -m parity.frameworks.conventions -->",
        "",
        "Where the three implementations do the same thing in different words.",
        "",
        "| | scratch | PyTorch | Keras on TensorFlow |",
        "|---|---|---|---|",
        *(f"| {row.topic} | {row.scratch} | {row.torch} | {row.keras} |" for row in TABLE),
        "",
        "## Conventions that change numbers",
        "",
    ]
    for known in KNOWN:
        lines += [f"**{known.name}** ({', '.join(known.frameworks)}). {known.explanation}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_markdown())
