"""The scenarios that come with parity: which there are, what they are called, and their order.

Nothing heavy is imported here: ``parity list`` should answer at once.
"""

import tomllib
from pathlib import Path

SHIPPED = Path(__file__).parent / "shipped"

RUN_ORDER = (
    # numbers in, numbers out
    "sigmoid-values",
    "lesson-neuron",
    "running-neuron",
    "house-price-line",
    # one neuron learns, or cannot
    "house-prices",
    "xor-one-neuron-by-hand",
    "xor-one-neuron",
    # exclusive or, from the first step to 10,000
    "xor-hand-wired",
    "xor-2-2-1-first-step",
    "batch-versus-single",
    "xor-sigmoid",
    "xor-sigmoid-long",
    "xor-two-hidden",
    "xor-relu",
    "xor-tanh",
    "xor-logits",
    "xor-momentum",
    "xor-nesterov",
    # exclusive or, broken on purpose
    "xor-linear",
    "xor-zeros",
    "xor-rate-0001",
    "xor-rate-100",
    # curves, and deep stacks of layers
    "regression-1-1-1",
    "regression-1-2-1",
    "linear-collapse",
    "vanishing-gradient",
    # three classes
    "sensor",
    "sensor-logits",
    "sensor-mini-batches",
    # made to leave no mistake a place to hide
    "mistakes-sigmoid",
    "mistakes-relu",
    "mistakes-softmax",
    "mistakes-binary",
    "mistakes-logits",
    # what happens when a framework is told something else
    "xor-rate-copied",
    "keras-snippet-as-printed",
)


def shipped() -> list[str]:
    """Return the names of the scenarios that come with parity, in the order in which they are run."""
    return list(RUN_ORDER)


def titles() -> dict[str, str]:
    """Return the title of each shipped scenario by its name, in the order in which they are run."""
    return {
        name: tomllib.loads((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))["title"]
        for name in RUN_ORDER
    }
