"""What an update was found to be."""

from collections.abc import Callable

from attrs import field, frozen

from parity.checking.experiments import Experiment
from parity.checking.naming import Named

Make = Callable[..., Experiment]
"""Trains for so many passes, and over so many samples."""

STEPS = 3
"""Steps in a row that show what is kept between them."""


@frozen(eq=False)
class Update:
    """What the update was found to be.

    Attributes:
        known: whether it was recognized.
        wrong: whether it is a mistake.
        momentum: 0 for plain gradient descent.
        words: what is said of it.
        named: the mistakes that give these numbers.
        done: the steps.
        unclear: whether the weights do something that is not known.
        beyond_reach: whether the file has one that could not be called.
        remark: what is not known of a loop, although a single step is.
        adaptive: whether steps are of one size whatever the gradient is, as Adam's are.
    """

    known: bool
    wrong: bool = False
    momentum: float = 0.0
    words: str = ""
    named: tuple[Named, ...] = field(factory=tuple)
    done: Experiment | None = None
    unclear: bool = False
    beyond_reach: bool = False
    remark: str = ""
    adaptive: bool = False
